from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playback", "0007_experiments")]

    operations = [
        migrations.AddField(
            model_name="titlecopy", name="ratings", field=models.JSONField(default=dict)
        ),
    ]
