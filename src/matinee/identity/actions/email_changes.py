"""Changing an account's address, and showing that letters to it arrive."""

from django.db import IntegrityError

from matinee.contracts.identity_sign_in import LetterSent
from matinee.identity import queries, rules, tickets
from matinee.identity.actions.locking import locked_account
from matinee.identity.actions.password_changes import letters_limit
from matinee.identity.actions.writing import tell_at, write_later
from matinee.identity.models import Account
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import EmailToVerify
from matinee.kernel import audit, clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict
from matinee.kernel.tokens import Caller


def email_change_ask(caller: Caller, email: str, visitor: Visitor) -> LetterSent:
    """Have a letter written to another address, which is the account's once it was opened.

    Forbidden (`step_up_needed`) without a fresh proof of who is there.
    """
    caller.needs_step_up()
    return _ask(caller, rules.normal_email(email), visitor)


def email_verify_ask(caller: Caller, visitor: Visitor) -> LetterSent:
    """Have a letter written to the account's own address."""
    return _ask(caller, queries.account_row(caller.account_id).email, visitor)


def email_verify(code: str) -> None:
    """Take an address as the account's, and as one that letters reach; Gone when it is too late.

    Whoever opens the letter need not be signed in there.
    """
    shown = tickets.take(EmailToVerify, code)
    try:
        with transaction_of("identity"):
            account = _locked(shown)
            before = account.email
            if not shown.is_new and before != shown.email:
                raise tickets.ticket_over()
            account.email_verified_at = clock.now()
            _put_address(account, shown.email)
            by = audit.Doer(account.id)
            action = "email.changed" if shown.is_new else "email.verified"
            audit.note("identity", action, by=by, about=account.id)
    except IntegrityError as error:
        detail = "This address belongs to another account by now. Choose another one."
        raise Conflict("email_taken", detail) from error
    if shown.is_new:
        tell_at(before, "email_changed")


def _ask(caller: Caller, email: str, visitor: Visitor) -> LetterSent:
    account = queries.account_row(caller.account_id)
    letters_limit(email, visitor)
    is_new = email != account.email
    until = write_later(EmailToVerify(account_id=account.id, email=email, is_new=is_new))
    return LetterSent(email=email, expires_at=until)


def _locked(shown: EmailToVerify) -> Account:
    if not Account.objects.filter(pk=shown.account_id).exists():
        raise tickets.ticket_over()
    return locked_account(shown.account_id)


def _put_address(account: Account, email: str) -> None:
    account.email = email
    account.save(update_fields=["email", "email_index", "email_verified_at"])
