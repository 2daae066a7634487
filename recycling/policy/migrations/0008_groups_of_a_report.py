import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy", "0007_what_is_not_usable")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="report_people",
            field=models.PositiveIntegerField(
                default=5,
                validators=[
                    django.core.validators.MinValueValidator(3),
                    django.core.validators.MaxValueValidator(100),
                ],
                help_text="Smaller groups are joined to others, so that nobody is recognised.",
                verbose_name="a report shows no group of fewer people than",
            ),
        ),
    ]
