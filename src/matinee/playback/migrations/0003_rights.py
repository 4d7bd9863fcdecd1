"""Where and when a title may be played."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playback", "0002_content_keys")]

    operations = [
        migrations.AddField(
            model_name="titlecopy", name="rights", field=models.JSONField(default=list)
        ),
    ]
