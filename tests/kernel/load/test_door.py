"""The door of a process, at a moment that does not pass."""

import pytest

from matinee.kernel import clock
from matinee.kernel.load.admission import Outcome
from matinee.kernel.load.door import Door
from matinee.kernel.load.worth import Worth

NOW_S = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "unix_s", lambda: NOW_S)
    monkeypatch.setattr(clock, "monotonic_s", lambda: 100.0)


def strained_door(*, is_one_clock: bool = True) -> Door:
    """A door behind which a queue has stood until now."""
    door = Door(is_one_clock=is_one_clock)
    for n in range(21):
        door.strain.arrived(99.4 + n * 0.03, 1.0)
    assert door.strain.is_strained
    return door


def ago(s: float) -> str:
    return f"{NOW_S - s:.3f}"


def test_a_strained_door_turns_away_what_waited_too_long_for_its_worth() -> None:
    door = strained_door()
    assert door.enter(Worth.AHEAD, ago(1.5)) is Outcome.OUT
    assert door.enter(Worth.PLAY, ago(1.5)) is Outcome.IN
    assert door.enter(Worth.PAGES, ago(0.8)) is Outcome.SPARE


def test_without_strain_a_long_wait_is_no_reason() -> None:
    assert Door(is_one_clock=True).enter(Worth.AHEAD, ago(20)) is Outcome.IN


@pytest.mark.parametrize("nonsense", ["", "x", "nan", "inf", "-inf", "0", "99999999999"])
def test_what_says_no_time_is_no_wait(nonsense: str) -> None:
    assert strained_door().enter(Worth.AHEAD, nonsense) is Outcome.IN


def test_a_clock_that_differs_is_no_wait() -> None:
    door = strained_door(is_one_clock=False)
    assert door.enter(Worth.AHEAD, ago(30)) is Outcome.IN
    assert door.enter(Worth.AHEAD, ago(30.05)) is Outcome.IN
    assert door.enter(Worth.AHEAD, ago(45)) is Outcome.OUT


@pytest.mark.parametrize("told", [None, "x", "nan", "inf", "-inf"])
def test_what_is_asked_past_nginx_does_not_say_that_nobody_waits(told: str | None) -> None:
    door = Door(is_one_clock=False)
    assert door.enter(Worth.PAGES, ago(0)) is Outcome.IN
    for n in range(45):
        door.strain.arrived(100.1 + n * 0.03, 1.0)
        door.enter(Worth.GOING_ON, told)
    assert door.strain.is_strained
    assert door.enter(Worth.AHEAD, ago(1.5)) is Outcome.OUT


def test_who_leaves_makes_room() -> None:
    door = strained_door()
    door.strain.limit = 3.0
    for _ in range(3):
        assert door.enter(Worth.PLAY, None) is Outcome.IN
    assert door.enter(Worth.ASIDE, None) is Outcome.OUT
    for _ in range(3):
        door.leave(Worth.PLAY, 0.01)
    assert door.enter(Worth.ASIDE, None) is Outcome.IN
