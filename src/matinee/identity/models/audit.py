"""Tables of the audit log. The database itself refuses to change or remove their rows."""

from django.db import models
from django.db.models import Q

from matinee.kernel import clock
from matinee.kernel.records import Record


class AuditEntry(models.Model):
    """One note in the chain, numbered from 1 without gaps.

    `digest` is taken of all other columns, `previous` (the digest before) among them, with a key
    that the database does not have. `sealed_reason` opens with the data key of `about` alone.
    """

    number = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    noted_at = models.DateTimeField()
    service = models.CharField(max_length=20)
    action = models.CharField(max_length=60)
    account_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    part = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    about = models.UUIDField(null=True)
    facts = models.JSONField()
    sealed_reason = models.BinaryField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_numbers_from_one"),
        ]
        indexes = [
            models.Index(fields=["action", "-number"], name="audit_by_action"),
            models.Index(fields=["account_id", "-number"], name="audit_by_account"),
            models.Index(fields=["about", "-number"], name="audit_by_subject"),
        ]


class AuditCheckpoint(Record):
    """A signature (Ed25519) over the chain up to an entry; kept in a file as well."""

    number = models.BigIntegerField(unique=True)
    digest = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(default=clock.now)
    signature = models.BinaryField(max_length=64)
