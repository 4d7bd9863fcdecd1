"""Subtitle files beside a title's film."""

import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_encode_stages"),
    ]

    operations = [
        migrations.AddField(
            model_name="title",
            name="subtitles_wait",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="SubtitleFile",
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
                ("language", models.CharField(max_length=35)),
                ("label", models.CharField(max_length=60)),
                ("forced", models.BooleanField()),
                ("file_name", models.CharField(max_length=200)),
                ("size_bytes", models.PositiveIntegerField()),
                ("source_key", models.CharField(max_length=300)),
                (
                    "title",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subtitle_files",
                        to="catalog.title",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("title", "language", "label", "forced"),
                        name="catalog_subtitles_once",
                    )
                ],
            },
        ),
    ]
