"""What holds across processes by the shared store."""

from contextlib import ExitStack

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
