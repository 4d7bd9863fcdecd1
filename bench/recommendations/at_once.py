"""How soon a home page knows that a title was finished: the player's last word to another page.

A running installation with one film; each viewer comes to its end once. What is measured is the
whole way: playback, its event, the worker, and the page that another request gets.
"""

from statistics import median
from uuid import UUID

import httpx

from bench import viewing
from bench.figures import Figure
from matinee.kernel import clock

FILM_S = 20
VIEWERS = 20
_WITHIN_S, _LOOK_S = 30.0, 0.02
_HOME = "/api/recommendations/home"


def measure() -> list[Figure]:
    """Seconds of wall time on an otherwise idle machine."""
    with viewing.running(FILM_S) as service:
        delays_s = [_delay_s(service) for _ in range(VIEWERS)]
    what = "from finishing a title to a changed page"
    return [
        Figure(f"{what}, median", median(delays_s), "s"),
        Figure(f"{what}, slowest of {VIEWERS}", max(delays_s), "s", "<= 2"),
    ]


def _delay_s(service: viewing.Running) -> float:
    with viewing.viewer(service.url) as client:
        title_id = client.get(f"/api/catalog/titles/{viewing.SLUG}").raise_for_status().json()["id"]
        session = _session(client, title_id)
        tag = client.get(_HOME).raise_for_status().headers["ETag"]
        last = {"position_s": session["duration_s"], "state": "ended"}
        began_s = clock.monotonic_s()
        client.post(
            f"/api/playback/sessions/{session['session_id']}/stop", json=last
        ).raise_for_status()
        while clock.monotonic_s() - began_s < _WITHIN_S:
            if client.get(_HOME, headers={"If-None-Match": tag}).status_code == httpx.codes.OK:
                return clock.monotonic_s() - began_s
            clock.pause(_LOOK_S)
    raise SystemExit(f"the page did not change within {_WITHIN_S:.0f} s")


def _session(client: httpx.Client, title_id: UUID) -> dict[str, str]:
    """A play session; what a new account may watch is known a moment after it was made."""
    end_s = clock.monotonic_s() + _WITHIN_S
    while clock.monotonic_s() < end_s:
        answer = client.post("/api/playback/sessions", json={"title_id": title_id})
        if answer.is_success:
            session: dict[str, str] = answer.json()
            return session
        clock.pause(_LOOK_S)
    raise SystemExit(f"nothing could be played: {answer.text}")
