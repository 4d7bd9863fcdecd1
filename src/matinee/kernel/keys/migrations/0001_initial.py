from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataKey",
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
                ("owner", models.UUIDField()),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("wrapped", models.BinaryField(null=True)),
                ("wrapped_with", models.CharField(max_length=80)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("destroyed_at", None)),
                        fields=["wrapped_with"],
                        name="data_key_wrapped",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "version"), name="data_key_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at__isnull", False), ("wrapped", None)),
                            models.Q(("destroyed_at", None), ("wrapped__isnull", False)),
                            _connector="OR",
                        ),
                        name="data_key_whole_or_destroyed",
                    ),
                ],
            },
        ),
    ]
