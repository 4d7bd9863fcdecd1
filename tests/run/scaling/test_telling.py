"""What autoscalers read, over HTTP."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from bench import ports
from matinee.kernel import clock
from matinee.run.scaling import telling
from matinee.run.scaling.copies import Copies, Decided
from tests.patience import PATIENCE_S

PLAYBACK = Copies(wanted=4, running=2, least=2, most=40, needed=3.6, foreseen=1.25)


class Watched:
    """What was decided last, and when somebody last looked."""

    decided: Decided | None = None
    silent_s = 0.0


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def client(watched: Watched) -> Iterator[httpx.Client]:
    port = ports.free()
    server = telling.serve("127.0.0.1", port, watched)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        yield client
    server.shutdown()
    server.server_close()


def test_autoscalers_read_what_is_wanted(client: httpx.Client, watched: Watched) -> None:
    watched.decided = Decided(at=clock.now(), copies={"playback": PLAYBACK})
    assert client.get("/copies").json()["playback"]["wanted"] == 4
    text = client.get("/metrics").text
    assert 'matinee_copies_wanted{role="playback"} 4.0' in text
    assert 'matinee_copies_needed{role="playback"} 3.6' in text
    assert 'matinee_copies_most{role="playback"} 40.0' in text
    assert client.get("/readyz").status_code == 200
    assert client.get("/elsewhere").status_code == 404


def test_what_nobody_looks_at_any_more_is_no_number(client: httpx.Client, watched: Watched) -> None:
    assert client.get("/copies").status_code == 503, "nothing was decided yet"
    watched.decided = Decided(at=clock.now(), copies={"playback": PLAYBACK})
    with clock.shifted(timedelta(minutes=2)):
        assert client.get("/copies").status_code == 503
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200, "it goes round, but sees nothing"
        assert "playback" not in client.get("/metrics").text


def test_a_watch_that_goes_round_no_more_is_not_alive(
    client: httpx.Client, watched: Watched
) -> None:
    assert client.get("/livez").status_code == 200
    watched.silent_s = 120.0
    assert client.get("/livez").status_code == 503
