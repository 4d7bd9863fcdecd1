"""An account with its profiles, as the messages that others read."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from matinee.contracts import identity as messages
from matinee.identity import rules
from matinee.identity.models import Account, Profile
from matinee.kernel import databases
from matinee.kernel.problems import NotFound, NotSignedIn
from matinee.kernel.sealed_fields import indexes_of, opened

# What every page asks first.
_ACCOUNT = """
SELECT
  ARRAY (SELECT role::text FROM identity_staffrole WHERE account_id = account.id),
  created_at, email, adding_pin
FROM identity_account account WHERE id = %(account)s::uuid
"""


class Household(NamedTuple):
    """An account with all its profiles."""

    account: messages.Account
    profiles: list[messages.Profile]


def account_row(account_id: UUID) -> Account:
    """The account of a caller; NotSignedIn when it is gone."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise _gone()
    return account


def account_of(account_id: UUID) -> messages.Account:
    """The account of a caller; NotSignedIn when it is gone."""
    found = databases.rows_of("identity", _ACCOUNT, {"account": account_id})
    if not found:
        raise _gone()
    ((roles, *read),) = found
    return account_told(account_id, roles, *read)


def account_told(
    account_id: UUID, roles: Iterable[str], created_at: datetime, email: bytes, adding_pin: str
) -> messages.Account:
    """An account as others read it, of what a statement of one's own read."""
    return messages.Account.model_validate(
        {
            "id": account_id,
            "email": opened(Account, "email", account_id, account_id, email),
            "roles": sorted(roles),
            "created_at": created_at,
            "adding_needs_pin": bool(adding_pin),
        }
    )


def shown_to(account: messages.Account, *, is_kids: bool) -> messages.Account:
    """An account as a profile of it may know it: a child neither its address nor its roles."""
    return account.model_copy(update={"email": None, "roles": []}) if is_kids else account


def has_pin(account_id: UUID, profile_id: UUID) -> bool:
    """Whether a profile of an account is entered with a PIN."""
    return Profile.objects.filter(pk=profile_id, account_id=account_id).exclude(pin="").exists()


def profiles_of(account_id: UUID) -> list[messages.Profile]:
    """The profiles of an account, oldest first."""
    rows = Profile.objects.filter(account_id=account_id).order_by("id")
    return [profile_message(row) for row in rows]


def household_of(account_id: UUID) -> Household:
    """An account and its profiles; NotSignedIn when it is gone."""
    return Household(account_of(account_id), profiles_of(account_id))


def account_named(email: str) -> Account | None:
    """The account of an address, however it is spelled."""
    return Account.objects.filter(email_index__in=indexes_of_address(email)).first()


def indexes_of_address(email: str) -> list[bytes]:
    """By what an address is found: under each key of the blind index, the newest first."""
    return indexes_of(Account, "email_index", rules.normal_email(email))


def account_id_of(email: str) -> UUID:
    """The account of an address, however it is spelled; NotFound if there is none."""
    found = account_named(email)
    if found is None:
        code = "unknown_account"
        raise NotFound(code, f"There is no account {email}. Sign up with it first.")
    return found.id


def profile_message(row: Profile) -> messages.Profile:
    """A profile as others read it."""
    told = messages.Profile.model_validate(row, from_attributes=True)
    return told.model_copy(update={"has_pin": bool(row.pin)})


def _gone() -> NotSignedIn:
    code = "signed_out"
    return NotSignedIn(code, "This account is gone. Sign in with another one, or sign up.")
