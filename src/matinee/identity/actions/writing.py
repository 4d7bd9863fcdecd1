"""Writing letters about accounts, behind the back of the request that asked for them.

A request leaves a ticket and a task, whatever is true of the address: only the task looks, so
that neither an answer nor its time tells who has an account.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kombu.exceptions import OperationalError

from matinee.identity import queries, tickets
from matinee.identity.models import Account
from matinee.identity.rules import letters
from matinee.identity.rules.letters import Letter, Notice
from matinee.identity.rules.passwords import password_mark
from matinee.identity.steps import (
    EmailToVerify,
    Forgotten,
    PasswordToReset,
    ProfileToMove,
    SignUpDraft,
    ToldOf,
)
from matinee.kernel import mailing, settings, tasks
from matinee.kernel.problems import Gone, Unavailable

log = logging.getLogger(__name__)

LETTER_TASK = "matinee.identity.write_letter"


@dataclass(frozen=True)
class Draft:
    """A letter and whom it goes to."""

    to: str
    letter: Letter


def write_later(meaning: tickets.TicketFor) -> datetime:
    """Have a letter written about what a new ticket stands for; when its code ends.

    Unavailable while letters cannot be put down.
    """
    secret, until = tickets.issue(meaning)
    try:
        tasks.send(LETTER_TASK, {"kind": meaning.kind, "code": secret})
    except (OSError, OperationalError) as error:
        code = "store_down"
        raise Unavailable(code, "This does not work just now. Please try again soon.") from error
    return until


def write_if_possible(meaning: tickets.TicketFor) -> None:
    """Have a letter written of what has happened, and has even if no letter can leave."""
    try:
        write_later(meaning)
    except Unavailable as problem:
        log.warning("a letter could not be put down: %s", problem.code)


def tell(account: Account, notice: Notice) -> None:
    """Tell an account's owner of what has happened."""
    tell_at(account.email, notice)


def tell_at(email: str, notice: Notice) -> None:
    """Tell whoever reads an address of what has happened."""
    write_if_possible(ToldOf(email=email, notice=notice))


def letter_write(kind: str, code: str) -> None:
    """Write one letter; one of mailing.NOT_TAKEN while it cannot be sent.

    Nothing happens when its ticket is over, or where there is nothing to say.
    """
    try:
        draft = _WRITERS[kind](code)
    except Gone:
        return
    if draft is not None:
        mailing.send(draft.to, draft.letter.subject, draft.letter.text)


def _sign_up(code: str) -> Draft:
    wanted = tickets.look(SignUpDraft, code)
    if queries.account_named(wanted.email) is None:
        return Draft(wanted.email, letters.sign_up(_url(), code))
    return Draft(wanted.email, letters.have_account(_url()))


def _verify(code: str) -> Draft:
    wanted = tickets.look(EmailToVerify, code)
    owner = queries.account_named(wanted.email)
    if owner is None or owner.id == wanted.account_id:
        return Draft(wanted.email, letters.verify_email(_url(), code))
    return Draft(wanted.email, letters.address_taken(_url()))


def _move_profile(code: str) -> Draft:
    wanted = tickets.look(ProfileToMove, code)
    if queries.account_named(wanted.email) is None:
        return Draft(wanted.email, letters.move_profile(_url(), code))
    return Draft(wanted.email, letters.have_account(_url()))


def _forgotten(code: str) -> Draft | None:
    account = queries.account_named(tickets.look(Forgotten, code).email)
    if account is None:
        return None
    mark = password_mark(account.password)
    secret, _ = tickets.issue(
        PasswordToReset(account_id=account.id, email=account.email, password_mark=mark)
    )
    return Draft(account.email, letters.reset_password(_url(), secret))


def _told(code: str) -> Draft:
    told = tickets.look(ToldOf, code)
    return Draft(told.email, letters.notice(_url(), told.notice))


_WRITERS: dict[str, Callable[[str], Draft | None]] = {
    SignUpDraft.kind: _sign_up,
    EmailToVerify.kind: _verify,
    ProfileToMove.kind: _move_profile,
    Forgotten.kind: _forgotten,
    ToldOf.kind: _told,
}


def _url() -> str:
    return settings.get().url
