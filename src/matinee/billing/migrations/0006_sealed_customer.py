from typing import Any

from django.db import migrations

import matinee.kernel.sealed_fields
from matinee.kernel.keys.moving import seal_rows

_COLUMNS = ("name", "address", "email")


def _seal(apps: Any, _schema_editor: object) -> None:
    seal_rows(apps.get_model("billing", "Customer"), {name: f"clear_{name}" for name in _COLUMNS})


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_checks_of_nothing")]

    operations = [
        *(migrations.RenameField("customer", name, f"clear_{name}") for name in _COLUMNS),
        *(
            migrations.AddField(
                "customer",
                name,
                matinee.kernel.sealed_fields.SealedText(owner="account_id", default=""),
            )
            for name in _COLUMNS
        ),
        migrations.RunPython(_seal, migrations.RunPython.noop),
        *(migrations.RemoveField("customer", f"clear_{name}") for name in _COLUMNS),
    ]
