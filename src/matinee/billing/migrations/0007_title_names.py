from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_sealed_customer")]

    operations = [
        migrations.CreateModel(
            name="TitleName",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=matinee.kernel.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
                ),
                ("name", models.CharField(max_length=300)),
                ("heard_at", models.DateTimeField()),
                ("heard_id", models.UUIDField()),
            ],
            options={"abstract": False},
        ),
    ]
