"""Facts on their way into files, the files, and aliases of those whose facts they are."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("insights", "0003_erasure")]

    operations = [
        migrations.CreateModel(
            name="Waiting",
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
                ("kind", models.CharField(max_length=20)),
                ("facts", models.PositiveIntegerField()),
                ("body", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Part",
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
                ("kind", models.CharField(max_length=20)),
                ("day", models.DateField()),
                ("key", models.CharField(max_length=120, unique=True)),
                ("rows", models.PositiveBigIntegerField()),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("is_folded", models.BooleanField(default=False)),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_at", None)),
                        fields=["kind", "day"],
                        name="insights_part_read",
                    ),
                    models.Index(
                        condition=models.Q(("replaced_at__isnull", False)),
                        fields=["replaced_at"],
                        name="insights_part_replaced",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("profile_id", models.UUIDField(primary_key=True, serialize=False)),
                ("who", models.UUIDField(default=matinee.kernel.ids.random_uuid, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unlinking",
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
                ("who", models.UUIDField()),
                ("title_id", models.UUIDField(null=True)),
                ("until", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
    ]
