"""What is planned for the viewers of each region, and the class by which a title is steered."""

from typing import Any

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

_COPY: "list[tuple[str, models.Field[Any, Any]]]" = [
    (
        "id",
        models.UUIDField(
            default=matinee.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
        ),
    ),
    ("created_at", models.DateTimeField(default=matinee.kernel.clock.now, editable=False)),
    ("heard_at", models.DateTimeField()),
    ("heard_id", models.UUIDField()),
]


class Migration(migrations.Migration):
    dependencies = [("playback", "0003_rights")]

    operations = [
        migrations.CreateModel(
            name="RegionPlan",
            fields=[
                *_COPY,
                ("region", models.CharField(max_length=40, unique=True)),
                ("orders", models.JSONField(default=dict)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PackageClass",
            fields=[
                *_COPY,
                ("package", models.CharField(max_length=300, unique=True)),
                ("title_class", models.CharField(max_length=60)),
            ],
            options={"abstract": False},
        ),
    ]
