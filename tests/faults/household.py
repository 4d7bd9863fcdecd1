"""Viewers at home: they play, go on where they were, like, sign in, and remember what was said.

Whatever the service acknowledged is noted; `check` asks for all of it again. What was sent and not
answered may have come to pass or not: it must be one of the two.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx

from matinee.kernel import ids
from tests.faults.asking import SLOW_S, Askers
from tests.journeys.service import Service
from tests.journeys.viewer import Viewer, eventually
from tests.patience import PATIENCE_S

# A player gives up sooner; a page shows that it waits.
ANSWER_S = 10.0


@dataclass
class Kept:
    """A value that one viewer writes again and again: what was acknowledged, what may be."""

    acknowledged: Any = None
    sent: list[Any] = field(default_factory=list)

    def write(self, value: Any, ask: Callable[[], object]) -> None:
        """Send a value; noted as acknowledged when nothing is raised."""
        self.sent.append(value)
        ask()
        self.acknowledged = value
        self.sent.clear()

    def allows(self, found: Any) -> bool:
        """Whether this may be found: the last one acknowledged, or one whose answer got lost."""
        return found == self.acknowledged or found in self.sent


class Member:
    """A viewer who signs in again when the service says so."""

    def __init__(self, service: Service) -> None:
        self.viewer = Viewer(service)
        self.be_patient(ANSWER_S)

    def be_patient(self, answer_s: float) -> None:
        """Wait so long for each answer."""
        self.viewer.http.timeout = httpx.Timeout(answer_s)

    def asks(self, ask: Callable[[], object]) -> None:
        """Ask; whoever's access token is over gets another one and asks again."""
        try:
            ask()
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.UNAUTHORIZED:
                raise
            self.viewer.renew()
            ask()


class Press:
    """Presses of play, each named, as by the web app: one that is not answered holds no stream."""

    def __init__(self, viewer: Viewer, title_id: str) -> None:
        self._viewer = viewer
        self._title_id = title_id
        self._name = ids.uuid7().hex

    def play(self) -> dict[str, Any]:
        """The session that begins; asked again after a failure, it is the same press."""
        body = {"title_id": self._title_id, "press": self._name}
        session: dict[str, Any] = self._viewer.post("/api/playback/sessions", body)
        self._name = ids.uuid7().hex
        return session


class Player(Member):
    """Watches one film, piece by piece."""

    def __init__(self, service: Service, title_id: str) -> None:
        super().__init__(service)
        self._press = Press(self.viewer, title_id)
        self._session = self.viewer.play(title_id)
        self._segments = self.viewer.segments(self._session)
        self._turn = 0

    def segment(self) -> None:
        """The next piece of the film; with a new token where the old one is over."""
        answer = self.viewer.http.get(self._next())
        if answer.status_code == httpx.codes.FORBIDDEN:
            self.asks(self._again)
            answer = self.viewer.http.get(self._next())
        answer.raise_for_status()
        self._turn += 1

    def beat(self) -> None:
        """Say that it plays."""
        at_s = float(self._turn % len(self._segments))
        self.asks(lambda: self.viewer.beat(self._session, at_s))

    def _next(self) -> str:
        return self._segments[self._turn % len(self._segments)]

    def _again(self) -> None:
        """Press play again, as a player does whose session is over."""
        self._session = self._press.play()
        self._segments = self.viewer.segments(self._session)


class Returner(Member):
    """Presses play, leaves at another place each time, and finds it again."""

    def __init__(self, service: Service, title_id: str) -> None:
        super().__init__(service)
        self._press = Press(self.viewer, title_id)
        self._session_id: str | None = None
        # Of a film of ten seconds, too: neither its beginning nor its end.
        self._places = cycle(range(4, 8))
        self._next_s = next(self._places)
        self.place = Kept(0)

    def come_back(self) -> None:
        """Press play, begin where it ended, leave further on."""
        self.asks(self._come_back)

    def _come_back(self) -> None:
        if self._session_id is None:
            session = self._press.play()
            begun_s = session["resume_s"]
            assert self.place.allows(begun_s), f"began at {begun_s}, left at {self.place}"
            self._session_id = session["session_id"]
            self._next_s = next(self._places)
        # The same one until it is answered: a session that is over keeps what it heard first.
        self.place.write(self._next_s, lambda: self._leave(f"{self._session_id}", self._next_s))
        self._session_id = None

    def _leave(self, session_id: str, at_s: int) -> None:
        """Say where it was left; again, where that was not answered."""
        path = f"/api/playback/sessions/{session_id}/stop"
        body = {"position_s": float(at_s), "state": "paused"}
        answer = self.viewer.http.post(path, json=body)
        if answer.is_client_error and answer.status_code != httpx.codes.UNAUTHORIZED:
            self._session_id = None  # it is over, as what was not answered came to pass
        answer.raise_for_status()


