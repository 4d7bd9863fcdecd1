"""Ways into an account beside its password."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids
import matinee.kernel.sealed_fields


def _record() -> list[tuple[str, Any]]:
    """The columns of every record."""
    return [
        (
            "id",
            models.UUIDField(
                default=matinee.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
            ),
        ),
        (
            "created_at",
            models.DateTimeField(default=matinee.kernel.clock.now, editable=False),
        ),
    ]


def _account(name: str) -> tuple[str, Any]:
    return (
        "account",
        models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE,
            related_name=name,
            to="identity.account",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [
        migrations.AddField("account", "email_verified_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "TotpFactor",
            [
                *_record(),
                ("secret", matinee.kernel.sealed_fields.SealedText(owner="account_id")),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("step_taken", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totp",
                        to="identity.account",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            "RecoveryCode",
            [
                *_record(),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=128)),
                ("used_at", models.DateTimeField(null=True)),
                _account("recovery_codes"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "number"), name="recovery_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(number__lt=10), name="recovery_code_in_bounds"
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            "Passkey",
            [
                *_record(),
                ("credential_id", models.BinaryField(max_length=1023)),
                ("public_key", models.BinaryField()),
                ("uses", models.BigIntegerField(default=0)),
                ("name", matinee.kernel.sealed_fields.SealedText(owner="account_id")),
                ("used_at", models.DateTimeField(null=True)),
                _account("passkeys"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("credential_id",), name="passkey_credential_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "ProviderLink",
            [
                *_record(),
                ("provider", models.CharField(max_length=40)),
                ("subject_digest", models.BinaryField(max_length=32)),
                _account("provider_links"),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_digest",), name="provider_subject_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "KnownDevice",
            [
                *_record(),
                ("secret_sha256", models.BinaryField(max_length=32)),
                ("seen_at", models.DateTimeField()),
                _account("known_devices"),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="known_device_seen")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "secret_sha256"), name="known_device_once"
                    )
                ],
            },
        ),
    ]
