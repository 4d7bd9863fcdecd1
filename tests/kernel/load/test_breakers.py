"""Who does not answer is left alone, and asked again soon."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.load.breakers import OPENS_AFTER, PAUSES_S, Breaker


def broken() -> Breaker:
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        assert breaker.may_ask(10.0)
        breaker.failed(10.0)
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(10):
        for _ in range(OPENS_AFTER - 1):
            breaker.failed(1.0)
        breaker.went_well()
        assert breaker.may_ask(1.0)
    assert not broken().may_ask(10.1)


def test_one_tries_after_the_pause_and_the_others_wait_for_what_comes_of_it() -> None:
    breaker = broken()
    again_s = 10.0 + PAUSES_S[0]
    assert [breaker.may_ask(again_s) for _ in range(3)] == [True, False, False]
    breaker.went_well()
    assert breaker.may_ask(again_s)


@given(st.lists(st.floats(0, 3), max_size=60))
def test_somebody_who_stays_away_is_asked_less_and_less_but_never_given_up(
    pauses: list[float],
) -> None:
    breaker, now_s, asked = broken(), 10.0, [10.0]
    for pause_s in pauses:
        now_s += pause_s
        if breaker.may_ask(now_s):
            breaker.failed(now_s)
            asked.append(now_s)
    gaps = [after - before for before, after in pairwise(asked)]
    assert all(gap >= PAUSES_S[min(n, 4)] - 1e-6 for n, gap in enumerate(gaps))
    assert breaker.may_ask(now_s + PAUSES_S[-1])