class Critic(Member):
    """Likes a film, and does not, and likes it."""

    def __init__(self, service: Service, title_id: str) -> None:
        super().__init__(service)
        self._path = f"/api/viewing/thumbs/{title_id}"
        self.thumb = Kept()
        self._turn = 0
        self._speaking = threading.Lock()

    def say(self) -> None:
        """Another thumb."""
        self._turn += 1
        value = ("up", "down")[self._turn % 2]
        with self._speaking:
            self.thumb.write(value, lambda: self.asks(lambda: self._put(value)))

    def finds_it(self) -> bool:
        """Whether the service knows what it was told."""
        # Nothing else is said between the answer and the look at it.
        with self._speaking:
            thumbs = eventually("thumbs", self._listed)
            return self.thumb.allows(thumbs[0]["value"])

    def _listed(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        self.asks(lambda: found.extend(self.viewer.get("/api/viewing/thumbs")["thumbs"]))
        return found

    def _put(self, value: str) -> None:
        self.viewer.http.put(self._path, json={"value": value}).raise_for_status()


class Household:
    """All who use the service while it is broken."""

    def __init__(self, service: Service, title_id: str, slow_s: float = SLOW_S) -> None:
        self._service = service
        self._title_id = title_id
        self._player = Player(service, title_id)
        self._returner = Returner(service, title_id)
        self._critic = Critic(service, title_id)
        self._visitor, self._renewing = Member(service), Member(service)
        self._newcomers: list[Viewer] = []
        self.asking = Askers(slow_s)

    @property
    def _members(self) -> tuple[Member, ...]:
        return (self._player, self._returner, self._critic, self._visitor, self._renewing)

    def be_patient(self) -> None:
        """Wait for what is asked as long as anything takes on a machine that does much else."""
        for member in self._members:
            member.be_patient(PATIENCE_S)

    def begin(self, *others: str) -> None:
        """Ask all of it from now on, but for the kinds that are left to `others`."""
        asked = {
            "film": self._player.segment,
            "sign of life": self._player.beat,
            "press of play": self._returner.come_back,
            "thumb": self._critic.say,
            "home page": lambda: self._visitor.asks(self._home),
            "session": self._renewing.viewer.renew,
        }
        for kind, ask in asked.items():
            if kind not in others:
                self.asking.begin(kind, ask)

    def end(self) -> None:
        """Ask no more."""
        self.asking.end(PATIENCE_S)
        for one in (*self._newcomers, *(member.viewer for member in self._members)):
            one.http.close()

    def somebody_comes(self) -> None:
        """A new account, and its first film: identity, billing, playback and events take part."""
        newcomer = eventually("signing up", lambda: Viewer(self._service))
        self._newcomers.append(newcomer)
        newcomer.play(self._title_id)

    def lost(self) -> list[str]:
        """What of all that was acknowledged is not there any more."""
        lost = [] if self._critic.finds_it() else [f"a thumb: {self._critic.thumb}"]
        lost += [f"the session of {one.email}" for one in self._newcomers if not _goes_on(one)]
        return [*lost, *self.asking.broken]

    def _home(self) -> None:
        self._visitor.viewer.http.get("/api/recommendations/home").raise_for_status()


def _goes_on(viewer: Viewer) -> bool:
    """Whether who came in with a new account is still signed in."""

    def answered() -> httpx.Response | None:
        answer = viewer.http.post("/api/identity/refresh", json={})
        told = answer.is_success or answer.status_code == httpx.codes.UNAUTHORIZED
        return answer if told else None

    return eventually("an answer", answered).is_success
