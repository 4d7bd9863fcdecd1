import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.recommendations.rules.training import measures

SCORES = np.array([0.1, 0.9, 0.5, 0.5, 0.0], dtype=np.float32)


def wanted(*items: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(items, dtype=np.int32)


def test_places_count_from_the_best_and_share_ties() -> None:
    assert measures.places(SCORES, wanted(1, 2, 3, 0, 4)).tolist() == [0, 1, 2, 3, 4]
    assert measures.places(SCORES, wanted(3)).tolist() == [1.5]


def test_ndcg_by_hand() -> None:
    found = measures.places(SCORES, wanted(1, 0))
    ideal = 1 + 1 / np.log2(3)
    assert measures.ndcg(found, 10) == pytest.approx((1 + 1 / np.log2(5)) / ideal)
    assert measures.ndcg(found, 1) == 1


def test_recall_is_of_what_could_be_found() -> None:
    found = measures.places(SCORES, wanted(1, 4, 0))
    assert measures.recall(found, 1) == 1
    assert measures.recall(found, 2) == pytest.approx(1 / 2)
    assert measures.recall(found, 5) == 1


def test_who_knows_nothing_is_not_lucky() -> None:
    nothing = np.zeros(101, dtype=np.float32)
    assert measures.places(nothing, wanted(0, 100)).tolist() == [33, 67]
    assert measures.ndcg(measures.places(nothing, wanted(0)), 10) == 0


@given(
    scores=st.lists(st.integers(0, 5), min_size=1, max_size=30),
    length=st.integers(1, 40),
    data=st.data(),
)
def test_measures_stay_within_their_bounds(
    scores: list[int], length: int, data: st.DataObject
) -> None:
    some = st.lists(st.integers(0, len(scores) - 1), unique=True, min_size=1)
    items = wanted(*data.draw(some))
    found = measures.places(np.array(scores, dtype=np.float32), items)
    assert 0 <= measures.recall(found, length) <= 1
    assert 0 <= measures.ndcg(found, length) <= 1
    assert ((found >= 0) & (found < len(scores))).all()


@given(st.permutations(range(12)), st.integers(1, 12))
def test_the_best_order_has_an_ndcg_of_one(order: list[int], length: int) -> None:
    scores = np.array(order, dtype=np.float32)
    best = np.argsort(-scores)[:3].astype(np.int32)
    assert measures.ndcg(measures.places(scores, best), length) == pytest.approx(1)


def test_coverage_and_novelty() -> None:
    tops = np.array([[0, 1], [1, -1]], dtype=np.int32)
    assert measures.coverage(tops, 4) == 0.5
    watched_by = np.array([7, 1, 0, 0], dtype=np.float32)
    assert measures.novelty_bits(tops, watched_by, 7) == pytest.approx((0 + 2 + 2) / 3)
    assert measures.novelty_bits(tops[:0], watched_by, 7) == 0
