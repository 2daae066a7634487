from django.db import migrations

from inventory.search_index import create_index, drop_index


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_categories_and_factors")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_index(schema_editor),
            lambda apps, schema_editor: drop_index(schema_editor),
        )
    ]
