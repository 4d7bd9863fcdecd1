"""What can be done with passkeys; each in one transaction."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError

from matinee.identity import relying, tickets
from matinee.identity.actions.locking import locked_account
from matinee.identity.models import Account, Passkey
from matinee.identity.models.factors import CREDENTIAL_ID_BYTES_MAX
from matinee.identity.relying import Answer
from matinee.identity.steps import PasskeyPurpose, PasskeyQuestion
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import BadRequest, Conflict, Forbidden, NotFound

PASSKEYS_MAX = 20


class Question(NamedTuple):
    """What a browser is to ask an authenticator."""

    ticket: str
    options: relying.Options
    until: datetime


def passkey_ask(purpose: PasskeyPurpose, account_id: UUID | None = None) -> Question:
    """Ask for a proof: by one of an account's passkeys, or by any that knows whose it is."""
    _refuse_impossible()
    mine = Passkey.objects.filter(account_id=account_id) if account_id else Passkey.objects.none()
    having = [bytes(each) for each in mine.values_list("credential_id", flat=True)]
    return _question(purpose, account_id, relying.ask_proof(having))


def passkey_ask_new(account: Account) -> Question:
    """Ask for a new passkey; Conflict when the account has as many as it may."""
    _refuse_impossible()
    having = Passkey.objects.filter(account=account).values_list("credential_id", flat=True)
    _refuse_too_many(len(having))
    owner = relying.Owner(account.id.bytes, account.email)
    asked = relying.ask_new(owner, [bytes(each) for each in having])
    return _question("register", account.id, asked)


def passkey_add(account_id: UUID, ticket: str, answer: Answer, name: str) -> Passkey:
    """Keep the passkey that an authenticator made; Forbidden when its answer is not in order."""
    question = tickets.take(PasskeyQuestion, ticket)
    made = relying.read_new(answer, relying.challenge_of(question.challenge))
    is_mine = question.purpose == "register" and question.account_id == account_id
    if made is None or not is_mine or len(made.credential_id) > CREDENTIAL_ID_BYTES_MAX:
        raise _wrong_passkey()
    row = Passkey(
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        uses=made.uses,
        name=name,
    )
    try:
        with transaction_of("identity"):
            locked_account(account_id)
            _refuse_too_many(Passkey.objects.filter(account_id=account_id).count())
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("passkey_taken", "This passkey is in use already.") from error
    return row


def passkey_prove(ticket: str, answer: Answer, purpose: PasskeyPurpose) -> Account:
    """Whose passkey answered a question of `purpose`; Forbidden when the answer is wrong.

    Each question is answered once, right or wrong.
    """
    question = tickets.take(PasskeyQuestion, ticket)
    credential_id = relying.credential_id_of(answer)
    with transaction_of("identity"):
        found = Passkey.objects.select_for_update(of=("self",)).select_related("account")
        row = found.filter(credential_id=credential_id).first()
        if row is None or question.purpose != purpose:
            raise _wrong_passkey()
        if question.account_id not in {None, row.account_id}:
            raise _wrong_passkey()
        challenge = relying.challenge_of(question.challenge)
        uses = relying.read_proof(answer, challenge, bytes(row.public_key), row.uses)
        if uses is None:
            raise _wrong_passkey()
        row.uses, row.used_at = uses, clock.now()
        row.save(update_fields=["uses", "used_at"])
    return row.account


def passkey_rename(account_id: UUID, passkey_id: UUID, name: str) -> Passkey:
    """Give a passkey another name; NotFound when it is not of this account."""
    with transaction_of("identity"):
        row = _locked_passkey(account_id, passkey_id)
        row.name = name
        row.save(update_fields=["name"])
    return row


def passkey_remove(account_id: UUID, passkey_id: UUID) -> None:
    """Let a passkey sign in no longer, within a transaction; NotFound when it is not there."""
    _locked_passkey(account_id, passkey_id).delete()


def _question(
    purpose: PasskeyPurpose, account_id: UUID | None, asked: tuple[bytes, relying.Options]
) -> Question:
    challenge, options = asked
    kept = PasskeyQuestion(
        purpose=purpose, challenge=relying.text_of(challenge), account_id=account_id
    )
    ticket, until = tickets.issue(kept)
    return Question(ticket, options, until)


def _locked_passkey(account_id: UUID, passkey_id: UUID) -> Passkey:
    mine = Passkey.objects.select_for_update().filter(account_id=account_id)
    row = mine.filter(pk=passkey_id).first()
    if row is None:
        raise NotFound("unknown_passkey", "This account has no such passkey. Load the list anew.")
    return row


def _refuse_impossible() -> None:
    if not relying.is_possible():
        detail = "Passkeys need an address with https:// and a name. Use a password here."
        raise BadRequest("no_passkeys_here", detail)


def _refuse_too_many(count: int) -> None:
    if count >= PASSKEYS_MAX:
        detail = f"An account has at most {PASSKEYS_MAX} passkeys. Remove one first."
        raise Conflict("too_many_passkeys", detail)


def _wrong_passkey() -> Forbidden:
    return Forbidden("wrong_passkey", "This passkey was not accepted. Try again, or another way.")
