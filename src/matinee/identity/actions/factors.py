"""What can be done with authenticator apps, recovery codes and second factors as such."""

import os
from typing import NamedTuple
from uuid import UUID

from matinee.identity import passwords, queries
from matinee.identity.actions import passkeys
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.locking import locked_account
from matinee.identity.actions.sessions import session_step_up
from matinee.identity.actions.starting import SignedIn
from matinee.identity.actions.writing import tell
from matinee.identity.models import (
    RECOVERY_CODES,
    Account,
    Passkey,
    ProviderLink,
    RecoveryCode,
    Session,
    TotpFactor,
)
from matinee.identity.relying import Answer
from matinee.identity.rules import codes
from matinee.kernel import audit, clock, ids, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Forbidden, NotFound
from matinee.kernel.tokens import Caller

_ISSUER = "Matinee"
_CONFIRM_TRIES = 5
_CONFIRM_WINDOW_S = 15 * 60


class TotpSecret(NamedTuple):
    """A secret for an authenticator app, and the same as its QR code says it."""

    text: str
    uri: str


class Enrolled(NamedTuple):
    """The session after a factor was set up, and new recovery codes if there were none."""

    signed_in: SignedIn
    recovery_codes: list[str]


class NewPasskey(NamedTuple):
    """An authenticator's answer, and how its owner calls it."""

    ticket: str
    answer: Answer
    name: str


def totp_draft(account: Account) -> TotpSecret:
    """Make a secret that counts once a code of it was typed; Conflict if there is an app."""
    secret = codes.totp_text(os.urandom(codes.TOTP_SECRET_BYTES))
    with transaction_of("identity"):
        locked_account(account.id)
        row = TotpFactor.objects.filter(account=account).first() or TotpFactor(account=account)
        if row.confirmed_at is not None:
            detail = "An authenticator app is set up already. Remove it first to use another one."
            raise Conflict("totp_taken", detail)
        row.secret, row.step_taken = secret, 0
        row.save()
    return TotpSecret(secret, codes.totp_uri(secret, account.email, _ISSUER))


def totp_confirm(account: Account, caller: Caller, code: str, *, end_others: bool) -> Enrolled:
    """Let an app count from now on, by a code of it; Forbidden (`wrong_code`) if it is not."""
    stores.limit("totp_confirm", str(account.id), _CONFIRM_TRIES, _CONFIRM_WINDOW_S)
    step = codes.totp_step(clock.unix_s())
    fresh = _fresh_codes(account.id)
    with transaction_of("identity"):
        locked_account(account.id)
        row = TotpFactor.objects.filter(account=account, confirmed_at=None).first()
        if row is None:
            raise NotFound("no_totp_draft", "Begin again: there is no authenticator app to set up.")
        if not codes.is_totp(codes.totp_key(row.secret), step, code):
            raise Forbidden("wrong_code", "This is not the code that the app shows now.")
        row.confirmed_at, row.step_taken = clock.now(), step
        row.save(update_fields=["confirmed_at", "step_taken"])
        enrolled = _enrolled(account, caller, fresh, end_others=end_others)
    stores.forgive("totp_confirm", str(account.id))
    tell(account, "factor_added")
    return enrolled


def passkey_enrol(
    account: Account, caller: Caller, made: NewPasskey, *, end_others: bool
) -> tuple[Passkey, Enrolled]:
    """Add a passkey, which is a second factor from now on."""
    fresh = _fresh_codes(account.id)
    with transaction_of("identity"):
        row = passkeys.passkey_add(account.id, made.ticket, made.answer, made.name)
        enrolled = _enrolled(account, caller, fresh, end_others=end_others)
    tell(account, "factor_added")
    return row, enrolled


def totp_remove(account: Account, caller: Caller) -> None:
    """Let the authenticator app count no longer; NotFound if there is none."""
    with transaction_of("identity"):
        locked_account(account.id)
        mine = TotpFactor.objects.filter(account=account, confirmed_at__isnull=False)
        if mine.delete()[0] == 0:
            raise NotFound("no_totp", "There is no authenticator app to remove.")
        _removed(account, caller, "totp")
    tell(account, "factor_removed")


