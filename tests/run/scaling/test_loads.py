"""What a web process says of itself is what it counted."""

import os
from typing import Any

import pytest
from werkzeug.test import Client

from matinee.run import metrics, shedding
from matinee.run.scaling import loads

PLAYS = "/api/playback/sessions"


def app(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("401 Unauthorized", [])
    return []


def test_it_tells_what_it_answered_and_what_was_turned_away() -> None:
    before = loads.of_web()
    client = Client(metrics.measured(app))
    client.get("/api/catalog/titles")
    client.post(PLAYS)
    shedding._shed.labels("prefetch", "refused").inc()
    after = loads.of_web()
    assert after.answered - before.answered == 2
    assert after.presses - before.presses == 1
    assert after.turned_away - before.turned_away == 1
    assert after.up_s > before.up_s
    assert after.worked_s >= before.worked_s


@pytest.mark.parametrize(
    ("services", "role"),
    [(("playback",), "playback"), ((), "web"), (("billing", "catalog"), "web")],
)
def test_a_service_of_its_own_counts_as_that(
    services: tuple[str, ...], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_COUNTS_AS", "")
    loads.will_serve(services)
    assert os.environ["MATINEE_COUNTS_AS"] == role
