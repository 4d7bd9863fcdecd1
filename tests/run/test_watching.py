"""Who is silent for too long hangs; who has an excuse does not."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.run import leftovers, watching
from matinee.run.watching import ASKED_EVERY_S, STILL_FOR_S, Pulse, Silence
from tests.patience import PATIENCE_S, until

LONGEST_S = 8.0


def looks(silence: Silence, answers: list[bool], every_s: float = ASKED_EVERY_S) -> list[bool]:
    """What comes of looking again and again at somebody of whom nobody can tell more."""
    return [silence.note(turn * every_s, is_well=well) for turn, well in enumerate(answers)]


def test_who_is_silent_for_long_enough_hangs() -> None:
    turns = int(LONGEST_S / ASKED_EVERY_S) + 1
    assert looks(Silence(LONGEST_S), [True, *[False] * turns]) == [False] * turns + [True]


def test_one_answer_breaks_the_silence() -> None:
    nearly = [False] * int(LONGEST_S / ASKED_EVERY_S)
    assert not any(looks(Silence(LONGEST_S), [*nearly, True] * 4))


def test_one_sign_that_was_missed_excuses_nobody_else() -> None:
    """Whoever needs somebody is excused while that one is silent, so it must be so indeed."""
    silence = Silence(LONGEST_S)
    told = []
    for turn, well in enumerate([True, False, True, False, False, True]):
        silence.note(turn * ASKED_EVERY_S, is_well=well)
        told.append(silence.is_broken)
    assert told == [True, True, True, True, False, True]


motions = st.lists(st.integers(0, 2), min_size=1, max_size=40)


@given(motions)
def test_who_is_silent_is_ended_early_only_if_nothing_of_it_moved(seen: list[int]) -> None:
    silence = Silence(PATIENCE_S)
    still = int(STILL_FOR_S / ASKED_EVERY_S) + 1
    for turn, motion in enumerate(seen):
        hangs = silence.note(turn * ASKED_EVERY_S, is_well=False, motion=motion)
        latest = seen[max(0, turn + 1 - still) : turn + 1]
        assert hangs == (len(latest) == still and len(set(latest)) == 1)


def test_what_moved_before_it_fell_silent_is_no_matter() -> None:
    silence = Silence(PATIENCE_S)
    for turn, well in enumerate([False, False, True, False, False, False]):
        assert not silence.note(turn * ASKED_EVERY_S, is_well=well, motion="the same")


def test_a_machine_that_stood_still_is_no_silence_of_its_programs() -> None:
    silence = Silence(LONGEST_S)
    assert not any(looks(silence, [False] * 4, every_s=60.0))
    assert not silence.note(240.0, is_well=False, motion="the same")


@pytest.fixture
def busy() -> Iterator["subprocess.Popen[bytes]"]:
    """A shell with a child that computes without an end."""
    child = subprocess.Popen(["sh", "-c", "(while :; do :; done); true"])
    try:
        until(lambda: psutil.Process(child.pid).children())
        yield child
    finally:
        leftovers.kill_family(child.pid)
        child.wait(PATIENCE_S)


def test_what_computes_below_it_moves_and_what_is_stopped_does_not(
    busy: "subprocess.Popen[bytes]",
) -> None:
    (below,) = psutil.Process(busy.pid).children()
    # It runs or is in line for a core, however busy the machine is: at each of these looks.
    for _ in range(20):
        assert watching.motion(busy.pid) != watching.motion(busy.pid)
    below.suspend()
    # The shell above it is told, and moves once more.
    until(lambda: watching.motion(busy.pid) == watching.motion(busy.pid))
    still = watching.motion(busy.pid)
    assert still is not None
    below.resume()
    until(lambda: watching.motion(busy.pid) != still)


def test_of_a_process_that_is_gone_nobody_can_tell() -> None:
    child = subprocess.Popen(["true"])
    child.wait(PATIENCE_S)
    assert watching.motion(child.pid) is None
    assert not watching.waits_for_disk(child.pid)


@given(st.lists(st.booleans(), max_size=40))
def test_whoever_is_ended_was_silent_the_whole_time(answers: list[bool]) -> None:
    enough = int(LONGEST_S / ASKED_EVERY_S) + 1
    for turn, hangs in enumerate(looks(Silence(LONGEST_S), answers)):
        was_silent = turn + 1 >= enough and not any(answers[turn + 1 - enough : turn + 1])
        assert hangs == was_silent


def test_a_pulse_is_felt_when_the_file_was_touched_since(tmp_path: Path) -> None:
    file = tmp_path / "ready"
    pulse = Pulse(file)
    assert not pulse()
    file.touch()
    assert pulse()
    assert not pulse()
    # A clock that is set back is a change, too.
    os.utime(file, (1, 1))
    assert pulse()
