"""Titles take turns: a step knows whether its title goes before the others or after them."""

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("encoding", "0004_rounds")]

    operations = [
        migrations.CreateModel(
            name="Priority",
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
                ("turn", models.PositiveSmallIntegerField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.RemoveIndex(model_name="step", name="encoding_step_ready"),
        migrations.AddField(
            model_name="step",
            name="turn",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("status", "ready")),
                fields=["turn", "rank", "queued_at", "encode", "position"],
                name="encoding_step_ready",
            ),
        ),
    ]
