"""Rounds name the chunks that they encode, and chunks tell what they stand for.

An encode that was planned by the release before, in rounds of whole films, begins anew.
"""

from importlib import import_module
from typing import Any

from django.db import migrations

many_steps = import_module("matinee.encoding.migrations.0002_many_steps")


def begin_anew(apps: Any, _schema_editor: object) -> None:
    """Replace every active encode that has a plan."""
    encodes = apps.get_model("encoding", "Encode").objects.using("encoding")
    many_steps.replace(apps, encodes.filter(status="active").exclude(plan=None))


class Migration(migrations.Migration):
    dependencies = [("encoding", "0003_step_indexes")]

    operations = [migrations.RunPython(begin_anew, migrations.RunPython.noop)]
