from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids
import matinee.kernel.sealed_fields
from matinee.kernel.sealed_fields import Sealed

_ID = (
    "id",
    models.UUIDField(
        default=matinee.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
    ),
)
_CREATED = ("created_at", models.DateTimeField(default=matinee.kernel.clock.now, editable=False))


def _belongs(model: str, *, null: bool = False) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=f"identity.{model}",
        null=null,
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_ways_in"), ("identity", "0005_audit_and_privacy")]

    operations = [
        migrations.CreateModel(
            name="OAuthClient",
            fields=[
                _ID,
                _CREATED,
                ("client_id", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("secret_sha256", models.BinaryField(max_length=32, null=True)),
                ("redirect_uris", models.JSONField(default=list)),
                ("scopes", models.JSONField(default=list)),
                ("is_device", models.BooleanField(default=False)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AuthorizationCode",
            fields=[
                _ID,
                _CREATED,
                ("code_sha256", models.BinaryField(max_length=32, unique=True)),
                ("profile_id", models.UUIDField(null=True)),
                ("redirect_uri", models.CharField(max_length=500)),
                ("scope", models.CharField(max_length=200)),
                ("challenge", models.CharField(max_length=128)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("account", _belongs("account")),
                ("client", _belongs("oauthclient")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="DeviceGrant",
            fields=[
                _ID,
                _CREATED,
                ("device_code_sha256", models.BinaryField(max_length=32, unique=True)),
                ("user_code_sha256", models.BinaryField(max_length=32)),
                ("scope", models.CharField(default="", max_length=200)),
                ("device_name", models.CharField(max_length=120)),
                ("place", models.CharField(max_length=60)),
                ("network", models.CharField(max_length=60)),
                ("interval_s", models.PositiveSmallIntegerField()),
                ("polled_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("is_allowed", models.BooleanField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("account", _belongs("account", null=True)),
                ("client", _belongs("oauthclient", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("used_at", None)),
                        fields=("user_code_sha256",),
                        name="device_code_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_allowed", None), ("account__isnull", False), _connector="OR"
                        ),
                        name="device_answered_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint("session", "session_secret_once"),
        migrations.AddField(
            "session", "family_sha256", models.BinaryField(max_length=32, null=True)
        ),
        migrations.AddField(
            "session", "previous_sha256", models.BinaryField(max_length=32, null=True)
        ),
        migrations.AddField(
            "session", "device_class", models.CharField(default="browser", max_length=10)
        ),
        *(
            migrations.AddField(
                "session",
                name,
                matinee.kernel.sealed_fields.SealedText(owner="account_id", default=Sealed(b"")),
                preserve_default=False,
            )
            for name in ("device_name", "place")
        ),
        migrations.AddField("session", "client", _belongs("oauthclient", null=True)),
        migrations.AddField("session", "scope", models.CharField(default="", max_length=200)),
        migrations.AddField(
            "session", "signed_in_at", models.DateTimeField(default=matinee.kernel.clock.now)
        ),
        migrations.AddField("session", "authenticated_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "has_second_factor", models.BooleanField(default=False)),
        migrations.AddField("session", "pin_at", models.DateTimeField(null=True)),
        migrations.AddField("session", "ends_at", models.DateTimeField(null=True)),
        # Whoever is signed in stays so: a secret without parts is its own family.
        migrations.RunSQL(
            "UPDATE identity_session SET family_sha256 = secret_sha256, signed_in_at = created_at,"
            " ends_at = GREATEST(expires_at, created_at + INTERVAL '180 days')",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("session", "family_sha256", models.BinaryField(max_length=32)),
        migrations.AlterField("session", "ends_at", models.DateTimeField()),
        migrations.AddConstraint(
            "session",
            models.UniqueConstraint(fields=["family_sha256"], name="session_family_once"),
        ),
        migrations.AddConstraint(
            "session",
            models.CheckConstraint(
                condition=models.Q(("expires_at__lte", models.F("ends_at"))),
                name="session_ends_last",
            ),
        ),
        migrations.AddConstraint(
            "session",
            models.CheckConstraint(
                condition=models.Q(("device_class__in", ("browser", "tv", "app"))),
                name="session_class_known",
            ),
        ),
    ]
