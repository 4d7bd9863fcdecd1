"""Signing up: with a letter first, or at once with a letter after.

With a letter first nobody learns whether an address has an account: the answer is the same,
and so is the work, since only the letter's writer looks. The account begins where the letter
was asked for. In another browser the chosen password is asked for, so that nobody who merely
opens a letter ends up in an account that a stranger has the password of.
"""

import hmac
from typing import NamedTuple

from matinee.contracts.identity import ProfileDraft, SignUp
from matinee.contracts.identity_sign_in import LetterSent, VerifySignUp
from matinee.identity import passwords, rules, settings, tickets
from matinee.identity.actions.accounts import AccountDraft, account_begin
from matinee.identity.actions.password_changes import letters_limit
from matinee.identity.actions.starting import SignedIn, start_noted
from matinee.identity.actions.writing import write_if_possible, write_later
from matinee.identity.models import Account
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import EmailToVerify, SignUpDraft
from matinee.kernel import clock, stores
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Forbidden

_HOUR_S = 60 * 60
_PASSWORD_TRIES = 5


class Begun(NamedTuple):
    """A new account, in which somebody is signed in."""

    account: Account
    signed_in: SignedIn


def is_verified_first() -> bool:
    """Whether a sign-up begins with a letter."""
    wanted = settings.get().verify_email
    return wanted == "first" or (wanted == "auto" and bool(kernel_settings.get().smtp_url))


def account_sign_up(form: SignUp, visitor: Visitor) -> SignedIn | LetterSent:
    """Make an account and sign in; or, where letters come first, have one written."""
    stores.limit("sign_up", visitor.network, settings.get().sign_ups, _HOUR_S)
    email = rules.normal_email(form.email)
    passwords.refuse_known(form.password, email)
    if is_verified_first():
        return _ask_first(email, form, visitor)
    draft = AccountDraft(email, passwords.hashed(form.password))
    begun = _begin(draft, form.profile_name, visitor)
    write_if_possible(EmailToVerify(account_id=begun.account.id, email=email, is_new=False))
    return begun.signed_in


def sign_up_verify(shown: VerifySignUp, visitor: Visitor) -> SignedIn:
    """Make the account that a letter's code stands for, and sign in.

    Gone when the code is over; Forbidden (`password_needed`, `wrong_password`) in another
    browser than the one that signed up; Conflict if the address has an account by now.
    """
    draft = tickets.look(SignUpDraft, shown.code)
    if not hmac.compare_digest(draft.device, visitor.digest.hex()):
        _prove_own(draft, shown.password, visitor)
    draft = tickets.take(SignUpDraft, shown.code)
    account = AccountDraft(draft.email, draft.password, clock.now())
    return _begin(account, draft.profile_name, visitor).signed_in


def _ask_first(email: str, form: SignUp, visitor: Visitor) -> LetterSent:
    letters_limit(email, visitor)
    until = write_later(
        SignUpDraft(
            email=email,
            password=passwords.hashed(form.password),
            profile_name=form.profile_name,
            device=visitor.digest.hex(),
        )
    )
    return LetterSent(email=email, expires_at=until)


def _prove_own(draft: SignUpDraft, password: str | None, visitor: Visitor) -> None:
    if password is None:
        detail = "Type the password that you chose, to show that it was you who signed up."
        raise Forbidden("password_needed", detail)
    stores.limit("sign_up_proof", f"{draft.device}:{visitor.network}", _PASSWORD_TRIES, _HOUR_S)
    right, _ = passwords.check(password, draft.password)
    if not right:
        raise Forbidden("wrong_password", "This is not the password that was chosen.")


def _begin(draft: AccountDraft, profile_name: str, visitor: Visitor) -> Begun:
    with transaction_of("identity"):
        account = account_begin(draft, [ProfileDraft(name=profile_name)])
        signed_in = start_noted(account.id, visitor, "account.created")
    return Begun(account, signed_in)
