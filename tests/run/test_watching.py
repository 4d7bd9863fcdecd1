"""Who is silent for too long hangs; who has an excuse does not."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from matinee.run.watching import ASKED_EVERY_S, Pulse, Silence

LONGEST_S = 8.0


def looks(silence: Silence, answers: list[bool], every_s: float = ASKED_EVERY_S) -> list[bool]:
    """What comes of looking again and again."""
    return [silence.note(turn * every_s, is_well=well) for turn, well in enumerate(answers)]


def test_who_is_silent_for_long_enough_hangs() -> None:
    assert looks(Silence(LONGEST_S), [True, *[False] * 5]) == [False] * 5 + [True]


def test_one_answer_breaks_the_silence() -> None:
    assert not any(looks(Silence(LONGEST_S), [False, False, False, False, True] * 4))


def test_a_machine_that_stood_still_is_no_silence_of_its_programs() -> None:
    assert not any(looks(Silence(LONGEST_S), [False] * 4, every_s=60.0))


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
