from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("playback", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="titlecopy", name="key_id", field=models.UUIDField(null=True)
        ),
        migrations.CreateModel(
            name="SealedKey",
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
                ("title_id", models.UUIDField(unique=True)),
                ("sealed", models.BinaryField()),
                ("sealed_with", models.CharField(max_length=16)),
            ],
            options={"abstract": False},
        ),
    ]
