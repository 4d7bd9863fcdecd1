"""Where and when a title may be watched, and the rows that the operator puts on home pages."""

import django.contrib.postgres.fields
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_subtitle_files")]

    operations = [
        migrations.AddField(
            model_name="title", name="rights", field=models.JSONField(default=list)
        ),
        migrations.CreateModel(
            name="EditorialRow",
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
                ("name", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                (
                    "title_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("window", models.JSONField(default=dict)),
                ("place", models.PositiveSmallIntegerField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("announced_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
