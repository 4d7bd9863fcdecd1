"""The program that hashes passwords: what it knows, that it stands back, and how it ends."""

import io
import os
import queue
import signal
from pathlib import Path
from typing import Any, cast

import argon2
import pytest

from matinee.identity import hasher, hashing, passwords
from matinee.kernel import clock
from matinee.kernel.problems import Unavailable
from tests.identity.conftest import PASSWORD
from tests.patience import until

# As Django's hasher kept it, with a salt of 22 letters.
_OF_BEFORE = (
    "argon2"
    + argon2.low_level.hash_secret(
        PASSWORD.encode(), b"abcdefghijklmnopqrstuv", 2, 19 * 1024, 1, 32, argon2.Type.ID
    ).decode()
)


def test_what_an_earlier_release_kept_still_lets_in() -> None:
    assert passwords.check(PASSWORD, _OF_BEFORE)[0]
    assert not passwords.check(PASSWORD + " ", _OF_BEFORE)[0]


@pytest.mark.asvs("V11.4.2")
@pytest.mark.usefixtures("hashes_cost_all")
def test_what_is_kept_is_what_the_usual_library_makes_of_it() -> None:
    kept = passwords.hashed(PASSWORD)
    assert passwords.check(PASSWORD, kept) == (True, False)
    assert passwords.check(PASSWORD, _OF_BEFORE) == (True, False)
    _, _, told = kept.partition("argon2")
    assert argon2.PasswordHasher().verify(told, PASSWORD)
    parameters = argon2.extract_parameters(told)
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert passwords.hashed(PASSWORD) != kept


@pytest.mark.parametrize(
    "kept", ["", "!", "argon2", "argon2$", "argon2$argon2id$v=19$", "bcrypt$x"]
)
def test_what_is_no_hash_lets_nobody_in(kept: str) -> None:
    assert passwords.check("", kept) == passwords.check(kept, kept)
    assert not passwords.check(kept, kept)[0]


def test_a_word_may_hold_anything() -> None:
    for word in ("", " ", "\n", "\0", "a\0b", "ünïcödé 密码 🎬", "x" * 4096):
        kept = passwords.hashed(word)
        assert passwords.check(word, kept)[0]
        assert not passwords.check(word + "\0", kept)[0]


def test_passwords_are_hashed_by_a_program_that_stands_back_and_knows_nothing() -> None:
    passwords.hashed(PASSWORD)
    program = hashing._running()._process.pid
    threads = [int(each.name) for each in Path(f"/proc/{program}/task").iterdir()]
    lowest = max(hasher.NICE, os.getpriority(os.PRIO_PROCESS, 0))
    assert {os.getpriority(os.PRIO_PROCESS, each) for each in threads} == {lowest}
    told = Path(f"/proc/{program}/environ").read_bytes()
    assert b"MATINEE" not in told


class Robbed:
    """One order, and others that are seen waiting but gone to another thread when asked for."""

    def __init__(self, line: io.BytesIO) -> None:
        self._orders = [(b"check none d29yZA==\n", line)]

    def empty(self) -> bool:
        return False

    def get(self) -> object:
        return self._orders.pop()

    def get_nowait(self) -> object:
        raise queue.Empty


def test_an_answer_waits_for_no_order_that_another_thread_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hasher, "step_back", lambda *_: None)
    line = io.BytesIO()
    # Where there is nothing left, a queue would have it wait.
    with pytest.raises(IndexError):
        hasher._work(cast("Any", Robbed(line)))
    assert line.getvalue() == hasher.WRONG


def test_what_fails_meanwhile_gives_its_seat_back() -> None:
    for _ in range(hashing.SEATS + 1):
        with pytest.raises(ZeroDivisionError):
            hashing.aside(lambda _: 1 // 0)
        with pytest.raises(UnicodeEncodeError):
            passwords.hashed("\ud800")


def test_a_program_that_was_killed_is_there_again() -> None:
    program = hashing._running()
    os.kill(program._process.pid, signal.SIGKILL)
    until(lambda: not program.runs())
    assert passwords.check(PASSWORD, passwords.hashed(PASSWORD))[0]
    assert hashing._running() is not program


def test_what_a_program_left_undone_is_done_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    program = hashing._running()
    os.kill(program._process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, program._process.pid, os.WEXITED | os.WNOWAIT)
    # It is not known yet.
    monkeypatch.setattr(program, "runs", lambda: program._process.returncode is None)
    assert passwords.check(PASSWORD, passwords.hashed(PASSWORD))[0]
    assert not program.runs()


def test_a_program_that_nobody_asks_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr("sys.argv", ["hasher", "0"])
    monkeypatch.setattr(hasher, "session_steps_back", lambda *_: None)
    monkeypatch.setattr(clock, "pause", paused.append)
    hasher.main()
    assert paused == [hasher.IDLE_S]


def test_nobody_waits_for_a_program_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    hashing._running().end()
    with monkeypatch.context() as hasty:
        hasty.setattr(hashing, "LONGEST_S", 0.05)
        program = hashing._running()
    os.kill(program._process.pid, signal.SIGSTOP)
    with pytest.raises(Unavailable):
        passwords.hashed(PASSWORD)
    assert not program.runs()
    assert passwords.check(PASSWORD, passwords.hashed(PASSWORD))[0]
