"""Where a viewer is and what they speak, and the rows that the operator makes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0002_impressions")]

    operations = [
        migrations.AddField(
            model_name="viewer",
            name="language",
            field=models.CharField(default="", max_length=35),
        ),
        migrations.AddField(
            model_name="viewer", name="is_kids", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="viewer", name="profile_as_of", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="viewer", name="country", field=models.CharField(default="", max_length=2)
        ),
        migrations.AddField(
            model_name="viewer", name="country_as_of", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("as_of", models.DateTimeField()),
                ("version", models.BigIntegerField()),
                ("rows", models.JSONField()),
            ],
        ),
    ]
