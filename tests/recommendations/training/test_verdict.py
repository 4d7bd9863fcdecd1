import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.training import Marks
from matinee.recommendations.rules.training.judging import Judgement
from matinee.recommendations.rules.training.verdict import (
    VIEWERS_MIN,
    Circumstances,
    compared,
    decide,
)

USUAL = Circumstances()


def judgement(*ndcg: float, coverage: float = 0.5) -> Judgement:
    marks = Marks(
        contender="version 3",
        viewers=len(ndcg),
        ndcg_10=float(np.mean(ndcg)),
        ndcg_10_error=0.0,
        ndcg_100=0.0,
        recall_20=0.0,
        coverage_20=coverage,
        novelty_bits=0.0,
        curve=[],
        days=[],
    )
    return Judgement(marks, np.array(ndcg, dtype=np.float64))


def test_clearly_worse_is_held_back() -> None:
    found = compared(judgement(*[0.1, 0.2] * 30), judgement(*[0.3, 0.4] * 30))
    assert found is not None
    assert found.is_worse
    state, sentence = decide(found, 60, USUAL)
    assert state == "held_back"
    assert "-0.2000" in sentence
    assert "version 3" in sentence


def test_a_difference_within_its_noise_is_not_worse() -> None:
    found = compared(judgement(*[0.0, 0.5] * 30), judgement(*[0.5, 0.02] * 30))
    assert found is not None
    assert found.difference < 0 < found.high
    assert decide(found, 60, USUAL)[0] == "published"


def test_who_offers_half_as_many_titles_is_worse() -> None:
    same = [0.2, 0.3] * 30
    found = compared(judgement(*same, coverage=0.1), judgement(*same, coverage=0.3))
    assert found is not None
    state, sentence = decide(found, 60, USUAL)
    assert state == "held_back"
    assert "half as many titles" in sentence


def test_a_few_viewers_decide_nothing() -> None:
    few = VIEWERS_MIN - 1
    found = compared(judgement(*[0.0] * few), judgement(*[1.0] * few))
    assert found is None
    state, sentence = decide(found, few, USUAL)
    assert state == "published"
    assert str(few) in sentence


def test_circumstances_come_before_the_comparison() -> None:
    worse = compared(judgement(*[0.1] * 60), judgement(*[0.4] * 60))
    assert decide(worse, 60, Circumstances(must_forget=True))[0] == "published"
    assert decide(worse, 60, Circumstances(is_ordered=True, is_held=True))[0] == "published"
    same = compared(judgement(*[0.4] * 60), judgement(*[0.4] * 60))
    assert decide(same, 60, Circumstances(is_held=True))[0] == "held_back"
    assert decide(same, 60, Circumstances(is_held=True, must_forget=True))[0] == "published"


@given(st.lists(st.floats(0, 1), min_size=VIEWERS_MIN, max_size=80), st.floats(0, 1))
def test_nobody_is_worse_than_themselves(ndcg: list[float], coverage: float) -> None:
    found = compared(judgement(*ndcg, coverage=coverage), judgement(*ndcg, coverage=coverage))
    assert found is not None
    assert not found.is_worse
    assert found.low <= found.difference <= found.high
