import django.db.models.deletion
from django.db import migrations, models

import matinee.kernel.clock
import matinee.kernel.ids

# Whoever the service's user is, rows are added and nothing else; as far as that user may not
# change the table itself, nobody can. The role is for the transaction that adds.
_APPEND_ONLY = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON identity_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE ON identity_auditcheckpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
DO $$
BEGIN
    IF (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) THEN
        BEGIN
            CREATE ROLE matinee_audit NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        GRANT USAGE ON SCHEMA public TO matinee_audit;
        GRANT SELECT, INSERT ON identity_auditentry, identity_auditcheckpoint TO matinee_audit;
        EXECUTE format('GRANT matinee_audit TO %I', current_user);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.UUIDField(unique=True)),
                ("noted_at", models.DateTimeField()),
                ("service", models.CharField(max_length=20)),
                ("action", models.CharField(max_length=60)),
                ("account_id", models.UUIDField(null=True)),
                ("session_id", models.UUIDField(null=True)),
                ("part", models.CharField(max_length=80)),
                ("place", models.CharField(max_length=80)),
                ("about", models.UUIDField(null=True)),
                ("facts", models.JSONField()),
                ("sealed_reason", models.BinaryField()),
                ("previous", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["action", "-number"], name="audit_by_action"),
                    models.Index(fields=["account_id", "-number"], name="audit_by_account"),
                    models.Index(fields=["about", "-number"], name="audit_by_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="audit_numbers_from_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditCheckpoint",
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
                ("number", models.BigIntegerField(unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("signed_at", models.DateTimeField(default=matinee.kernel.clock.now)),
                ("signature", models.BinaryField(max_length=64)),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(_APPEND_ONLY, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Export",
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
                ("state", models.CharField(default="waiting", max_length=7)),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("size_bytes", models.PositiveIntegerField(default=0)),
                ("archive", models.BinaryField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exports",
                        to="identity.account",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["expires_at"], name="export_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("archive__isnull", False),
                            ("ready_at__isnull", False),
                            ("state", "ready"),
                        )
                        | models.Q(("archive", None), ("state__in", ["waiting", "failed"])),
                        name="export_ready_has_archive",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("account",),
                        name="export_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                ("account_id", models.UUIDField(unique=True)),
                ("secret_sha256", models.BinaryField(max_length=32)),
                ("key_destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("key_destroyed_at", None)),
                        fields=["id"],
                        name="erasure_key_left",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasureReceipt",
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
                ("service", models.CharField(max_length=20)),
                ("erased", models.PositiveIntegerField()),
                ("kept", models.CharField(max_length=200)),
                ("told_at", models.DateTimeField(default=matinee.kernel.clock.now)),
                (
                    "erasure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="identity.erasure",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("erasure", "service"), name="erasure_receipt_once"
                    )
                ],
            },
        ),
    ]
