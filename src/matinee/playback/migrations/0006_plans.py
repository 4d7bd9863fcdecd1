from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playback", "0005_title_grants")]

    operations = [
        migrations.AddField(
            model_name="entitlementcopy",
            name="plan",
            field=models.CharField(default="", max_length=40),
        ),
    ]
