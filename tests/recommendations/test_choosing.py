"""Arms are drawn by exactly what is logged, exploration is bounded, and picks cannot be forged."""

from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from matinee.recommendations.rules.bandit import choosing
from matinee.recommendations.rules.bandit.choosing import EVEN_SHARE, Beliefs
from matinee.recommendations.rules.bandit.picks import Logged, Picks, Sealer, opened, tail_of

KEY = b"a key of this test"
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 8))


@st.composite
def beliefs(draw: st.DrawFn) -> Beliefs:
    """Decisions of which each has one arm at least, the first."""
    shape = draw(SHAPES)
    means = draw(arrays.arrays(float, shape, elements=st.floats(-1, 1)))
    doubts = draw(arrays.arrays(float, shape, elements=st.floats(0, 1)))
    counts = draw(arrays.arrays(int, shape[0], elements=st.integers(1, shape[1])))
    return Beliefs(means, doubts, np.arange(shape[1]) < counts[:, None])


@given(beliefs(), st.floats(0, 0.5))
def test_exploration_is_bounded_from_both_sides(one: Beliefs, explored: float) -> None:
    probable = choosing.probabilities(one, explored)
    assert probable.sum(axis=1) == pytest.approx(1.0)
    assert (probable[~one.real] == 0).all()
    best = np.where(one.real, one.means, -np.inf).argmax(axis=1)
    assert (probable[np.arange(len(best)), best] >= 1 - explored - 1e-9).all()
    counts = one.real.sum(axis=1, keepdims=True)
    floor = np.where(counts > 1, explored * EVEN_SHARE / counts, 0.0)
    assert (probable >= np.where(one.real, floor, 0.0) - 1e-9).all()


@pytest.mark.parametrize("n_arms", [2, 3, 4, 8])
def test_chances_are_those_of_sampling(n_arms: int) -> None:
    random = np.random.default_rng(n_arms)
    means, doubts = random.random((50, n_arms)), random.random((50, n_arms)) + 0.05
    found = choosing.chances_to_be_best(Beliefs(means, doubts, np.ones(means.shape, dtype=bool)))
    drawn = means[:, None] + doubts[:, None] * random.standard_normal((50, 4_000, n_arms))
    wins = (drawn.argmax(axis=2)[:, :, None] == np.arange(n_arms)).mean(axis=1)
    off = np.abs(found - wins)
    assert off.mean() < 0.02
    assert off.max() < (0.03 if n_arms == 2 else 0.12)


def test_equals_are_equally_probable_and_certainty_decides() -> None:
    real = np.ones((1, 4), dtype=bool)
    even = choosing.chances_to_be_best(Beliefs(np.zeros((1, 4)), np.ones((1, 4)), real))
    assert even == pytest.approx(0.25, abs=0.02)
    sure = Beliefs(np.array([[0.0, 0.2, 0.1, 0.0]]), np.zeros((1, 4)), real)
    assert choosing.chances_to_be_best(sure)[0, 1] == pytest.approx(1.0)


def test_arms_come_as_often_as_they_are_probable() -> None:
    probable = np.array([[0.5, 0.0, 0.3, 0.2]]).repeat(50_000, axis=0)
    keys = np.arange(50_000, dtype=np.uint64)
    arms = choosing.chosen(probable, choosing.points_of(b"profile and day", keys))
    assert np.bincount(arms, minlength=4) / 50_000 == pytest.approx([0.5, 0, 0.3, 0.2], abs=0.01)
    again = choosing.chosen(probable, choosing.points_of(b"profile and day", keys))
    assert (arms == again).all()
    others = choosing.chosen(probable, choosing.points_of(b"another day", keys))
    assert 0.3 < (arms == others).mean() < 0.46


@given(beliefs(), st.floats(0, 1, exclude_max=True))
def test_what_cannot_be_is_never_chosen(one: Beliefs, point: float) -> None:
    probable = choosing.probabilities(one, 0.2)
    arms = choosing.chosen(probable, np.full(len(probable), point))
    assert (probable[np.arange(len(arms)), arms] > 0).all()


def entries(ids: list[UUID], width: int, seed: int) -> tuple[Picks, Any]:
    random = np.random.default_rng(seed)
    tails = np.frombuffer(b"".join(tail_of(one) for one in ids), dtype=np.uint8).reshape(-1, 4)
    picks = Picks(
        tails=tails,
        among=random.integers(0, 65_536, len(ids)).astype(np.uint16),
        arms=random.integers(0, 8, len(ids)).astype(np.int32),
        propensities=random.uniform(1e-4, 1, len(ids)),
        contexts=random.integers(0, 256, (len(ids), width)).astype(np.uint8),
    )
    return picks, picks.entries()


@given(
    ids=st.lists(
        st.uuids(version=4), min_size=1, max_size=20, unique_by=lambda one: one.bytes[-4:]
    ),
    width=st.integers(0, 32),
    who=st.uuids(),
    policy=st.integers(0, 65_535),
    seed=st.integers(0, 1000),
)
def test_picks_come_back_as_they_went(
    ids: list[UUID], width: int, who: UUID, policy: int, seed: int
) -> None:
    picks, written = entries(ids, width, seed)
    text = Sealer(KEY, who, 20_000).sealed(policy, written)
    found = opened(KEY, who, [text], ids)
    assert len(found) == len(ids)
    for place, title_id in enumerate(ids):
        one = found[title_id]
        assert one == Logged(
            policy=policy,
            day=20_000,
            arm=int(picks.arms[place]),
            among=int(picks.among[place]),
            propensity=one.propensity,
            context=picks.contexts[place].tobytes(),
        )
        assert one.propensity == pytest.approx(picks.propensities[place], abs=1 / 65_535)
        assert 0 < one.propensity <= 1


@given(st.data())
def test_a_changed_pick_says_nothing(data: st.DataObject) -> None:
    ids, who = [UUID(int=1), UUID(int=2)], UUID(int=3)
    text = Sealer(KEY, who, 20_000).sealed(1, entries(ids, 3, 1)[1])
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_="))
    changed = text[:place] + letter + text[place + 1 :]
    found = opened(KEY, who, [changed], ids)
    # The last letter has bits that stand for nothing.
    same = changed[:-1] == text[:-1] and bool(found)
    assert found == (opened(KEY, who, [text], ids) if same else {})
    assert same or changed != text
    assert opened(KEY, UUID(int=4), [text], ids) == {}
    assert opened(b"another key", who, [text], ids) == {}


@given(st.text(max_size=60))
def test_what_is_no_pick_says_nothing(text: str) -> None:
    assert opened(KEY, UUID(int=3), [text], [UUID(int=1)]) == {}


def test_nothing_chosen_is_nothing_sent() -> None:
    nothing: npt.NDArray[Any] = entries([], 3, 1)[1]
    assert Sealer(KEY, UUID(int=3), 20_000).sealed(0, nothing) == ""
