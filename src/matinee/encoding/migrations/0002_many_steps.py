"""Steps by the thousand, stopped encodes, and the subtitle files beside a film.

An encode that is under way was planned by the release before, in steps that are no more: it
begins anew, as a new encode of the same upload. What it published meanwhile stays to be played.
"""

from typing import Any

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

_FIRST: tuple[tuple[str, int, float, str, list[str]], ...] = (
    ("probe", 0, 0.5, "ready", []),
    ("check", 1, 5.0, "waiting", ["probe"]),
)


def begin_anew(apps: Any, _schema_editor: object) -> None:
    """Replace every active encode by a new one that has its first steps."""
    encodes = apps.get_model("encoding", "Encode").objects.using("encoding")
    steps = apps.get_model("encoding", "Step").objects.using("encoding")
    now = matinee.kernel.clock.now()
    for old in encodes.filter(status="active"):
        upload_id, old.upload_id = old.upload_id, None
        old.status, old.ended_at = "cancelled", now
        old.save()
        steps.filter(encode=old).exclude(status="done").update(
            status="dropped", lease=None, lease_until=None
        )
        again = encodes.create(
            title_id=old.title_id,
            upload_id=upload_id,
            source_key=old.source_key,
            file_name=old.file_name,
            uploaded_at=old.uploaded_at,
            tally={
                "steps": len(_FIRST),
                "planned": {name: weight for name, _, weight, _, _ in _FIRST},
                "left": dict.fromkeys((name for name, *_ in _FIRST), 1),
            },
        )
        for name, position, weight, status, needs in _FIRST:
            steps.create(
                encode=again,
                name=name,
                group=name,
                rank=0,
                queued_at=old.uploaded_at,
                position=position,
                weight=weight,
                status=status,
                needs=needs,
            )


class Migration(migrations.Migration):
    dependencies = [("encoding", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Sidecars",
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
                ("files", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.RemoveIndex(model_name="step", name="encoding_step_claimable"),
        migrations.AddField(
            model_name="encode", name="tally", field=models.JSONField(default=dict)
        ),
        migrations.AddField(
            model_name="step",
            name="group",
            field=models.CharField(default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="step",
            name="queued_at",
            field=models.DateTimeField(default=matinee.kernel.clock.now),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="step", name="position", field=models.PositiveIntegerField()
        ),
        migrations.AlterField(
            model_name="encode",
            name="status",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("stopped", "Stopped"),
                ],
                default="active",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("ready", "Ready"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("dropped", "Dropped"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        # The indexes follow in a transaction of their own: rows that just changed forbid them.
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    ]
