"""Choosing another password: knowing the present one, or by a letter."""

from matinee.contracts.identity_factors import PasswordChange
from matinee.contracts.identity_sign_in import LetterSent, PasswordReset
from matinee.identity import passwords, queries, rules, tickets
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.factors import factors_drop
from matinee.identity.actions.known_devices import device_remember, devices_forget
from matinee.identity.actions.locking import locked_account
from matinee.identity.actions.password_keeping import NewPassword, password_prove, password_put
from matinee.identity.actions.signing_in import SecondStep, admit
from matinee.identity.actions.starting import SignedIn
from matinee.identity.actions.writing import tell, write_later
from matinee.identity.models import Account
from matinee.identity.rules.passwords import password_mark
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import Forgotten, PasswordToReset
from matinee.kernel import audit, clock, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.tokens import Caller

_WINDOW_S = 15 * 60
_LETTERS_TO_ONE = 3
_LETTERS_FROM_ONE = 20


def password_change(caller: Caller, wish: PasswordChange, visitor: Visitor) -> None:
    """Choose another password; Forbidden (`wrong_password`) without the present one.

    An account without a password takes a fresh proof instead, by another of its ways in.
    """
    account = queries.account_row(caller.account_id)
    passwords.refuse_known(wish.new, account.email)
    if account.password == passwords.UNUSABLE:
        caller.needs_step_up()
    else:
        password_prove(account, wish.current or "", visitor)
    new = NewPassword(passwords.hashed(wish.new), end_sessions=False)
    with transaction_of("identity"):
        password_put(locked_account(account.id), new)
        if wish.end_sessions:
            sessions_end(account.id, "password_changed", keep=caller.session_id)
            devices_forget(account.id)
            device_remember(account.id, visitor)
        by = audit.Doer.of(caller, visitor.address)
        audit.note("identity", "password.changed", by=by, about=account.id)
    tell(account, "password_changed")


def password_forgot(email: str, visitor: Visitor) -> LetterSent:
    """Have a letter written with which a new password can be chosen, if there is an account."""
    wanted = rules.normal_email(email)
    letters_limit(wanted, visitor)
    until = write_later(Forgotten(email=wanted))
    return LetterSent(email=wanted, expires_at=until)


def password_reset(wish: PasswordReset, visitor: Visitor) -> SignedIn | SecondStep:
    """Choose a new password by a letter's code, and sign in with it.

    A second factor is owed as ever, and the password changes once it was shown. Gone when the
    code is over; a password that is refused leaves it as it is.
    """
    looked = tickets.look(PasswordToReset, wish.code)
    passwords.refuse_known(wish.password, looked.email)
    kept = passwords.hashed(wish.password)
    shown = tickets.take(PasswordToReset, wish.code)
    account = Account.objects.filter(pk=shown.account_id).first()
    if account is None or account.email != shown.email:
        raise tickets.ticket_over()
    if password_mark(account.password) != shown.password_mark:
        raise tickets.ticket_over()
    if account.email_verified_at is None:
        _take_possession(account)
    return admit(account, visitor, NewPassword(kept, wish.end_sessions))


def _take_possession(account: Account) -> None:
    """Let an account be its address's owner's, who shows it for the first time.

    Whatever signed in until then ends: a stranger can have made the account, and have set up a
    passkey or an app in it to come back by.
    """
    with transaction_of("identity"):
        locked_account(account.id)
        account.email_verified_at = clock.now()
        account.save(update_fields=["email_verified_at"])
        factors_drop(account.id, audit.Doer(account.id))
        devices_forget(account.id)


def letters_limit(email: str, visitor: Visitor) -> None:
    """TooMany when somebody has asked for too many letters, or one address would get too many."""
    stores.limit("letters_from", visitor.network, _LETTERS_FROM_ONE, _WINDOW_S)
    stores.limit("letters_to", rules.digest(email).hex(), _LETTERS_TO_ONE, _WINDOW_S)
