"""Tables of `identity`."""

from typing import get_args

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from matinee.contracts.identity import AvatarName, MaturityAge, Role
from matinee.identity.rules import KIDS_MATURITY_AGE_MAX, PROFILES_MAX
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable
from matinee.kernel.records import Record

EMAIL_LENGTH_MAX = 254


class Account(Record):
    """Somebody who can sign in; `password` is a hash."""

    email = models.CharField(max_length=EMAIL_LENGTH_MAX)
    password = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_unique")]


class StaffRole(Record):
    """What an account may do in Studio."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], name="staff_role_once"),
            models.CheckConstraint(condition=Q(role__in=get_args(Role)), name="staff_role_known"),
        ]


class Profile(Record):
    """A person within an account; `slot` keeps their number within bounds."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="profiles")
    slot = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    avatar = models.CharField(max_length=20)
    maturity_age = models.PositiveSmallIntegerField()
    is_kids = models.BooleanField()
    language = models.CharField(max_length=35)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "slot"], name="profile_slot_once"),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=PROFILES_MAX), name="profile_slot_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(avatar__in=get_args(AvatarName)), name="profile_avatar_known"
            ),
            models.CheckConstraint(
                condition=Q(maturity_age__in=get_args(MaturityAge)), name="profile_maturity_known"
            ),
            models.CheckConstraint(
                condition=Q(is_kids=False) | Q(maturity_age__lte=KIDS_MATURITY_AGE_MAX),
                name="profile_kids_ceiling",
            ),
        ]


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


class Outbox(OutboxTable):
    """Facts of `identity` on their way."""


class Inbox(InboxTable):
    """What `identity` has heard."""


class DeadLetter(DeadLetterTable):
    """What `identity` could not do."""
