"""The web process under strain, as whoever asks it sees it."""

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from werkzeug.test import Client, TestResponse

from matinee.contracts import worths
from matinee.kernel import clock, problems
from matinee.kernel.load import admission, budgets
from matinee.kernel.load.door import Door
from matinee.kernel.load.worth import Worth
from matinee.run import metrics, web
from matinee.run.shedding import shedding

HOME, SEARCH, PLAY = worths.KEPT, "/api/recommendations/search", "/api/playback/sessions"


class Behind:
    """What stands behind the door, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.left_s: float | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked.append(environ)
        self.left_s = budgets.left_s()
        start_response("200 OK", [])
        return [b"{}"]


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def door() -> Door:
    return Door(is_one_clock=True)


NOW_S = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments do not pass while these tests look."""
    monkeypatch.setattr(clock, "unix_s", lambda: NOW_S)
    monkeypatch.setattr(clock, "monotonic_s", lambda: 100.0)


def asked(behind: Behind, door: Door, path: str, waited_s: float = 1.0) -> TestResponse:
    headers = {"X-Arrived-At": f"{NOW_S - waited_s:.3f}"}
    return Client(shedding(behind, door)).post(path, headers=headers)


def strain(door: Door) -> None:
    for n in range(21):
        door.strain.arrived(99.4 + n * 0.03, 1.0)
    assert door.strain.is_strained


def counted(worth: Worth, how: str) -> float:
    labels = {"worth": worth.name.lower(), "how": how}
    return REGISTRY.get_sample_value("matinee_shed_total", labels) or 0.0


def test_what_is_turned_away_never_reaches_a_service(behind: Behind, door: Door) -> None:
    strain(door)
    before = counted(Worth.ASIDE, "refused")
    answer = asked(behind, door, SEARCH)
    assert (answer.status_code, answer.mimetype) == (503, problems.MEDIA_TYPE)
    assert (answer.json or {})["code"] == "busy"
    # The line is as long as this worth's patience three times and a third.
    earliest, latest = admission.AGAIN_S[Worth.ASIDE]
    assert 3 * earliest <= int(answer.headers["Retry-After"]) <= 4 * latest
    assert answer.headers["Cache-Control"] == "no-store"
    assert not behind.asked
    assert counted(Worth.ASIDE, "refused") == before + 1
    assert REGISTRY.get_sample_value("matinee_strained") == 1


def test_a_press_of_play_is_let_in(behind: Behind, door: Door) -> None:
    strain(door)
    assert asked(behind, door, PLAY).status_code == 200


def test_a_press_that_is_turned_away_and_comes_again_has_not_failed(
    behind: Behind, door: Door
) -> None:
    def waiting() -> float:
        return REGISTRY.get_sample_value("matinee_plays_total", {"outcome": "waiting"}) or 0.0

    before, web_app = waiting(), Client(metrics.measured(shedding(behind, door)))
    headers = {budgets.HEADER: "0", worths.TRIES_LEFT_HEADER: "3"}
    assert web_app.post(PLAY, headers=headers).status_code == 503
    assert waiting() == before + 1


def test_home_is_given_from_memory_and_other_pages_are_not(behind: Behind, door: Door) -> None:
    strain(door)
    before = counted(Worth.PAGES, "kept")
    assert asked(behind, door, HOME, waited_s=0.8).status_code == 200
    assert behind.asked[-1][worths.SPARE] is True
    assert counted(Worth.PAGES, "kept") == before + 1
    assert asked(behind, door, "/api/viewing/my-list", waited_s=0.8).status_code == 503
    assert asked(behind, door, HOME, waited_s=2.0).status_code == 503


def test_nobody_can_ask_for_what_is_kept_by_a_header(behind: Behind, door: Door) -> None:
    Client(shedding(behind, door)).get(HOME, headers={"matinee.spare": "1", "Matinee-Spare": "1"})
    assert worths.SPARE not in behind.asked[-1]


def test_probes_are_answered_whatever_there_is_to_do(behind: Behind, door: Door) -> None:
    strain(door)
    for path in ("/api/playback/livez", "/api/billing/readyz", "/metrics"):
        assert asked(behind, door, path, waited_s=50).status_code == 200


def test_without_strain_everybody_is_let_in(behind: Behind, door: Door) -> None:
    for path in (HOME, SEARCH, PLAY, "/api/playback/warm"):
        assert asked(behind, door, path).status_code == 200
    assert REGISTRY.get_sample_value("matinee_strained") == 0


def test_there_are_more_connections_than_nginx_keeps_open_for_later() -> None:
    template = (Path(__file__).parents[2] / "deploy" / "edge" / "nginx.conf.template").read_text()
    found = re.search(r"server \{\{server\}\} max_fails=0;.*?keepalive (\d+);", template, re.DOTALL)
    assert found
    # Each of its processes keeps so many, and there is one for each core.
    assert 2 * 32 * int(found[1]) <= web.CONNECTIONS_MAX


def test_one_that_breaks_makes_room_as_well(door: Door) -> None:
    def breaks(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ValueError

    strain(door)
    door.strain.limit = 3.0
    for _ in range(20):
        with pytest.raises(ValueError, match=r"^$"):
            Client(shedding(breaks, door)).get(PLAY)
    assert asked(Behind(), door, SEARCH, waited_s=0).status_code == 200


def test_a_request_has_the_time_that_is_still_waited_for_it(behind: Behind, door: Door) -> None:
    client = Client(shedding(behind, door))
    assert client.get(HOME).status_code == 200
    assert behind.left_s == budgets.LONGEST_S
    client.get("/api/catalog/uploads/1")
    assert behind.left_s == math.inf, "whoever sends a film waits for it"
    client.get(HOME, headers={"X-Time-Left": "2"})
    assert behind.left_s == 2
    assert client.get(HOME, headers={"X-Time-Left": "0"}).status_code == 503
