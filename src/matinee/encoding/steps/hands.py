"""What a step works with: its claim, its room, and the beat that keeps both."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from matinee.encoding import actions, ffmpeg
from matinee.encoding.actions import Claim, StepLostError, Usage
from matinee.encoding.actions.steps import LEASE
from matinee.encoding.ffmpeg import Progress
from matinee.encoding.programs import Outcome
from matinee.encoding.room import Room
from matinee.encoding.rules import plan
from matinee.encoding.rules.plan import Plan
from matinee.encoding.rules.source import Source
from matinee.encoding.rules.windows import Window, seek
from matinee.kernel import clock

log = logging.getLogger(__name__)

BEAT_EVERY_S = 1.0
_DATABASE_PATIENCE_S = 120.0
_DATABASE_PAUSE_S = 1.0


# The index of a film, and the timestamp in it at which the film begins.
INDEX_PART = "index.mkv"
INDEX_ZERO_S = 10.0


@dataclass(frozen=True)
class Film:
    """The film as a file that can be sought in: `input` names it, `zero_s` is for `seek`."""

    path: Path
    input: list[str]
    zero_s: float | None
    picture_index: int
    sound_indexes: tuple[int, ...]

    def opened(self) -> list[str]:
        """The input from the film's beginning on."""
        before, _ = seek(Window(0, 1, "25"), self.zero_s)
        return [*before, *self.input]


class Hands:
    """Works on one claimed step."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.room = Room(claim.encode_id)
        self._began_s = clock.monotonic_s()
        self._cpu_s = 0.0
        self._asked_s = self._held_s = clock.monotonic_s()

    @property
    def source(self) -> Source:
        """The source as probed."""
        if self.claim.source is None:
            msg = f"{self.claim.name} began before the source was known"
            raise RuntimeError(msg)
        return self.claim.source

    @property
    def plan(self) -> Plan:
        """The plan; there is one for every step after the check."""
        if self.claim.plan is None:
            msg = f"{self.claim.name} began before there was a plan"
            raise RuntimeError(msg)
        return self.claim.plan

    def film(self, *, heard: bool = False) -> Film:
        """The film to read from: the source, or its index where it has one.

        To be `heard`, an index must have the film's sounds.
        """
        source = self.source
        index = self.claim.facts.get(plan.INDEX)
        if index is not None and (index["has_sounds"] or not heard):
            path = self.room.part(INDEX_PART)
            numbers = tuple(range(1, 1 + len(source.sounds)))
            return Film(path, ffmpeg.source_input(path), INDEX_ZERO_S, 0, numbers)
        path = self.room.source(self.claim.source_key)
        indexes = tuple(sound.index for sound in source.sounds)
        return Film(path, ffmpeg.source_input(path), None, source.picture.index, indexes)

    def beat(self, fraction: float) -> None:
        """Keep the lease, about once a second; StepLostError when it is lost.

        A database that is away is waited for as long as nobody else can have taken the step.
        """
        now_s = clock.monotonic_s()
        if now_s - self._asked_s < BEAT_EVERY_S:
            return
        self._asked_s = now_s
        try:
            actions.step_beat(self.claim, fraction)
            self._held_s = now_s
        except (DatabaseError, InterfaceError) as error:
            connections["encoding"].close()
            if now_s - self._held_s > LEASE.total_seconds():
                raise StepLostError(self.claim.name) from error
            log.warning("%s goes on without the database: %s", self.claim.name, error)

    def part_of(self, start: float, share: float) -> Callable[[float], None]:
        """A beat for a piece of the step that begins at `start` and is `share` of it."""
        return lambda fraction: self.beat(start + share * fraction)

    def count(self, done: tuple[Outcome, Progress] | Outcome) -> Outcome:
        """Note what a tool took."""
        outcome = done if isinstance(done, Outcome) else done[0]
        self._cpu_s += outcome.cpu_s
        return outcome

    def usage(self) -> Usage:
        """What the step took so far."""
        wall_s = clock.monotonic_s() - self._began_s
        return Usage(cpu_s=round(self._cpu_s, 3), wall_s=round(wall_s, 3))


def patiently(write: Callable[[], Any]) -> Any:
    """Do a write again while the database is away, up to two minutes: hours of work hang on it."""
    end_s = clock.monotonic_s() + _DATABASE_PATIENCE_S
    while True:
        try:
            return write()
        except (DatabaseError, InterfaceError) as error:
            connections["encoding"].close()
            if clock.monotonic_s() > end_s:
                raise
            log.warning("waiting for the database: %s", error)
            clock.pause(_DATABASE_PAUSE_S)
