"""Checking what somebody shows beside a password: each thing counts once."""

from typing import NamedTuple
from uuid import UUID

from matinee.identity import passwords
from matinee.identity.actions import passkeys
from matinee.identity.actions.writing import tell
from matinee.identity.models import Account, RecoveryCode, TotpFactor
from matinee.identity.relying import Answer
from matinee.identity.rules import codes
from matinee.identity.rules.visitors import Visitor
from matinee.identity.steps import PasskeyPurpose
from matinee.kernel import audit, clock, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Forbidden, Unprocessable
from matinee.kernel.stores import Count

_WINDOW_S = 15 * 60
# From one place; a known password is needed to come this far.
_TRIES = 5
_TRIES_EVERYWHERE = 25


class Shown(NamedTuple):
    """What somebody shows: a code of an app, a recovery code, or a passkey's answer."""

    code: str | None = None
    recovery_code: str | None = None
    passkey_ticket: str | None = None
    credential: Answer | None = None

    def how_many(self) -> int:
        """How many different things these are."""
        return sum(
            each is not None
            for each in (self.code, self.recovery_code, self.passkey_ticket or self.credential)
        )


def factor_prove(account: Account, shown: Shown, visitor: Visitor, purpose: PasskeyPurpose) -> None:
    """Return if the second factor of an account is right; Forbidden (`wrong_code`) if not.

    TooMany after five wrong ones, Unprocessable unless exactly one thing is shown.
    """
    if shown.how_many() != 1:
        raise Unprocessable("one_factor", "Show one thing: a code, a recovery code or a passkey.")
    here = f"{account.id}:{visitor.network}"
    counts = [
        Count("second_factor", here, _TRIES),
        Count("second_factor_everywhere", str(account.id), _TRIES_EVERYWHERE),
    ]
    stores.limit_each(counts, _WINDOW_S)
    if not _is_right(account, shown, purpose):
        _note_wrong(account, visitor)
        detail = "This is not right, or was used before. Take the code that is shown now."
        raise Forbidden("wrong_code", detail)
    stores.forgive_each(counts)


def _is_right(account: Account, shown: Shown, purpose: PasskeyPurpose) -> bool:
    if shown.code is not None:
        return _take_totp(account.id, shown.code)
    if shown.recovery_code is not None:
        return _take_recovery(account, shown.recovery_code)
    found = passkeys.passkey_prove(shown.passkey_ticket or "", shown.credential or {}, purpose)
    return found.id == account.id


def _take_totp(account_id: UUID, code: str) -> bool:
    """Whether it is the app's code of just now; it works once (RFC 6238, section 5.2)."""
    step = codes.totp_step(clock.unix_s())
    factor = TotpFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).first()
    if factor is None or not codes.is_totp(codes.totp_key(factor.secret), step, code):
        return False
    with transaction_of("identity"):
        mine = TotpFactor.objects.filter(pk=factor.pk, step_taken__lt=step)
        return mine.update(step_taken=step) == 1


def _take_recovery(account: Account, typed: str) -> bool:
    wanted = codes.read_recovery(typed)
    number = -1 if wanted is None else wanted.number
    row = RecoveryCode.objects.filter(account=account, number=number, used_at=None).first()
    kept = passwords.UNUSABLE if row is None else row.code
    right, _ = passwords.check("" if wanted is None else wanted.letters, kept)
    if row is None or not right:
        return False
    with transaction_of("identity"):
        mine = RecoveryCode.objects.filter(pk=row.pk, used_at=None)
        is_first = mine.update(used_at=clock.now()) == 1
    if is_first:
        tell(account, "recovery_code_used")
    return is_first


def _note_wrong(account: Account, visitor: Visitor) -> None:
    by = audit.Doer(account.id, place=audit.place(visitor.address))
    with transaction_of("identity"):
        audit.note("identity", "factor.wrong", by=by, about=account.id)
