"""The table of sessions."""

from django.db import models
from django.db.models import F, Q

from matinee.identity.models.accounts import Account
from matinee.identity.models.profiles import Profile
from matinee.kernel.records import Record


class Session(Record):
    """A browser that stays signed in; only a digest of its refresh secret is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    # Who is watching there; chosen anew when the profile goes.
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    secret_sha256 = models.BinaryField(max_length=32)
    refreshed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["secret_sha256"], name="session_secret_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("refreshed_at")), name="session_expires_later"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="session_expiry")]
