"""Tables of what people may ask for of what is kept of them: a copy of it, and its end."""

from django.db import models
from django.db.models import Q

from matinee.identity.models.accounts import Account
from matinee.kernel import clock
from matinee.kernel.records import Record


class Export(Record):
    """A copy of everything about an account; `archive` is sealed with the account's data key."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=7, default="waiting")
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    size_bytes = models.PositiveIntegerField(default=0)
    archive = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ready", archive__isnull=False, ready_at__isnull=False)
                | Q(state__in=["waiting", "failed"], archive=None),
                name="export_ready_has_archive",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="waiting"), name="export_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="export_expiry")]


class Erasure(Record):
    """An account that is no more, by an id that leads nowhere; with a digest of who may look."""

    account_id = models.UUIDField(unique=True)
    secret_sha256 = models.BinaryField(max_length=32)
    key_destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(key_destroyed_at=None), name="erasure_key_left")
        ]


class ErasureReceipt(Record):
    """That a service has erased what it had: how many rows, and what it must keep, in words."""

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="receipts")
    service = models.CharField(max_length=20)
    erased = models.PositiveIntegerField()
    kept = models.CharField(max_length=200)
    told_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["erasure", "service"], name="erasure_receipt_once")
        ]
