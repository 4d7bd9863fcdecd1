"""How much work there is, in copies: what comes in is counted, not what gets through.

A copy that works at its limit shows only its limit. So what was turned away counts as if it had
been answered, and what waits counts by how long it takes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

# A crowd is believed to be at most so many times what is answered: most of those who are turned
# away come again at once.
BEYOND_MAX = 20.0


@dataclass(frozen=True)
class Report:
    """What one copy says of itself. All but `in_hand` and `slots` grows for as long as it runs."""

    up_s: float
    worked_s: float = 0.0
    """Seconds of a core."""
    answered: int = 0
    """Requests, those that were turned away among them."""
    turned_away: int = 0
    presses: int = 0
    """Presses of play, whatever came of them."""
    taken: int = 0
    """Tasks."""
    in_hand: int = 0
    slots: int = 1
    """How many tasks it can have in hand."""


@dataclass(frozen=True)
class Rates:
    """How one copy goes: what it does in a second, and how many tasks it has in hand."""

    worked: float = 0.0
    answered: float = 0.0
    turned_away: float = 0.0
    presses: float = 0.0
    taken: float = 0.0
    in_hand: float = 0.0
    slots: int = 1


@dataclass(frozen=True)
class Takes:
    """What one copy takes of each kind of work."""

    core_share: float = 0.6
    """Of a core; what is left is for what comes until the next copy is there."""
    presses_per_s: float = 100.0
    begins_within_s: float = 10.0
    """How long a task may wait."""
    task_s: float = 1.0
    """How long a task is thought to take where none was seen lately."""
    slots: int = 1
    """How many tasks a copy can have in hand, where none runs that could say."""


def rates(before: Report, after: Report) -> Rates | None:
    """How a copy went between two reports; None if nothing can be told of them."""
    lasted_s = after.up_s - before.up_s
    is_another = after.answered < before.answered or after.taken < before.taken
    if lasted_s <= 0 or is_another:
        return None
    return Rates(
        worked=max(0.0, after.worked_s - before.worked_s) / lasted_s,
        answered=(after.answered - before.answered) / lasted_s,
        turned_away=max(0, after.turned_away - before.turned_away) / lasted_s,
        presses=max(0, after.presses - before.presses) / lasted_s,
        taken=(after.taken - before.taken) / lasted_s,
        in_hand=(before.in_hand + after.in_hand) / 2,
        slots=after.slots,
    )


def of_answers(copies: Iterable[Rates], takes: Takes) -> float:
    """The copies that are needed to answer what is asked, by processor and by presses of play."""
    seen = list(copies)
    answered = sum(one.answered for one in seen)
    away = sum(one.turned_away for one in seen)
    # Somebody was answered, or nothing can be told of what the others would have cost.
    served = max(answered - away, answered / BEYOND_MAX)
    beyond = min(1.0 + away / served, BEYOND_MAX) if served > 0 else 1.0
    by_processor = sum(one.worked for one in seen) * beyond / takes.core_share
    by_presses = sum(one.presses for one in seen) / takes.presses_per_s
    return max(by_processor, by_presses)


def of_tasks(copies: Collection[Rates], waiting: int, takes: Takes) -> float:
    """The copies that are needed for all tasks to begin in time.

    How long a task takes follows from how many are in hand and how many are taken (Little's law,
    Operations Research 9(3), 1961); where none was taken, it takes at least as long as told.
    """
    in_hand = sum(one.in_hand for one in copies)
    taken = sum(one.taken for one in copies)
    task_s = in_hand / taken if taken > 0 else takes.task_s
    slots = max((one.slots for one in copies), default=takes.slots)
    return (in_hand + waiting * task_s / takes.begins_within_s) / slots


def steady(demands: Collection[float]) -> float:
    """The middle of the last few looks: one odd one does not start or end anything."""
    ordered = sorted(demands)
    return ordered[len(ordered) // 2] if ordered else 0.0
