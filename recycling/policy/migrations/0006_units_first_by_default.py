from django.db import migrations


def five_days(apps, _schema_editor):
    """From now on new things are the units' for five working days, unless the city has chosen a number already."""
    apps.get_model("policy", "Policy").objects.filter(internal_first_days=0).update(internal_first_days=5)


class Migration(migrations.Migration):
    dependencies = [("policy", "0005_rules_for_units")]

    operations = [migrations.RunPython(five_days, migrations.RunPython.noop, elidable=False)]
