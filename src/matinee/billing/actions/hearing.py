"""What gateways tell by themselves: believed when it is signed, looked up, and taken once.

News come twice, late, in any order or not at all. So none says what is: the thing itself is
asked for, and what it is now is written down. What never came is asked for from time to time.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from matinee.billing.actions.paying import charges_note
from matinee.billing.actions.refunding import dispute_note, refund_note
from matinee.billing.actions.visiting import checkout_note, gateway_or_unavailable
from matinee.billing.gateways.chosen import chosen
from matinee.billing.gateways.gateway import (
    BadNewsError,
    Charge,
    News,
    RefusedError,
    UnsureError,
)
from matinee.billing.models import GatewayNews, NewsMark
from matinee.kernel import clock, ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of, transaction_of
from matinee.kernel.problems import BadRequest, NotFound

log = logging.getLogger(__name__)

AT_ONCE = 500
_KEPT = timedelta(days=60)
_PRUNED_AT_ONCE = 5000
# Any number that no other advisory lock of this database has.
_LOCK = {"lock": 7_204_119}
_NOTE = """
INSERT INTO billing_gatewaynews (id, created_at, gateway, news_id)
SELECT told.id, %(now)s::timestamptz, %(gateway)s::text, told.news_id
FROM unnest(%(ids)s::uuid[], %(news_ids)s::text[]) AS told (id, news_id)
ON CONFLICT (gateway, news_id) DO NOTHING RETURNING id
"""

_KNOWN = """
SELECT news_id FROM billing_gatewaynews
WHERE gateway = %(gateway)s::text AND news_id = ANY(%(ids)s::text[])
"""
# That a reference is none of nothing is said because the index has no others: of more than a
# hundred, PostgreSQL does not find out by itself, and looks at every payment that there ever was.
_SETTLED = """
SELECT charge_ref FROM billing_payment WHERE gateway = %(gateway)s::text
AND charge_ref = ANY(%(charges)s::text[]) AND charge_ref <> '' AND status = 'succeeded'
UNION ALL SELECT refund.ref FROM billing_refund AS refund
JOIN billing_payment AS payment ON payment.id = refund.payment_id
WHERE refund.ref = ANY(%(refunds)s::text[]) AND refund.ref <> '' AND refund.status <> 'processing'
AND payment.gateway = %(gateway)s::text
"""


def news_hear(gateway: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Take what a gateway sent.

    NotFound if it is not the gateway in use; BadRequest if it is not genuine; Unavailable
    while it cannot be looked up, so that it comes again.
    """
    if gateway != chosen().name:
        raise NotFound("unknown_gateway", "This service does not use that payment gateway.")
    try:
        news = chosen().news_in(body, headers)
    except BadNewsError as error:
        log.warning("news that are not genuine: %s", error)
        raise BadRequest("bad_news", "This is not signed as agreed, or cannot be read.") from error
    with gateway_or_unavailable():
        news_take(news)


def news_ask() -> int:
    """Ask for what never came, at most 500 items; how many there were.

    None while another worker asks: it would be told the same.
    """
    with _alone() as is_mine:
        return _asked() if is_mine else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other worker asks just now; one that dies lets go with its connection."""
    ((is_mine,),) = rows_of("billing", "SELECT pg_try_advisory_lock(%(lock)s::bigint)", _LOCK)
    try:
        yield is_mine
    finally:
        if is_mine:
            rows_of("billing", "SELECT pg_advisory_unlock(%(lock)s::bigint)", _LOCK)


def _asked() -> int:
    gateway = chosen()
    mark = NewsMark.objects.filter(gateway=gateway.name).first()
    found = gateway.news_after(None if mark is None else mark.last, AT_ONCE)
    news_take(found)
    if found:
        NewsMark.objects.update_or_create(gateway=gateway.name, defaults={"last": found[-1].id})
    return len(found)


def news_prune() -> int:
    """Forget what was heard so long ago that no gateway tells it again; how many rows."""
    before = clock.now() - _KEPT
    old = GatewayNews.objects.filter(created_at__lt=before).values("pk")[:_PRUNED_AT_ONCE]
    return GatewayNews.objects.filter(pk__in=old).delete()[0]


def news_take(news: Sequence[News]) -> None:
    """Take news that were not taken before; UnsureError while the gateway does not answer.

    The gateway is asked first. That something was heard is then noted in the transaction of
    its effect: both stand, or neither, and of two who heard the same the second finds it done.
    What is settled is never changed by news: of that there is nothing to ask, and to note.
    """
    fresh = _unsettled(_unheard(news))
    of_charges = [item for item in fresh if item.subject == "charge"]
    if of_charges:
        _take(of_charges, partial(charges_note, _charges(of_charges)))
    for item in fresh:
        if item.subject != "charge":
            _take([item], _effect(item))


def _take(items: Sequence[News], effect: Callable[[], None]) -> None:
    with transaction_of("billing"):
        if _noted(items):
            effect()


def _unheard(news: Sequence[News]) -> list[News]:
    """News that were not taken yet, each once."""
    by_id = {item.id: item for item in news}
    values = {"gateway": chosen().name, "ids": array(by_id)}
    known = {told for (told,) in rows_of("billing", _KNOWN, values)}
    return [item for key, item in by_id.items() if key not in known]


def _noted(items: Sequence[News]) -> bool:
    """Note that these were heard; whether any was not. Waits for whoever notes the same now.

    They are noted in one order, so that no two wait for each other.
    """
    values = {
        "now": clock.now(),
        "gateway": chosen().name,
        "ids": array([ids.uuid7() for _ in items]),
        "news_ids": array(sorted(item.id for item in items)),
    }
    return bool(rows_of("billing", _NOTE, values))


def _unsettled(items: Sequence[News]) -> list[News]:
    """Those but of charges that are known to have succeeded, and of refunds that are decided."""
    if not items:
        return []
    # Apart: PostgreSQL compares each of a page's charges with each refund while those are few.
    charges = {item.ref for item in items if item.subject == "charge"}
    refunds = {item.ref for item in items if item.subject == "refund"}
    values = {"gateway": chosen().name, "charges": array(charges), "refunds": array(refunds)}
    settled = {told for (told,) in rows_of("billing", _SETTLED, values)}
    return [item for item in items if item.ref not in settled]


def _charges(items: Sequence[News]) -> list[Charge]:
    """How charges stand."""
    answers = chosen().charges_find(list(dict.fromkeys(item.ref for item in items)))
    for answer in answers:
        if isinstance(answer, UnsureError):
            raise answer
    return [answer for answer in answers if isinstance(answer, Charge)]


def _effect(item: News) -> Callable[[], None]:
    """What news of anything but a charge change, once the gateway has said how it stands."""
    gateway = chosen()
    try:
        match item.subject:
            case "checkout":
                return partial(checkout_note, gateway.checkout_find(item.ref))
            case "refund":
                return partial(refund_note, gateway.refund_find(item.ref))
            case "dispute":
                return partial(dispute_note, gateway.dispute_find(item.ref))
    except RefusedError as error:
        log.warning("news %s of %s, which is not there: %s", item.id, item.ref, error)
    return _nothing


def _nothing() -> None:
    """What news change that are of no concern here."""
