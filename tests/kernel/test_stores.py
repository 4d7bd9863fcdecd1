"""What holds across processes by the shared store."""

from contextlib import ExitStack

from matinee.kernel import clock, stores

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