def passkey_take_away(account: Account, caller: Caller, passkey_id: UUID) -> None:
    """Let a passkey sign in no longer; NotFound when it is not of this account."""
    with transaction_of("identity"):
        locked_account(account.id)
        passkeys.passkey_remove(account.id, passkey_id)
        _removed(account, caller, "passkey")
    tell(account, "factor_removed")


def recovery_codes_renew(account: Account, caller: Caller) -> list[str]:
    """Make new recovery codes, after which the old ones are worth nothing.

    Conflict where there is no second factor that they could stand in for.
    """
    if not queries.factor_ways(account.id):
        detail = "Set up an authenticator app or a passkey first; the codes stand in for these."
        raise Conflict("no_factor", detail)
    fresh = _made_codes()
    with transaction_of("identity"):
        locked_account(account.id)
        _keep_codes(account.id, fresh)
        audit.note("identity", "recovery_codes.renewed", by=audit.Doer.of(caller), about=account.id)
    return [code.shown() for code in fresh.codes]


def factors_remove(email: str) -> None:
    """Take every second factor from somebody who lost them all, and sign them out everywhere.

    By the operator, who has seen by other means who it is; NotFound if there is no account.
    """
    account = queries.account_row(queries.account_id_of(email))
    with transaction_of("identity"):
        locked_account(account.id)
        factors_drop(account.id, audit.COMMAND_LINE)
    tell(account, "factor_removed")


def factors_drop(account_id: UUID, by: audit.Doer) -> None:
    """Let nothing sign in but the password, nowhere and from now on; in a transaction."""
    Passkey.objects.filter(account_id=account_id).delete()
    TotpFactor.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.filter(account_id=account_id).delete()
    ProviderLink.objects.filter(account_id=account_id).delete()
    sessions_end(account_id, "factor_changed")
    facts = {"factor": "all"}
    audit.note("identity", "factor.removed", by=by, about=account_id, facts=facts)


class _Fresh(NamedTuple):
    """Recovery codes with their hashes, made before any row is locked: hashing takes a while."""

    codes: list[codes.Recovery]
    hashes: list[str]


def _fresh_codes(account_id: UUID) -> _Fresh | None:
    """New codes for an account that has none that work."""
    return None if queries.recovery_codes_left(account_id) else _made_codes()


def _made_codes() -> _Fresh:
    made = [
        codes.Recovery(number, ids.letters(codes.LETTERS, codes.RECOVERY_LETTERS))
        for number in range(RECOVERY_CODES)
    ]
    return _Fresh(made, passwords.hashed_each(code.letters for code in made))


def _keep_codes(account_id: UUID, fresh: _Fresh) -> None:
    RecoveryCode.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, number=code.number, code=kept)
        for code, kept in zip(fresh.codes, fresh.hashes, strict=True)
    )


def _enrolled(
    account: Account, caller: Caller, fresh: _Fresh | None, *, end_others: bool
) -> Enrolled:
    """What follows from a new factor, in the transaction that keeps it."""
    if fresh is not None:
        _keep_codes(account.id, fresh)
    if end_others:
        sessions_end(account.id, "factor_changed", keep=caller.session_id)
    signed_in = session_step_up(caller.session_id, has_second_factor=True)
    audit.note("identity", "factor.added", by=audit.Doer.of(caller), about=account.id)
    return Enrolled(signed_in, [] if fresh is None else [code.shown() for code in fresh.codes])


def _removed(account: Account, caller: Caller, factor: str) -> None:
    """What follows from a factor less, in the transaction that removes it."""
    if not queries.factor_ways(account.id):
        RecoveryCode.objects.filter(account=account).delete()
        Session.objects.filter(account=account).update(has_second_factor=False)
    audit.note(
        "identity",
        "factor.removed",
        by=audit.Doer.of(caller),
        about=account.id,
        facts={"factor": factor},
    )
