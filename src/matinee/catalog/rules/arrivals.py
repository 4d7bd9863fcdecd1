"""What becomes of a file in a watched place, look after look; no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from matinee.catalog.rules.guesses import Guess

# settling: it is perhaps still being written; asking: a person decides; waiting: it is taken
# next; taking: it is being copied; taken; refused.
ArrivalState = Literal["settling", "asking", "waiting", "taking", "taken", "refused"]

TRIES_MAX = 8
CHANGED = "It was changed after it was taken. Take it again?"
ASKED = "Every file is asked about here. Is it what its name says?"


@dataclass(frozen=True)
class Standing:
    """Where a file stands; `version` is another for another content."""

    size_bytes: int
    version: str
    steady_since: datetime
    state: ArrivalState = "settling"
    note: str = ""
    # Whether an older content of the same file was taken.
    was_taken: bool = False


@dataclass(frozen=True)
class Habits:
    """How a place is watched: how long a file must lie still, and who is asked."""

    settle: timedelta
    asks: bool


def seen(known: Standing | None, size_bytes: int, version: str, now: datetime) -> Standing:
    """Where a file stands that was just seen: anew where its content is another."""
    if known is not None and (known.size_bytes, known.version) == (size_bytes, version):
        return known
    was_taken = known is not None and (known.was_taken or known.state == "taken")
    return Standing(size_bytes, version, now, was_taken=was_taken)


def judged(standing: Standing, guess: Guess, habits: Habits, now: datetime) -> Standing:
    """Where a file stands once it has lain still for long enough; the same before."""
    if standing.state != "settling" or now - standing.steady_since < habits.settle:
        return standing
    state, note = next(
        (state, note) for holds, state, note in _verdicts(standing, guess, habits) if holds
    )
    return replace(standing, state=state, note=note)


def _verdicts(
    standing: Standing, guess: Guess, habits: Habits
) -> Iterator[tuple[bool, ArrivalState, str]]:
    """What may be said of a file, the most telling first; the last one always holds."""
    yield guess.kind == "other", "refused", guess.doubt
    yield standing.size_bytes == 0, "refused", "The file is empty."
    yield standing.was_taken, "asking", CHANGED
    yield bool(guess.doubt), "asking", guess.doubt
    yield habits.asks and guess.kind != "subtitles", "asking", ASKED
    yield True, "waiting", ""


def failed(tries: int, note: str) -> tuple[ArrivalState, str]:
    """Where a file stands that could not be taken just now: tried again, but not for ever."""
    if tries < TRIES_MAX:
        return "taking", note
    return "refused", f"{note} It was tried {tries} times."
