import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name_fi", models.CharField(max_length=150, verbose_name="name in Finnish")),
                ("name_sv", models.CharField(max_length=150, verbose_name="name in Swedish")),
                ("name_en", models.CharField(blank=True, max_length=150, verbose_name="name in English")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={"verbose_name": "division", "verbose_name_plural": "divisions", "ordering": ["name_fi"]},
        ),
        migrations.CreateModel(
            name="UnitImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=24, unique=True)),
                ("at", models.DateTimeField()),
                ("rows", models.JSONField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "import of units", "verbose_name_plural": "imports of units"},
        ),
        migrations.RenameField("department", "division", "division_text"),
        migrations.AddField(
            "department",
            "division",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departments",
                to="accounts.division",
                verbose_name="division",
            ),
        ),
        migrations.RenameField("costcentre", "name", "name_fi"),
        migrations.AlterField(
            "costcentre",
            "name_fi",
            models.CharField(blank=True, max_length=150, verbose_name="name in Finnish"),
        ),
        migrations.AddField(
            "costcentre",
            "name_sv",
            models.CharField(blank=True, max_length=150, verbose_name="name in Swedish"),
        ),
        migrations.AddField(
            "costcentre",
            "name_en",
            models.CharField(blank=True, max_length=150, verbose_name="name in English"),
        ),
        migrations.AddField(
            "costcentre", "open_from", models.DateField(blank=True, null=True, verbose_name="open from")
        ),
        migrations.AddField(
            "costcentre", "open_until", models.DateField(blank=True, null=True, verbose_name="open until")
        ),
        migrations.AddConstraint(
            "costcentre",
            models.CheckConstraint(
                condition=models.Q(("open_from", None))
                | models.Q(("open_until", None))
                | models.Q(("open_until__gte", models.F("open_from"))),
                name="costcentre_open_forwards",
            ),
        ),
    ]
