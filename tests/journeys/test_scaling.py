"""Processes of a whole installation say how they go, and somebody decides how many there are."""

import json
from typing import Any

from tests.journeys.service import Service
from tests.patience import until


def copies(service: Service) -> dict[str, Any]:
    """What is decided, while somebody uses the service."""
    with service.client() as client:
        for _ in range(50):
            client.get("/api/identity/livez")
    told = service.matinee("copies", "--json").stdout
    decided: dict[str, Any] = json.loads(told)["copies"] if told.strip() else {}
    return decided


def test_what_there_is_to_do_is_seen(service: Service) -> None:
    decided = until(lambda: (found := copies(service)) and found["web"]["needed"] and found)
    assert set(decided) == {"web", "worker", "encoder"}
    # The installation's own bounds hold, whatever there is to do.
    assert {(one["wanted"], one["running"]) for one in decided.values()} == {(1, 1)}
