"""Tables of accounts and of what staff may do."""

from typing import get_args

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from matinee.contracts.identity import Role
from matinee.kernel.records import Record

EMAIL_LENGTH_MAX = 254


class Account(Record):
    """Somebody who can sign in; `password` is a hash."""

    email = models.CharField(max_length=EMAIL_LENGTH_MAX)
    password = models.CharField(max_length=128)
    # When its letters were last shown to arrive.
    email_verified_at = models.DateTimeField(null=True)

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
