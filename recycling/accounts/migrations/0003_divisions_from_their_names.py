from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def move(apps, schema_editor):
    """A division was a word of its unit, and a cost centre that is over was only marked so."""
    alias = schema_editor.connection.alias
    departments = apps.get_model("accounts", "Department").objects.using(alias)
    divisions = apps.get_model("accounts", "Division").objects.using(alias)
    words = departments.exclude(division_text="").values_list("division_text", flat=True).distinct()
    for number, word in enumerate(sorted(set(words)), start=1):
        division = divisions.create(code=f"T{number}", name_fi=word, name_sv=word)
        departments.filter(division_text=word).update(division=division)
    yesterday = timezone.localdate() - timedelta(days=1)
    apps.get_model("accounts", "CostCentre").objects.using(alias).filter(is_active=False).update(open_until=yesterday)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_divisions_and_cost_centres")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop, elidable=False)]
