"""An account with its profiles, as the messages that others read."""

from typing import NamedTuple
from uuid import UUID

from matinee.contracts import identity as messages
from matinee.identity import rules
from matinee.identity.models import Account, Profile, StaffRole
from matinee.kernel.problems import NotFound, NotSignedIn


class Household(NamedTuple):
    """An account with all its profiles."""

    account: messages.Account
    profiles: list[messages.Profile]


def account_of(account_id: UUID) -> messages.Account:
    """The account of a caller; NotSignedIn when it is gone."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        code = "signed_out"
        raise NotSignedIn(code, "This account is gone. Sign in with another one, or sign up.")
    roles = (
        StaffRole.objects.filter(account=account).order_by("role").values_list("role", flat=True)
    )
    return messages.Account.model_validate(
        {
            "id": account.id,
            "email": account.email,
            "roles": sorted(roles),
            "created_at": account.created_at,
        }
    )


def profiles_of(account_id: UUID) -> list[messages.Profile]:
    """The profiles of an account, oldest first."""
    rows = Profile.objects.filter(account_id=account_id).order_by("id")
    return [profile_message(row) for row in rows]


def household_of(account_id: UUID) -> Household:
    """An account and its profiles; NotSignedIn when it is gone."""
    return Household(account_of(account_id), profiles_of(account_id))


def account_named(email: str) -> Account | None:
    """The account of an address, however it is spelled."""
    return Account.objects.filter(email=rules.normal_email(email)).first()


def account_id_of(email: str) -> UUID:
    """The account of an address, however it is spelled; NotFound if there is none."""
    found = account_named(email)
    if found is None:
        code = "unknown_account"
        raise NotFound(code, f"There is no account {email}. Sign up with it first.")
    return found.id


def profile_message(row: Profile) -> messages.Profile:
    """A profile as others read it."""
    return messages.Profile.model_validate(row, from_attributes=True)
