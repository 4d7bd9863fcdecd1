from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_offered_titles")]

    operations = [
        migrations.CreateModel(
            name="LabelText",
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
                ("kind", models.CharField(max_length=7)),
                ("key", models.CharField(max_length=120)),
                ("label", models.CharField(max_length=60)),
                ("names", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="catalog_label_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["genre", "mood", "keyword"])),
                        name="catalog_label_kind",
                    ),
                ],
            },
        ),
    ]
