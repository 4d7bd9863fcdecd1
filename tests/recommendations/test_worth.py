"""What is learnt of pictures and heroes is what people who see them do."""

import numpy as np
import pytest

from matinee.recommendations.rules.bandit import artwork, hero
from matinee.recommendations.rules.bandit.artwork import Decisions, PictureWorth
from matinee.recommendations.rules.bandit.hero import HeroWorth, Openings
from tests.recommendations import builders


def test_a_picture_can_be_right_for_some_and_wrong_for_others() -> None:
    random = np.random.default_rng(2)
    n = 6_000
    romantic = random.random(n) < 0.5
    contexts = artwork.told(
        np.where(romantic[:, None], [[0.9, 0.1, 0.0]], [[0.1, 0.9, 0.0]]).astype(float)
    )
    marks = random.choice([11, 22], n).astype(np.uint32)
    couple = marks == 11
    rewards = (random.random(n) < np.where(couple == romantic, 0.2, 0.05)).astype(float)
    title_id = builders.title_id(0)
    seen = Decisions((title_id,), np.zeros(n, dtype=np.int32), marks, contexts, rewards)
    worth = PictureWorth().fit(seen)
    worth = PictureWorth().restore(dict(worth.state()))
    which = np.array([worth.numbers_of(title_id, [11, 22, 99, 99])] * 2)
    real = np.array([[True, True, True, False]] * 2)
    people = artwork.told(np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0]]))
    beliefs = worth.beliefs(which, real, people)
    assert beliefs.means[0, 0] > beliefs.means[0, 1] + 0.05
    assert beliefs.means[1, 1] > beliefs.means[1, 0] + 0.05
    # Nobody has seen the third, so it is thought like any, with more doubt.
    assert beliefs.means[:, 2] == pytest.approx([0.0, 0.0])
    assert (beliefs.doubts[:, 2] > 3 * beliefs.doubts[:, 0]).all()


def test_a_hero_that_is_new_wins_where_new_ones_are_taken() -> None:
    random = np.random.default_rng(3)
    n = 3_000
    contexts = random.integers(0, 256, (n, hero.CANDIDATES_MAX * hero.FEATURES)).astype(np.uint8)
    arms = random.integers(0, hero.CANDIDATES_MAX, n)
    new = contexts.reshape(n, hero.CANDIDATES_MAX, hero.FEATURES)[np.arange(n), arms, 3] / 255
    rewards = (random.random(n) < 0.4 * new).astype(float)
    counts = np.full(n, hero.CANDIDATES_MAX)
    worth = HeroWorth().fit(Openings(contexts, counts, arms, rewards))
    told = hero.told(np.array([[1.0, 0.5, 0.5, 0.1], [0.9, 0.5, 0.5, 0.9]]))
    real = np.ones((1, 2), dtype=bool)
    assert HeroWorth().fit(hero.NOTHING_OPENED).beliefs(told, real).means.argmax() == 0
    assert HeroWorth().restore(dict(worth.state())).beliefs(told, real).means.argmax() == 1
