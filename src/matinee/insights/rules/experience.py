"""How a play went, folded from the events of its player one after the other.

Batches come again after a lost answer, and one may overtake another. So what is no newer than
what was folded already moves no time; what can be told out of turn (how long the start took,
which error there was) counts all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matinee.insights.rules.cmcd import Event, State

# Players tell of themselves at least every 30 s (CTA-5004-A's default). A longer silence is a
# sleeping machine, of which nobody can say how it went.
SILENCE_MS_MAX = 120_000


@dataclass(frozen=True)
class Experience:
    """A play so far. Times in ms; `rated_ms` is the played time of which the bitrate is known."""

    state: State | None = None
    at_ms: int = 0
    number: int = -1
    has_played: bool = False
    is_seeking: bool = False
    counts_itself: bool = False
    bitrate_kbps: int | None = None
    startup_ms: int | None = None
    played_ms: int = 0
    stalled_ms: int = 0
    stalls: int = 0
    rated_ms: int = 0
    kilobits: float = 0.0
    errors: int = 0
    error_code: str | None = None
    has_failed: bool = False
    edge: str | None = None
    network: str | None = None

    @property
    def bitrate_bps(self) -> int | None:
        """Mean encoded bitrate over the time played; None while nothing of it is known."""
        return round(self.kilobits / self.rated_ms * 1_000_000) if self.rated_ms else None


def after(experience: Experience, events: Iterable[Event]) -> Experience:
    """The experience after these events, in the order in which the player told them."""
    for event in events:
        experience = _after(experience, event)
    return experience


def _after(known: Experience, event: Event) -> Experience:
    if _is_old(known, event):
        startup_ms = known.startup_ms if known.startup_ms is not None else event.startup_ms
        return replace(known, startup_ms=startup_ms, error_code=_code(known, event))
    moved = _passed(known, event.at_ms)
    moved = replace(
        moved,
        at_ms=event.at_ms,
        number=moved.number if event.number is None else event.number,
        startup_ms=moved.startup_ms if moved.startup_ms is not None else event.startup_ms,
        bitrate_kbps=moved.bitrate_kbps if event.bitrate_kbps is None else event.bitrate_kbps,
        errors=moved.errors + (event.kind == "e"),
        edge=event.edge or moved.edge,
        network=event.network or moved.network,
        error_code=_code(moved, event),
    )
    return _counted(_entered(moved, event.state), event)


def _is_old(known: Experience, event: Event) -> bool:
    """A clock may be set back, and a player may count its reports anew; but not both at once."""
    if event.number is not None:
        return event.number <= known.number and event.at_ms <= known.at_ms
    return event.at_ms < known.at_ms


def _passed(known: Experience, now_ms: int) -> Experience:
    """The time since the last event goes to the state that the player was in."""
    # A clock that was set back tells nothing of how much time passed.
    passed_ms = min(max(0, now_ms - known.at_ms), SILENCE_MS_MAX)
    if known.state == "p":
        rated_ms = 0 if known.bitrate_kbps is None else passed_ms
        return replace(
            known,
            played_ms=known.played_ms + passed_ms,
            rated_ms=known.rated_ms + rated_ms,
            kilobits=known.kilobits + (known.bitrate_kbps or 0) * rated_ms / 1000,
        )
    if _is_stalled(known):
        return replace(known, stalled_ms=known.stalled_ms + passed_ms)
    return known


def _entered(known: Experience, state: State | None) -> Experience:
    """The player is in a state. Waiting for the start or for a place sought is no stall."""
    if state is None or state == known.state:
        return known
    if state == "p":
        return replace(known, state=state, has_played=True, is_seeking=False, has_failed=False)
    if state == "f":
        return replace(known, state=state, has_failed=True)
    entered = replace(known, state=state, is_seeking=known.is_seeking or state == "k")
    if state == "r" and _is_stalled(entered):
        return replace(entered, stalls=entered.stalls + 1)
    return entered


def _is_stalled(known: Experience) -> bool:
    is_waited_for = known.has_played and not known.is_seeking
    return known.state == "r" and is_waited_for and not known.counts_itself


def _counted(known: Experience, event: Event) -> Experience:
    """What a player counts itself is better than what can be concluded from its states."""
    if event.stalls is None and event.stalled_ms is None:
        return known
    stalls, stalled_ms = event.stalls or 0, event.stalled_ms or 0
    if known.counts_itself:
        stalls, stalled_ms = max(stalls, known.stalls), max(stalled_ms, known.stalled_ms)
    return replace(known, counts_itself=True, stalls=stalls, stalled_ms=stalled_ms)


def _code(known: Experience, event: Event) -> str | None:
    return event.error_codes[-1] if event.error_codes else known.error_code
