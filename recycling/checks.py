"""What Django is to check beside its own list: that nothing of the demo lives on where the demo is off."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections

from recycling.accounts.models import User
from recycling.notifications.models import DemoMessage


@register(Tags.database)
def nothing_of_the_demo(databases=None, **_kwargs):
    """The demo's people have addresses that anybody may read in the manual, its mailbox holds codes: errors outside the demo."""
    if settings.DEMO:
        return []
    errors = []
    for alias in databases or ():
        tables = connections[alias].introspection.table_names()
        for model, left, number in (
            (User, {"is_demo": True}, "kierto.E001"),
            (DemoMessage, {}, "kierto.E002"),
        ):
            # A database that is being set up has no tables yet, and one of an older version may lack some.
            if model._meta.db_table in tables and model.objects.using(alias).filter(**left).exists():
                errors.append(
                    Error(
                        f"The database holds {model.__name__} rows of the demo, and the demo is off.",
                        hint="Start with an empty database; nothing of the demo is real.",
                        obj=model._meta.label,
                        id=number,
                    )
                )
    return errors
