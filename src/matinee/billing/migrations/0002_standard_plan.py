"""A plan that costs nothing, so that a new installation just works."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add_standard_plan(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("billing", "Plan")._default_manager.create(
        code="standard",
        name="Standard",
        description="Everything there is to watch, on three screens at once, up to 4K.",
        amount_minor=0,
        currency="EUR",
        interval="month",
        streams_at_once=3,
        height_max=2160,
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunPython(add_standard_plan, migrations.RunPython.noop)]
