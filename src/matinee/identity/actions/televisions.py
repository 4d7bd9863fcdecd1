"""What can be done with televisions that wait to be let in; each in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError

from matinee.identity import rules
from matinee.identity.actions.starting import Leave, SignedIn, start_session
from matinee.identity.models import DeviceGrant
from matinee.identity.rules import televisions
from matinee.identity.rules.devices import NAME_LENGTH_MAX, Device
from matinee.identity.rules.televisions import Asking, Poll
from matinee.kernel import audit, clock, ids, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import NotFound
from matinee.kernel.tokens import Caller

_WINDOW_S = 15 * 60
_CODES_MAX = 60
# Of an account, and of a network that many may share.
_WRONG_MAX, _WRONG_FROM_MAX = 5, 20
_MADE_TRIES = 5
_PRUNED_AT_ONCE = 5_000


class Made(NamedTuple):
    """The codes of a television, which are nowhere else."""

    device_code: str
    user_code: str
    grant: DeviceGrant


class Polled(NamedTuple):
    """What became of a television's question: a session, once it is let in."""

    poll: Poll
    signed_in: SignedIn | None = None


def device_code_make(device: Device, network: str, leave: Leave | None = None) -> Made:
    """Codes for a television in `network`; TooMany when it wants too many of them."""
    stores.limit("device_codes", network, _CODES_MAX, _WINDOW_S)
    for _ in range(_MADE_TRIES):
        letters = ids.letters(televisions.LETTERS, televisions.LETTERS_LENGTH)
        device_code, user_code = ids.secret(), televisions.shown(letters)
        grant = DeviceGrant(
            device_code_sha256=rules.digest(device_code), user_code_sha256=rules.digest(user_code)
        )
        try:
            with transaction_of("identity"):
                _keep(grant, device, network, leave)
            return Made(device_code, user_code, grant)
        except IntegrityError:
            continue  # somebody is shown these letters just now
    msg = f"{_MADE_TRIES} codes of {televisions.LETTERS_LENGTH} letters were all taken"
    raise RuntimeError(msg)


def device_look(caller: Caller, user_code: str, network: str) -> DeviceGrant:
    """Who waits with a code; NotFound for a wrong one, TooMany after five."""
    with _guessed(caller, network), transaction_of("identity"):
        return _waiting(user_code)


def device_answer(caller: Caller, user_code: str, network: str, *, is_allowed: bool) -> None:
    """Let a television into the caller's account, or not; raises like `device_look`."""
    with _guessed(caller, network), transaction_of("identity"):
        grant = _waiting(user_code)
        grant.account_id, grant.is_allowed = caller.account_id, is_allowed
        grant.save(update_fields=["account", "is_allowed"])
        by = audit.Doer(caller.account_id, caller.session_id, place=audit.place(network))
        facts = {"is_allowed": is_allowed}
        audit.note("identity", "device.answered", by=by, about=caller.account_id, facts=facts)


def device_poll(device_code: str, device: Device, client_id: UUID | None = None) -> Polled:
    """Let a television in, once, if somebody has said so; `client_id` is the asking client's."""
    now, kept = clock.now(), rules.digest(device_code)
    with transaction_of("identity"):
        found = DeviceGrant.objects.select_for_update(of=("self",)).select_related("client")
        grant = found.filter(device_code_sha256=kept, client_id=client_id).first()
        if grant is None:
            return Polled(Poll("expired", televisions.INTERVAL_S))
        poll = televisions.poll(_asking(grant), now)
        grant.polled_at, grant.interval_s = now, poll.interval_s
        signed_in = _let_in(grant, device, now) if poll.outcome == "let_in" else None
        grant.save(update_fields=["polled_at", "interval_s", "used_at"])
    return Polled(poll, signed_in)


def devices_waiting_prune() -> int:
    """Forget televisions whose codes are over, at most 5,000; how many."""
    with transaction_of("identity"):
        old = DeviceGrant.objects.filter(expires_at__lte=clock.now())
        return DeviceGrant.objects.filter(pk__in=old.values("pk")[:_PRUNED_AT_ONCE]).delete()[0]


def _keep(grant: DeviceGrant, device: Device, network: str, leave: Leave | None) -> None:
    if leave is not None:
        grant.client, grant.scope = leave.client, leave.scope
    grant.device_name, grant.place = device.name[:NAME_LENGTH_MAX], device.place
    grant.network, grant.interval_s = network, televisions.INTERVAL_S
    grant.expires_at = clock.now() + televisions.LIFETIME
    grant.save(force_insert=True)


def _let_in(grant: DeviceGrant, device: Device, now: datetime) -> SignedIn:
    assert grant.account_id is not None  # noqa: S101 - the table says so of an answered one
    grant.used_at = now
    named = Device(device.device_class, grant.device_name or device.name, device.place)
    leave = Leave(grant.client, grant.scope) if grant.client else None
    return start_session(grant.account_id, named, leave=leave)


def _waiting(user_code: str) -> DeviceGrant:
    """The television that waits with this code; wrong, old and answered ones are all the same."""
    found = DeviceGrant.objects.select_for_update(of=("self",)).select_related("client")
    waiting = found.filter(is_allowed=None, expires_at__gt=clock.now())
    grant = waiting.filter(user_code_sha256=rules.digest(user_code)).first()
    if grant is None:
        detail = "No television shows this code now. Compare it letter by letter, or get a new one."
        raise NotFound("unknown_code", detail)
    return grant


@contextmanager
def _guessed(caller: Caller, network: str) -> Iterator[None]:
    """Counts wrong codes, of an account and of a network; a right one does not clear the count."""
    counted = (
        ("device_guesses", str(caller.account_id), _WRONG_MAX),
        ("device_guesses_from", network, _WRONG_FROM_MAX),
    )
    for what, who, tries in counted:
        stores.limit(what, who, tries, _WINDOW_S)
    yield
    for what, who, _ in counted:
        stores.take_back(what, who)


def _asking(grant: DeviceGrant) -> Asking:
    return Asking(
        grant.expires_at,
        grant.polled_at,
        grant.interval_s,
        grant.is_allowed,
        grant.used_at is not None,
    )
