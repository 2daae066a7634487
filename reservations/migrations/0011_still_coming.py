from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reservations", "0010_queues")]

    operations = [
        migrations.AddField(
            model_name="reservation",
            name="coming_at",
            field=models.DateTimeField(
                help_text="when its person last said that they come, or chose this time", null=True
            ),
        ),
    ]
