"""What holds across processes by the shared store."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from redis.exceptions import NoScriptError

from matinee.kernel import clock, settings, stores

_LONG_S = 60.0


def test_one_does_it_at_a_time() -> None:
    with stores.alone("a test", _LONG_S) as first, stores.alone("a test", _LONG_S) as second:
        assert (first, second) == (True, False)
    with stores.alone("a test", _LONG_S) as again:
        assert again


def test_who_takes_too_long_does_not_end_the_turn_of_the_next() -> None:
    with ExitStack() as slow, ExitStack() as following:
        assert slow.enter_context(stores.alone("a test", 0.05))
        clock.pause(0.1)
        assert following.enter_context(stores.alone("a test", _LONG_S))
        slow.close()
        with stores.alone("a test", _LONG_S) as third:
            assert not third


def test_commands_that_go_together_are_answered_one_by_one() -> None:
    kept, refused, found = stores.answers_to(
        ("SET", "a test", 7), ("EVALSHA", "0" * 40, 0), ("GET", "a test")
    )
    assert (kept, found) == ("OK", "7")
    assert isinstance(refused, NoScriptError)


def test_a_connection_that_was_closed_meanwhile_is_opened_anew() -> None:
    (before,) = stores.answers_to(("CLIENT", "ID"))
    killing = stores.open_store(settings.get().redis)
    killing.client_kill_filter(_id=before)
    killing.close()
    (after,) = stores.answers_to(("CLIENT", "ID"))
    assert after != before


def test_each_of_many_threads_gets_the_answers_to_its_own_commands() -> None:
    def ask(number: int) -> list[object]:
        return stores.answers_to(("ECHO", number), ("GET", "nothing"), ("ECHO", -number))

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(400)))
    assert answers == [[str(number), None, str(-number)] for number in range(400)]


def test_what_could_not_be_read_to_its_end_is_read_by_nobody_else() -> None:
    (before,) = stores.answers_to(("CLIENT", "ID"))
    with pytest.raises(TypeError):
        stores.answers_to(("ECHO", "one"), ("ECHO", object()))  # type: ignore[arg-type]
    (after,) = stores.answers_to(("CLIENT", "ID"))
    assert after != before
