"""Tables of accounts and of what staff may do."""

from typing import get_args

from django.db import models
from django.db.models import Q

from matinee.contracts.identity import Role
from matinee.kernel.records import Record
from matinee.kernel.sealed_fields import BlindIndex, SealedText

EMAIL_LENGTH_MAX = 254


class Account(Record):
    """Somebody who can sign in; `password` is a hash."""

    email = SealedText(owner="id")
    email_index = BlindIndex(of="email", unique=True)
    password = models.CharField(max_length=128)
    # When its letters were last shown to arrive.
    email_verified_at = models.DateTimeField(null=True)
    # Nobody can sign in to it until the staff let them again.
    disabled_at = models.DateTimeField(null=True)
    # A hash of the PIN that adding a profile takes; empty where none is asked for.
    adding_pin = models.CharField(max_length=128, blank=True, default="")


class StaffRole(Record):
    """What an account may do in Studio."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], name="staff_role_once"),
            models.CheckConstraint(condition=Q(role__in=get_args(Role)), name="staff_role_known"),
        ]
