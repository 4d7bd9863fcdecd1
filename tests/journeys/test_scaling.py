"""Processes of a whole installation say how they go, and somebody decides how many there are."""

import json

from matinee.run.scaling.copies import FILE, Copies, Decided
from tests.journeys.service import Service
from tests.patience import until


def decided(service: Service) -> dict[str, Copies]:
    """What was decided last, while somebody presses play who is not let in."""
    with service.client() as client:
        for _ in range(20):
            client.post("/api/playback/sessions")
    path = service.home / "run" / FILE
    return Decided.model_validate_json(path.read_text()).copies if path.exists() else {}


def seen(service: Service) -> dict[str, Copies]:
    """The same, once somebody was seen."""
    found = decided(service)
    return found if found and found["web"].needed else {}


def test_what_there_is_to_do_is_seen(service: Service) -> None:
    copies = until(lambda: seen(service))
    assert set(copies) == {"web", "worker", "encoder"}
    # The installation's own bounds hold, whatever there is to do.
    assert {(one.wanted, one.running) for one in copies.values()} == {(1, 1)}
    told = json.loads(service.matinee("status", "--json").stdout)
    assert {one["name"] for one in told} == {one["name"] for one in service.status()}
    shown = service.matinee("copies").stdout
    assert "web" in shown
    assert "foreseen" in shown
