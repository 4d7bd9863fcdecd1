"""When an edge counts as up or down, and how far it is."""

from dataclasses import dataclass, replace

from matinee.contracts.delivery import EdgeHealth

# One lost answer is no outage; one good answer after an outage may be luck.
DOWN_AFTER_FAILURES = 2
UP_AFTER_SUCCESSES = 2
_LATENCY_WEIGHT = 0.3
_TOLD_CHANGE_MS = 10.0
_TOLD_CHANGE_FRACTION = 0.25


@dataclass(frozen=True)
class Condition:
    """What is known of an edge: `failures` and `successes` are the last ones in a row."""

    health: EdgeHealth = "unknown"
    failures: int = 0
    successes: int = 0
    latency_ms: float | None = None
    told_latency_ms: float | None = None


def judged(before: Condition, answer_ms: float | None) -> Condition:
    """The condition after one check; `answer_ms` is None if the edge did not answer well.

    An edge that was never checked is believed at once; afterwards it takes
    several checks in a row to change its health.
    """
    if answer_ms is None:
        failures = before.failures + 1
        is_down = before.health != "up" or failures >= DOWN_AFTER_FAILURES
        return replace(before, health="down" if is_down else "up", failures=failures, successes=0)
    successes = before.successes + 1
    is_up = before.health != "down" or successes >= UP_AFTER_SUCCESSES
    return replace(
        before,
        health="up" if is_up else "down",
        failures=0,
        successes=successes,
        latency_ms=smoothed(before.latency_ms, answer_ms),
    )


def smoothed(before_ms: float | None, answer_ms: float) -> float:
    """The latency after another measurement: an exponentially weighted moving average."""
    if before_ms is None:
        return answer_ms
    return before_ms + _LATENCY_WEIGHT * (answer_ms - before_ms)


def worth_telling(before: Condition, after: Condition) -> bool:
    """Whether the others must hear: health turned, or the latency is not what they were told."""
    if before.health != after.health:
        return True
    if after.latency_ms is None or after.told_latency_ms is None:
        return after.latency_ms != after.told_latency_ms
    change_ms = abs(after.latency_ms - after.told_latency_ms)
    return change_ms >= max(_TOLD_CHANGE_MS, _TOLD_CHANGE_FRACTION * after.told_latency_ms)
