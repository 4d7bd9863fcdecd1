import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids
import matinee.kernel.sealed_fields


class Migration(migrations.Migration):
    dependencies = [("identity", "0009_sealed_names")]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
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
                ("name", matinee.kernel.sealed_fields.SealedText(owner="account_id")),
                ("token_sha256", models.BinaryField(max_length=32)),
                ("scopes", models.JSONField(default=list)),
                ("session_id", models.UUIDField(default=matinee.kernel.ids.uuid7)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to="identity.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token_sha256",), name="api_token_once")
                ],
            },
        ),
    ]
