"""Signing in: by password or passkey, with a second factor where the account has one.

Nothing here tells whether an address has an account: not the answer, not its time, not when
tries run out. Tries are counted by place and by account; a device where somebody signed in
before has a count of its own, so that nobody can lock an owner out by guessing (OWASP Slow
Down Online Guessing Attacks with Device Cookies; ASVS 5.0, 6.1.1 and 6.3.1).
"""

from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple

from matinee.contracts.identity import SignIn
from matinee.contracts.identity_sign_in import FactorWay
from matinee.identity import hashing, passwords, queries, rules, settings, tickets
from matinee.identity.actions import passkeys
from matinee.identity.actions.known_devices import REMEMBERED
from matinee.identity.actions.password_keeping import (
    NewPassword,
    is_right,
    note_failed,
    password_prove,
    password_put,
)
from matinee.identity.actions.proving import Shown, factor_prove
from matinee.identity.actions.sessions import session_step_up
from matinee.identity.actions.starting import SignedIn, start_noted
from matinee.identity.actions.writing import tell
from matinee.identity.models import Account
from matinee.identity.relying import Answer
from matinee.identity.rules.passwords import password_mark
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import FirstStep
from matinee.kernel import clock, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Forbidden, NotSignedIn
from matinee.kernel.stores import Count
from matinee.kernel.tokens import Caller

_WINDOW_S = 15 * 60


class SecondStep(NamedTuple):
    """One factor was right, and another one is owed."""

    ticket: str
    ways: list[FactorWay]
    until: datetime


def account_sign_in(credentials: SignIn, visitor: Visitor) -> SignedIn | SecondStep:
    """Sign in by password; NotSignedIn or TooMany, which do not tell whether it exists."""
    email = rules.normal_email(credentials.email)
    account, is_known, has_factor = queries.comer(email, visitor.digest, clock.now() - REMEMBERED)
    counts = _counts(email, visitor, is_known=is_known)
    hashing.refuse_crowd()
    stores.limit_each(counts, _WINDOW_S)
    right = is_right(account, credentials.password)
    if account is None or not right or _is_closed(account):
        note_failed(account, visitor)
        raise _wrong_credentials()
    stores.forgive_each([count for count in counts if count.what != _FROM])
    return admit(account, visitor, has_factor=has_factor)


def passkey_sign_in(ticket: str, answer: Answer, visitor: Visitor) -> SignedIn:
    """Sign in by a passkey, which is two factors: having it, and opening it."""
    stores.limit(_FROM, visitor.network, settings.get().address_tries, _WINDOW_S)
    account = passkeys.passkey_prove(ticket, answer, "sign_in")
    if _is_closed(account):
        raise _wrong_credentials()
    return _let_in(account, visitor, has_second_factor=True)


def admit(
    account: Account, visitor: Visitor, new: NewPassword | None = None, *, has_factor: bool = True
) -> SignedIn | SecondStep:
    """Let somebody in who has shown one factor, or ask for the second.

    A new password comes into force when they are in. `has_factor` is False where it was seen that
    the account has no second one. NotSignedIn for a closed account, or where it has one by now.
    """
    if _is_closed(account):
        raise _wrong_credentials()
    ways = queries.factor_ways(account.id) if has_factor else []
    if not ways:
        return _let_in(account, visitor, new, has_second_factor=False)
    step = FirstStep(
        account_id=account.id,
        password_mark=password_mark(account.password),
        new_password=new and new.kept,
        end_sessions=new is not None and new.end_sessions,
    )
    ticket, until = tickets.issue(step)
    return SecondStep(ticket, ways, until)


def second_step(ticket: str, shown: Shown, visitor: Visitor) -> SignedIn:
    """Sign in by the second factor, after the first; perhaps with a new password.

    Gone when the ticket is over, Forbidden when the factor is wrong.
    """
    account = _whose(tickets.look(FirstStep, ticket))
    factor_prove(account, shown, visitor, "second")
    step = tickets.take(FirstStep, ticket)
    new = step.new_password and NewPassword(step.new_password, step.end_sessions)
    return _let_in(account, visitor, new or None, has_second_factor=True)


def second_passkey_ask(ticket: str) -> passkeys.Question:
    """Ask for the second factor by passkey; Gone when the ticket is over."""
    account = _whose(tickets.look(FirstStep, ticket))
    return passkeys.passkey_ask("second", account.id)


def step_up(caller: Caller, password: str | None, shown: Shown, visitor: Visitor) -> SignedIn:
    """Prove once more who is there: by a passkey, or by the password and what goes with it.

    Forbidden: `wrong_password`, `wrong_code`, or `second_factor_needed` beside the password.
    """
    account = queries.account_row(caller.account_id)
    has_factor = bool(queries.factor_ways(account.id))
    has_password = account.password != passwords.UNUSABLE
    if has_password and shown.passkey_ticket is None:
        password_prove(account, password or "", visitor)
    if has_factor:
        if shown.how_many() == 0:
            raise Forbidden("second_factor_needed", "Show a code of your app or a passkey as well.")
        factor_prove(account, shown, visitor, "step_up")
    elif not has_password:
        raise Forbidden("step_up_impossible", "Sign out and in again to show that it is you.")
    return session_step_up(caller.session_id, has_second_factor=has_factor)


_FROM = "sign_in_from"


def _counts(email: str, visitor: Visitor, *, is_known: bool) -> list[Count]:
    """What a try counts for; looks the same for an address without an account."""
    ours, whom = settings.get(), rules.digest(email).hex()
    if is_known:
        return [Count("sign_in_there", f"{visitor.digest.hex()}:{whom}", ours.sign_in_tries)]
    return [
        Count(_FROM, visitor.network, ours.address_tries),
        Count("sign_in", f"{visitor.network}:{whom}", ours.sign_in_tries),
        Count("sign_in_strange", whom, ours.account_tries),
    ]


def _whose(step: FirstStep) -> Account:
    """Whose first step it was; Gone once the password has changed or the account is closed."""
    account = Account.objects.filter(pk=step.account_id).first()
    if account is None or _is_closed(account):
        raise tickets.ticket_over()
    if password_mark(account.password) != step.password_mark:
        raise tickets.ticket_over()
    return account


def _let_in(
    account: Account,
    visitor: Visitor,
    new: NewPassword | None = None,
    *,
    has_second_factor: bool,
) -> SignedIn:
    with nullcontext() if new is None else transaction_of("identity"):
        if new is not None:
            password_put(account, new)
        signed_in = start_noted(
            account.id, visitor, "sign_in.ok", has_second_factor=has_second_factor
        )
    if new is not None:
        tell(account, "password_changed")
    return signed_in


def _is_closed(account: Account) -> bool:
    return account.disabled_at is not None


def _wrong_credentials() -> NotSignedIn:
    code = "wrong_credentials"
    detail = "This e-mail address and password do not go together. Check both and try again."
    return NotSignedIn(code, detail)
