"""The table of sessions."""

from typing import get_args

from django.db import models
from django.db.models import F, Q

from matinee.contracts.sessions import DeviceClass
from matinee.identity.models.accounts import Account
from matinee.identity.models.clients import OAuthClient
from matinee.identity.models.profiles import Profile
from matinee.kernel import clock
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import SealedText


class Session(Record):
    """A device that stays signed in; its id ends with each proof of who is there.

    Its refresh secret changes with each use. The family part, which does not, finds the row;
    of what changes, only digests of the newest and of the one before are kept.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    # Who is watching there; chosen anew when the profile goes.
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    family_sha256 = models.BinaryField(max_length=32)
    secret_sha256 = models.BinaryField(max_length=32)
    previous_sha256 = models.BinaryField(max_length=32, null=True)
    device_class = models.CharField(max_length=10, default="browser")
    device_name = SealedText(owner="account_id")
    place = SealedText(owner="account_id")
    client = models.ForeignKey(OAuthClient, models.CASCADE, null=True, related_name="+")
    scope = models.CharField(max_length=200, default="")
    signed_in_at = models.DateTimeField(default=clock.now)
    authenticated_at = models.DateTimeField(null=True)
    has_second_factor = models.BooleanField(default=False)
    # When the PIN of the profile that is watching was entered.
    pin_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField()
    # Without a visit it ends at the first, whatever happens at the second.
    expires_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family_sha256"], name="session_family_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("refreshed_at")), name="session_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("ends_at")), name="session_ends_last"
            ),
            models.CheckConstraint(
                condition=Q(device_class__in=get_args(DeviceClass)), name="session_class_known"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="session_expiry")]
