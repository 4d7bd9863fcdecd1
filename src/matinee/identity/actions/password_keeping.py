"""Checking and keeping the password of an account."""

from typing import NamedTuple

from matinee.identity import passwords, settings
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.known_devices import devices_forget
from matinee.identity.models import Account
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import audit, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Forbidden

_WINDOW_S = 15 * 60


class NewPassword(NamedTuple):
    """The hash of a password to come, and whether all sessions end with the old one."""

    kept: str
    end_sessions: bool


def is_right(account: Account | None, password: str) -> bool:
    """Whether a password is an account's; costs the same for an account that is none.

    A hash that is weaker than today's is replaced.
    """
    kept = passwords.UNUSABLE if account is None else account.password
    right, outdated = passwords.check(password, kept)
    if account is not None and right and outdated:
        better = passwords.hashed(password)
        if Account.objects.filter(pk=account.pk, password=kept).update(password=better):
            account.password = better
    return right


def password_prove(account: Account, password: str, visitor: Visitor) -> None:
    """Return if it is the password of an account that is signed in; Forbidden if not."""
    tries = f"{account.id}:{visitor.network}"
    stores.limit("password", tries, settings.get().sign_in_tries, _WINDOW_S)
    if not is_right(account, password):
        note_failed(account, visitor)
        raise Forbidden("wrong_password", "This is not the password of this account.")
    stores.forgive("password", tries)


def password_put(account: Account, new: NewPassword) -> None:
    """Let a new password count from now on, in a transaction."""
    account.password = new.kept
    account.save(update_fields=["password"])
    if new.end_sessions:
        sessions_end(account.id, "password_changed")
        devices_forget(account.id)


def note_failed(account: Account | None, visitor: Visitor) -> None:
    """Have the audit log keep a wrong password, also one for an account that is none."""
    by = audit.Doer(place=audit.place(visitor.address))
    with transaction_of("identity"):
        audit.note(
            "identity", "sign_in.failed", by=by, about=None if account is None else account.id
        )
