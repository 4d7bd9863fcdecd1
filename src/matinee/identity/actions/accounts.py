"""What can be done with accounts; each in one transaction. Signing in and up stand beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError

from matinee.contracts.events import AccountCreated
from matinee.contracts.identity import ProfileDraft, Role
from matinee.identity import passwords, queries, rules
from matinee.identity.actions.profiles import add_profile
from matinee.identity.models import Account, StaffRole
from matinee.kernel import audit
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict


class AccountDraft(NamedTuple):
    """An account to make: its address in the one spelling, a hash, and whether letters arrive."""

    email: str
    password: str
    email_verified_at: datetime | None = None


def account_create(
    email: str,
    password: str | None,
    profiles: Sequence[ProfileDraft],
    roles: Sequence[Role] = (),
) -> Account:
    """Make an account with its profiles (1 to 5) and tell about them; Conflict if it exists.

    Without a password nobody can sign in to it.
    """
    draft = AccountDraft(rules.normal_email(email), passwords.hashed(password))
    return account_begin(draft, profiles, roles)


def account_begin(
    draft: AccountDraft, profiles: Sequence[ProfileDraft], roles: Sequence[Role] = ()
) -> Account:
    """Make an account whose password was hashed before; see `account_create`."""
    account = Account(
        email=draft.email, password=draft.password, email_verified_at=draft.email_verified_at
    )
    try:
        with transaction_of("identity"):
            account.save(force_insert=True)
            StaffRole.objects.bulk_create(
                StaffRole(account=account, role=role) for role in sorted(set(roles))
            )
            announce("identity", AccountCreated(account_id=account.id))
            for profile in profiles:
                add_profile(account.id, profile)
    except IntegrityError as error:
        code = "email_taken"
        detail = "There is an account with this e-mail address already. Sign in instead."
        raise Conflict(code, detail) from error
    return account


def account_make_owner(email: str) -> None:
    """Let an account do everything in Studio; NotFound if there is none with this address."""
    account_id = queries.account_id_of(email)
    with transaction_of("identity"):
        StaffRole.objects.bulk_create(
            [StaffRole(account_id=account_id, role="owner")], ignore_conflicts=True
        )
        facts = {"role": "owner"}
        by = audit.COMMAND_LINE
        audit.note("identity", "staff.changed", by=by, about=account_id, facts=facts)
