"""Telling the operator's own systems: signed (Standard Webhooks), retried, logged, replayed."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import requests

from matinee.billing.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from matinee.billing.rules import signatures
from matinee.billing.rules import telling as rules
from matinee.kernel import clock, ids, outbound
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound

log = logging.getLogger(__name__)

AT_ONCE = 50
_ENDPOINTS_MAX = 20
# Longer than any request may last: a delivery whose worker died comes again then.
_IN_HAND = timedelta(seconds=60)
_TAKEN = range(200, 300)
_GONE = 410
_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Told:
    """Something that happened, for those who want to know."""

    kind: str
    data: dict[str, Any]


def operator_tell(told: Iterable[Told]) -> None:
    """Write messages down for every endpoint that wants them, in the open transaction.

    What is told is made only where somebody listens.
    """
    endpoints = list(WebhookEndpoint.objects.filter(removed_at=None))
    if not endpoints:
        return
    now = clock.now()
    deliveries = []
    messages = []
    for each in told:
        wanting = [one for one in endpoints if not one.kinds or each.kind in one.kinds]
        if not wanting:
            continue
        body = {"type": each.kind, "timestamp": now.isoformat(), "data": each.data}
        message = WebhookMessage(kind=each.kind, body=json.dumps(body))
        messages.append(message)
        deliveries += [
            WebhookDelivery(endpoint=one, message=message, due_at=now) for one in wanting
        ]
    WebhookMessage.objects.bulk_create(messages)
    WebhookDelivery.objects.bulk_create(deliveries)


def endpoint_add(url: str, kinds: Sequence[str]) -> WebhookEndpoint:
    """Tell an address from now on; Conflict where there are enough, or it is told already.

    Unprocessable where it lies in a private network that the settings do not open.
    """
    outbound.check(url)
    with transaction_of("billing"):
        known = list(WebhookEndpoint.objects.select_for_update().filter(removed_at=None))
        if len(known) >= _ENDPOINTS_MAX:
            detail = f"There are {_ENDPOINTS_MAX} endpoints already. Remove one first."
            raise Conflict("too_many_endpoints", detail)
        if url in {one.url for one in known}:
            raise Conflict("endpoint_exists", f"{url} is told already.")
        secret = signatures.secret_of(ids.secret(24).encode())
        return WebhookEndpoint.objects.create(url=url, kinds=list(kinds), secret=secret)


def endpoint_remove(endpoint_id: UUID) -> None:
    """Tell it nothing more; NotFound if there is none."""
    with transaction_of("billing"):
        mine = WebhookEndpoint.objects.filter(pk=endpoint_id, removed_at=None)
        if not mine.update(removed_at=clock.now()):
            raise NotFound("unknown_endpoint", "There is no such endpoint. Reload the page.")
        WebhookDelivery.objects.filter(endpoint=endpoint_id).update(due_at=None)


def delivery_replay(delivery_id: UUID) -> None:
    """Tell it again at once, whether it was taken or not; NotFound if there is none."""
    with transaction_of("billing"):
        mine = WebhookDelivery.objects.filter(pk=delivery_id, endpoint__removed_at=None)
        if not mine.update(due_at=clock.now(), tries=0, taken_at=None, answer=""):
            raise NotFound("unknown_delivery", "There is no such delivery. Reload the page.")


def deliveries_make() -> int:
    """Post what is due, at most 50 messages; how many."""
    now = clock.now()
    with transaction_of("billing"):
        due = WebhookDelivery.objects.filter(due_at__lte=now, endpoint__is_paused=False)
        rows = list(
            due.select_related("endpoint", "message")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at")[:AT_ONCE]
        )
        # In hand: nobody else takes them meanwhile.
        for row in rows:
            row.tries += 1
            row.due_at = now + _IN_HAND
        WebhookDelivery.objects.bulk_update(rows, ["tries", "due_at"])
    with outbound.session() as http:
        for row in rows:
            _post(http, row)
    return len(rows)


def messages_prune() -> int:
    """Forget what was told long ago; how many messages."""
    old = WebhookMessage.objects.filter(created_at__lt=clock.now() - _KEPT).values("pk")[:5000]
    return WebhookMessage.objects.filter(pk__in=old).delete()[0]


def _post(http: requests.Session, row: WebhookDelivery) -> None:
    body = row.message.body.encode()
    now = clock.now()
    headers = signatures.signed(
        row.endpoint.secret, str(row.message_id), int(now.timestamp()), body
    )
    headers = {**headers, "content-type": "application/json"}
    try:
        status = outbound.post(http, row.endpoint.url, body, headers)
    except requests.RequestException as error:
        _failed(row, now, f"{type(error).__name__}: {error}"[:200])
        return
    if status in _TAKEN:
        row.taken_at, row.due_at, row.answer = now, None, str(status)
        row.save(update_fields=["taken_at", "due_at", "answer"])
        return
    if status == _GONE:
        endpoint_pause(row.endpoint_id, is_paused=True)
    _failed(row, now, str(status))


def endpoint_pause(endpoint_id: UUID, *, is_paused: bool) -> None:
    """Keep what an endpoint is to be told until it goes on; NotFound if there is none."""
    mine = WebhookEndpoint.objects.filter(pk=endpoint_id, removed_at=None)
    if not mine.update(is_paused=is_paused):
        raise NotFound("unknown_endpoint", "There is no such endpoint. Reload the page.")


def _failed(row: WebhookDelivery, now: datetime, answer: str) -> None:
    wait = rules.wait_after(row.tries)
    row.answer = answer
    row.due_at = None if wait is None else now + wait
    row.save(update_fields=["answer", "due_at"])
