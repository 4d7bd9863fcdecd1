"""Rows that an action holds until its transaction ends."""

from uuid import UUID

from matinee.identity.models import Account, Profile
from matinee.kernel.problems import Forbidden, NotFound, NotSignedIn


def locked_account(account_id: UUID) -> Account:
    """The account of a caller; NotSignedIn when it is gone."""
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise signed_out()
    return account


def locked_profile(account_id: UUID, profile_id: UUID) -> Profile:
    """A profile of an account; NotFound when it is not its own."""
    row = Profile.objects.select_for_update().filter(pk=profile_id, account_id=account_id).first()
    if row is None:
        code = "unknown_profile"
        raise NotFound(code, "This account has no such profile. Choose one of its own.")
    return row


def pin_needed() -> Forbidden:
    """What somebody is told who has not entered a PIN yet."""
    return Forbidden("pin_needed", "This takes a PIN. Enter its four digits.")


def signed_out() -> NotSignedIn:
    """What somebody is told whose session has ended."""
    return NotSignedIn("signed_out", "You are signed out. Please sign in.")
