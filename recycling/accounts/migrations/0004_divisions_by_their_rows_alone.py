import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_divisions_from_their_names"), ("inventory", "0001_initial")]

    operations = [
        migrations.RemoveField("department", "division_text"),
        migrations.RemoveField("costcentre", "is_active"),
        migrations.AddField(
            "department",
            "default_site",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inventory.site",
                verbose_name="default site",
            ),
        ),
    ]
