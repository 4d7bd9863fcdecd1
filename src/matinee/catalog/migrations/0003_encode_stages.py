"""How far each stage of an encode is, and what an encode came to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_package_key_id")]

    operations = [
        migrations.AddField(
            model_name="encode", name="stages", field=models.JSONField(default=list)
        ),
        migrations.CreateModel(
            name="EncodeAccount",
            fields=[
                (
                    "title",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="catalog.title",
                    ),
                ),
                ("encode_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("report", models.JSONField()),
            ],
        ),
    ]
