"""Hands on what lies in every outbox, as relay and workers do."""

from collections.abc import Sequence
from typing import Any

from matinee.kernel.events import hearing, relay
from matinee.kernel.events.handed import UnderWay
from matinee.run import services

_ROUNDS_MAX = 20


def tell_all() -> int:
    """Deliver until nothing is left to tell; how many events were heard."""
    services.load_edges_of_work("events")
    count = 0

    def hear(subscriber: str, event_type: str, bodies: Sequence[dict[str, Any]]) -> None:
        nonlocal count
        for body in bodies:
            hearing.hear(subscriber, event_type, body)
            count += 1

    under_way = {service: UnderWay() for service in services.ALL}
    for _ in range(_ROUNDS_MAX):
        before = count
        for service in services.ALL:
            relay.relay_batch(service, hear, under_way[service])
            relay.settle(service, hear, under_way[service])
        if count == before:
            return count
    raise AssertionError("events go round and round")
