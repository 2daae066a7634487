"""Where one unit alone has its site and hands over there, that unit keeps the site's times; who shares one says so by keeping them."""

from django.db import migrations
from django.db.models import Q


def name_the_keepers(apps, _editor):
    site_model = apps.get_model("inventory", "Site")
    units = apps.get_model("accounts", "Department").objects.filter(is_active=True)
    hours = apps.get_model("reservations", "OpeningHours").objects.filter(fulfilment="pickup")
    agreed_or_weekly = Q(by_arrangement=True) | Q(pk__in=hours.values("site"))
    for site in site_model.objects.filter(agreed_or_weekly, kind="department"):
        theirs = list(units.filter(default_site=site)[:2])
        if len(theirs) == 1:
            site.times_kept_by = theirs[0]
            site.save(update_fields=["times_kept_by"])


class Migration(migrations.Migration):
    dependencies = [
        ("reservations", "0008_wanted_things_on_a_list"),
        ("inventory", "0014_who_keeps_the_times"),
    ]

    operations = [migrations.RunPython(name_the_keepers, migrations.RunPython.noop)]
