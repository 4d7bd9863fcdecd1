"""Writing down what happened for those who want to know, and handing it to them."""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.db.models import Manager

from matinee.kernel import clock, ids, outbound
from matinee.kernel.databases import rows_of, transaction_of
from matinee.kernel.problems import Conflict, NotFound
from matinee.kernel.webhooks import posting, signatures
from matinee.kernel.webhooks.messages import Delivery, Endpoint
from matinee.kernel.webhooks.tables import DeliveryTable, EndpointTable, MessageTable
from matinee.kernel.webhooks.waits import wait_after

AT_ONCE = 50
# One address that is slow to answer keeps few others waiting.
_THREADS = 8
# Longer than a whole round may last: what a worker that died had in hand comes again then.
IN_HAND = timedelta(seconds=-(-AT_ONCE // _THREADS) * outbound.WHOLE_TIMEOUT_S + 30)
_ENDPOINTS_MAX = 20
_LOG_ROWS = 50
_KEPT = timedelta(days=30)
_PRUNED_AT_ONCE = 5000
_IS_HEARD = "SELECT EXISTS (SELECT FROM {table} WHERE removed_at IS NULL)"


@dataclass(frozen=True)
class Told:
    """Something that happened, for those who want to know."""

    kind: str
    data: dict[str, Any]


class Webhooks:
    """What one service tells the operator's own systems; its tables are those of `service`."""

    def __init__(self, service: str) -> None:
        self._service = service

    def tell(self, told: Iterable[Told]) -> None:
        """Write messages down for every endpoint that wants them, in the open transaction.

        What is told is made only where somebody listens.
        """
        if not self._is_heard():
            return
        endpoints = list(self._endpoints().filter(removed_at=None))
        now = clock.now()
        messages, deliveries = [], []
        for each in told:
            wanting = [one for one in endpoints if not one.kinds or each.kind in one.kinds]
            if not wanting:
                continue
            message = self._messages().model(kind=each.kind, body=_body(each, now))
            messages.append(message)
            deliveries += [
                self._deliveries().model(endpoint_id=one.pk, message_id=message.pk, due_at=now)
                for one in wanting
            ]
        self._messages().bulk_create(messages)
        self._deliveries().bulk_create(deliveries)

    def endpoint_add(self, url: str, kinds: Sequence[str]) -> Endpoint:
        """Tell an address from now on; Conflict where there are enough, or it is told already.

        Unprocessable where it lies in a private network that the settings do not open.
        """
        outbound.check(url)
        with transaction_of(self._service):
            known = list(self._endpoints().select_for_update().filter(removed_at=None))
            if len(known) >= _ENDPOINTS_MAX:
                detail = f"There are {_ENDPOINTS_MAX} endpoints already. Remove one first."
                raise Conflict("too_many_endpoints", detail)
            if url in {one.url for one in known}:
                raise Conflict("endpoint_exists", f"{url} is told already.")
            secret = signatures.secret_of(ids.secret(24).encode())
            row = self._endpoints().create(url=url, kinds=list(kinds), secret=secret)
        return _endpoint(row)

    def endpoint_remove(self, endpoint_id: UUID) -> None:
        """Tell it nothing more; NotFound if there is none."""
        with transaction_of(self._service):
            self._change(endpoint_id, removed_at=clock.now())
            self._deliveries().filter(endpoint_id=endpoint_id).update(due_at=None)

    def endpoint_pause(self, endpoint_id: UUID, *, is_paused: bool) -> None:
        """Keep what an endpoint is to be told until it goes on; NotFound if there is none."""
        self._change(endpoint_id, is_paused=is_paused)

    def endpoints(self) -> list[Endpoint]:
        """The systems that are told of what happens."""
        return [_endpoint(row) for row in self._endpoints().filter(removed_at=None)]

    def deliveries(self, endpoint_id: UUID) -> list[Delivery]:
        """The newest messages to an endpoint, and how telling it went."""
        rows = self._deliveries().filter(endpoint_id=endpoint_id).select_related("message")
        return [_delivery(row) for row in rows.order_by("-id")[:_LOG_ROWS]]

    def delivery_replay(self, delivery_id: UUID) -> None:
        """Tell it again at once, whether it was taken or not; NotFound if there is none."""
        with transaction_of(self._service):
            mine = self._deliveries().filter(pk=delivery_id, endpoint__removed_at=None)
            if not mine.update(due_at=clock.now(), tries=0, taken_at=None, answer=""):
                raise NotFound("unknown_delivery", "There is no such delivery. Reload the page.")

    def deliveries_make(self) -> int:
        """Post what is due, at most 50 messages; how many."""
        rows = self._taken_in_hand()
        if not rows:
            return 0
        with ThreadPoolExecutor(_THREADS) as threads:
            for row, outcome in zip(rows, threads.map(_posted, rows), strict=True):
                self._note(row, outcome)
        return len(rows)

    def messages_prune(self) -> int:
        """Forget what was told long ago; how many messages."""
        old = self._messages().filter(created_at__lt=clock.now() - _KEPT)
        few = old.values("pk")[:_PRUNED_AT_ONCE]
        return self._messages().filter(pk__in=few).delete()[0]

    def _taken_in_hand(self) -> list[DeliveryTable]:
        now = clock.now()
        with transaction_of(self._service):
            due = self._deliveries().filter(due_at__lte=now, endpoint__is_paused=False)
            rows = list(
                due.select_related("endpoint", "message")
                .select_for_update(skip_locked=True, of=("self",))
                .order_by("due_at")[:AT_ONCE]
            )
            for row in rows:
                row.tries += 1
                row.due_at = now + IN_HAND
            self._deliveries().bulk_update(rows, ["tries", "due_at"])
        return rows

    def _note(self, row: DeliveryTable, outcome: posting.Outcome) -> None:
        now = clock.now()
        wait = None if outcome.is_taken else wait_after(row.tries)
        row.answer = outcome.answer
        row.taken_at = now if outcome.is_taken else None
        row.due_at = None if wait is None else now + wait
        row.save(update_fields=["taken_at", "due_at", "answer"])
        if outcome.is_gone:
            self._endpoints().filter(pk=row.endpoint_id).update(is_paused=True)

    def _is_heard(self) -> bool:
        """Whether anybody listens, as nobody does mostly; asked with everything that happens."""
        place = connections[self._service].ops.quote_name(self._endpoints().model._meta.db_table)
        ((is_heard,),) = rows_of(self._service, _IS_HEARD.format(table=place), {})
        return bool(is_heard)

    def _change(self, endpoint_id: UUID, **columns: object) -> None:
        mine = self._endpoints().filter(pk=endpoint_id, removed_at=None)
        if not mine.update(**columns):
            raise NotFound("unknown_endpoint", "There is no such endpoint. Reload the page.")

    def _endpoints(self) -> "Manager[EndpointTable]":
        return cast("Manager[EndpointTable]", self._rows("WebhookEndpoint"))

    def _messages(self) -> "Manager[MessageTable]":
        return cast("Manager[MessageTable]", self._rows("WebhookMessage"))

    def _deliveries(self) -> "Manager[DeliveryTable]":
        return cast("Manager[DeliveryTable]", self._rows("WebhookDelivery"))

    def _rows(self, table: str) -> "Manager[Any]":
        manager: Manager[Any] = apps.get_model(self._service, table)._default_manager
        return manager


def _body(told: Told, now: datetime) -> str:
    return json.dumps({"type": told.kind, "timestamp": now.isoformat(), "data": told.data})


def _posted(row: DeliveryTable) -> posting.Outcome:
    """In a thread of its own: reads what was loaded, and asks no database."""
    endpoint, message = row.endpoint, row.message
    body = message.body.encode()
    return posting.post(posting.Letter(endpoint.url, endpoint.secret, str(message.pk), body))


def _endpoint(row: EndpointTable) -> Endpoint:
    return Endpoint(
        id=row.pk, url=row.url, kinds=row.kinds, is_paused=row.is_paused, secret=row.secret
    )


def _delivery(row: DeliveryTable) -> Delivery:
    return Delivery(
        id=row.pk,
        message_id=row.message_id,
        kind=row.message.kind,
        tries=row.tries,
        created_at=row.created_at,
        taken_at=row.taken_at,
        next_at=row.due_at,
        answer=row.answer,
    )
