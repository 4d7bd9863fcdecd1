from typing import Any

from django.db import migrations

import matinee.kernel.sealed_fields
from matinee.kernel.keys.moving import seal_rows


def _seal(apps: Any, _schema_editor: object) -> None:
    seal_rows(apps.get_model("identity", "Account"), {"email": "clear_email"}, ("email_index",))
    seal_rows(apps.get_model("identity", "Profile"), {"name": "clear_name"})


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_pins_and_disabling")]

    operations = [
        migrations.RemoveConstraint(model_name="account", name="account_email_unique"),
        migrations.RenameField("account", "email", "clear_email"),
        migrations.AddField(
            "account",
            "email",
            matinee.kernel.sealed_fields.SealedText(owner="id", default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "account",
            "email_index",
            matinee.kernel.sealed_fields.BlindIndex(of="email", null=True),  # type: ignore[misc]
        ),
        migrations.RenameField("profile", "name", "clear_name"),
        migrations.AddField(
            "profile",
            "name",
            matinee.kernel.sealed_fields.SealedText(owner="account_id", default=""),
            preserve_default=False,
        ),
        migrations.RunPython(_seal, migrations.RunPython.noop),
        migrations.RemoveField("account", "clear_email"),
        migrations.RemoveField("profile", "clear_name"),
        migrations.AlterField(
            "account",
            "email_index",
            matinee.kernel.sealed_fields.BlindIndex(of="email", unique=True),
        ),
    ]
