from django.db import migrations

from inventory.data.loading import load


def load_data(apps, schema_editor):
    load(apps.get_model("inventory", "Category"), apps.get_model("inventory", "ImpactFactor"))


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunPython(load_data, migrations.RunPython.noop)]
