"""A small world: titles, an account that may watch, and a viewer who presses play."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.billing import Entitlement
from matinee.contracts.catalog import Artwork, Title
from matinee.contracts.delivery import Edge
from matinee.contracts.events import EdgeChanged, EntitlementChanged, TitleChanged
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.http.flask_edge import access_tokens
from matinee.kernel.tokens import Caller
from matinee.playback import actions, events, vault
from matinee.playback.api import app

assert events

Tell = Callable[[Event], bool]


def title_event(**changes: Any) -> TitleChanged:
    """A film that can be played; what is in `own`, and `occurred_at`, are the event's fields."""
    own: dict[str, Any] = {
        "package": "f1lm-2",
        "storyboard": Storyboard(url="storyboard.vtt", interval_s=2),
        "key_id": None,
    }
    own |= {name: changes.pop(name) for name in tuple(own) if name in changes}
    moment = {"occurred_at": changes.pop("occurred_at")} if "occurred_at" in changes else {}
    values: dict[str, Any] = {
        "id": ids.uuid7(),
        "slug": "a-film",
        "kind": "film",
        "name": "A film",
        "tagline": "",
        "year": 2026,
        "maturity_age": 12,
        "duration_s": 100.0,
        "genres": [],
        "artwork": Artwork(),
        "description": "",
        "language": "en",
        "moods": [],
        "credits": [],
        "audio_languages": ["en"],
        "subtitle_languages": [],
        "height": 720,
        "status": "published",
        "published_at": None,
        "series_id": None,
        "season": None,
        "episode": None,
        "seasons": [],
        "play_title_id": None,
        "next_episode_id": None,
    }
    return TitleChanged(
        title=Title(**{**values, **changes}),
        audio=[TrackInfo(language="en", label="English")],
        subtitles=[],
        **own,
        **moment,
    )


def edge_event(name: str, **changes: Any) -> EdgeChanged:
    moment = {"occurred_at": changes.pop("occurred_at")} if "occurred_at" in changes else {}
    values: dict[str, Any] = {
        "base_url": f"https://{name}.example.org",
        "region": "home",
        "health": "up",
        "latency_ms": 10.0,
        "checked_at": None,
    }
    return EdgeChanged(edge=Edge(id=name, **{**values, **changes}), **moment)


@pytest.fixture
def tell() -> Tell:
    """Let `playback` hear an event as the relay's task does."""

    def deliver(event: Event) -> bool:
        return hear("playback", event.type, event.model_dump(mode="json"))

    return deliver


class Viewer:
    """Somebody with an account and a profile, at a player."""

    def __init__(self, tell: Tell, account_id: UUID | None = None) -> None:
        self._tell = tell
        self.account_id = account_id or ids.uuid7()
        self.profile_id = ids.uuid7()
        self.maturity_age = 18
        self.session_id = ids.uuid7()
        self.platform = ""

    def entitle(
        self, streams_at_once: int = 2, ends_at: datetime | None = None, plan: str = ""
    ) -> None:
        self._tell(
            EntitlementChanged(
                entitlement=Entitlement(
                    account_id=self.account_id,
                    streams_at_once=streams_at_once,
                    height_max=1080,
                    ends_at=ends_at,
                    plan=plan,
                )
            )
        )

    def caller(self) -> Caller:
        return Caller(
            self.account_id,
            self.session_id,
            self.profile_id,
            self.maturity_age,
            platform=self.platform,
        )

    def client(self) -> Client:
        token, _ = access_tokens().issue(self.caller())
        return Client("http://testserver", app=app, token=token)

    def play(self, title_id: UUID) -> dict[str, Any]:
        with self.client() as client:
            answer = client.send("POST", "/api/playback/sessions", json={"title_id": str(title_id)})
        assert answer.status_code == 201
        session: dict[str, Any] = answer.json()
        return session

    def beat(self, session_id: str, position_s: float, state: str = "playing") -> dict[str, Any]:
        return dict(self._move(session_id, "heartbeat", position_s, state).json())

    def stop(self, session_id: str, position_s: float, state: str = "paused") -> None:
        assert self._move(session_id, "stop", position_s, state).status_code == 204

    def _move(self, session_id: str, verb: str, position_s: float, state: str) -> Any:
        with self.client() as client:
            return client.send(
                "POST",
                f"/api/playback/sessions/{session_id}/{verb}",
                json={"position_s": position_s, "state": state},
            )


@pytest.fixture
def viewer(tell: Tell) -> Viewer:
    """A viewer whose subscription allows two streams."""
    somebody = Viewer(tell)
    somebody.entitle()
    return somebody


@pytest.fixture
def film(tell: Tell) -> UUID:
    """A film of 100 seconds, for ages 12 and up."""
    event = title_event()
    tell(event)
    return event.title.id


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """Turn the clock ahead until the test ends."""
    turned = []

    def turn(by_s: float) -> None:
        shift = clock.shifted(timedelta(seconds=by_s))
        shift.__enter__()
        turned.append(shift)

    yield turn
    for shift in reversed(turned):
        shift.__exit__(None, None, None)


@pytest.fixture
def kek() -> Iterator[None]:
    """Each test begins without a key-encryption key, as there are no keys."""
    vault.path().unlink(missing_ok=True)
    yield
    vault.path().unlink(missing_ok=True)


@pytest.fixture
def locked(tell: Tell, kek: None) -> UUID:
    """A film whose package is encrypted with a key of our own."""
    assert kek is None
    title_id = ids.uuid7()
    key = actions.key_of_title(title_id)
    tell(title_event(id=title_id, key_id=key.key_id))
    return title_id
