"""The table of profiles."""

from typing import get_args

from django.db import models
from django.db.models import Q

from matinee.contracts.identity import MATURITY_AGE_MAX, AvatarName
from matinee.identity.models.accounts import Account
from matinee.identity.rules import KIDS_MATURITY_AGE_MAX, PROFILES_MAX
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import SealedText


class Profile(Record):
    """A person within an account; `slot` keeps their number within bounds."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="profiles")
    slot = models.PositiveSmallIntegerField()
    name = SealedText(owner="account_id")
    avatar = models.CharField(max_length=20)
    maturity_age = models.PositiveSmallIntegerField()
    is_kids = models.BooleanField()
    language = models.CharField(max_length=35)
    # A hash; empty where none is asked for.
    pin = models.CharField(max_length=128, blank=True, default="")

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
                condition=Q(maturity_age__lte=MATURITY_AGE_MAX), name="profile_maturity_known"
            ),
            models.CheckConstraint(
                condition=Q(is_kids=False) | Q(maturity_age__lte=KIDS_MATURITY_AGE_MAX),
                name="profile_kids_ceiling",
            ),
        ]
