from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0004_trainings")]

    operations = [
        migrations.CreateModel(
            name="Dismissal",
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
                ("profile_id", models.UUIDField()),
                ("row", models.CharField(max_length=160)),
                ("title_id", models.UUIDField(null=True)),
                ("dismissed", models.BooleanField()),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("profile_id", "row", "title_id"),
                        name="rec_one_dismissal_a_row",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
