"""Steps by the thousand, stopped encodes, and the subtitle files beside a film.

An encode that is under way was planned by the release before, in steps that are no more: it
begins anew, as a new encode of the same upload. What it published meanwhile stays to be played.
"""

from collections.abc import Iterable
from typing import Any

from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

_FIRST: tuple[dict[str, Any], ...] = (
    {
        "name": "probe",
        "group": "probe",
        "position": 0,
        "weight": 0.5,
        "status": "ready",
        "needs": [],
    },
    {
        "name": "check",
        "group": "check",
        "position": 1,
        "weight": 5.0,
        "status": "waiting",
        "needs": ["probe"],
    },
)


def begin_anew(apps: Any, _schema_editor: object) -> None:
    """Replace every active encode by a new one that has its first steps."""
    encodes = apps.get_model("encoding", "Encode").objects.using("encoding")
    replace(apps, encodes.filter(status="active"))


def replace(apps: Any, olds: Iterable[Any]) -> None:
    """Cancel encodes, and begin new ones of the same uploads."""
    encodes = apps.get_model("encoding", "Encode").objects.using("encoding")
    steps = apps.get_model("encoding", "Step").objects.using("encoding")
    for old in olds:
        upload_id, old.upload_id = old.upload_id, None
        old.status, old.ended_at = "cancelled", matinee.kernel.clock.now()
        old.save()
        undone = steps.filter(encode=old).exclude(status="done")
        undone.update(status="dropped", lease=None, lease_until=None)
        again = encodes.create(
            title_id=old.title_id,
            upload_id=upload_id,
            source_key=old.source_key,
            file_name=old.file_name,
            uploaded_at=old.uploaded_at,
            tally=_tally(),
        )
        for step in _FIRST:
            steps.create(encode=again, queued_at=old.uploaded_at, rank=0, **step)


def _tally() -> dict[str, Any]:
    """What the first steps come to."""
    return {
        "steps": len(_FIRST),
        "planned": {step["group"]: step["weight"] for step in _FIRST},
        "left": {step["group"]: 1 for step in _FIRST},
    }


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
