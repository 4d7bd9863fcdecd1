"""The deep model as Keras trains it; needs the extra `deep`."""

import numpy as np
import pytest
from scipy import sparse

from matinee.recommendations.rules.candidates.deep import Deep
from matinee.recommendations.rules.candidates.interface import Taste
from tests.recommendations import builders

pytest.importorskip("keras", reason="bin/test has no Keras: install requirements/deep.txt")

from matinee.recommendations.actions import deep

TITLES, VIEWERS = 24, 120


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "WIDTH", 8)
    monkeypatch.setattr(deep, "BATCH", 20)


def test_it_learns_who_likes_what() -> None:
    chance = np.random.default_rng(0)
    halves = [chance.choice(TITLES // 2, 6, replace=False) for _ in range(VIEWERS)]
    histories = [(2 * half + viewer % 2).tolist() for viewer, half in enumerate(halves)]
    catalogue = builders.catalogue([builders.title(number) for number in range(TITLES)])
    model = Deep(deep.trained).fit(catalogue, builders.plays_of(histories))
    items = np.array([0, 2, 4], dtype=np.int32)
    taste = Taste(items, np.ones(3, dtype=np.float32), np.arange(3, dtype=np.float64))
    scores = model.recommend(taste)
    assert scores[6::2].min() > scores[1::2].max(), "even titles before odd ones"
    every = np.arange(TITLES, dtype=np.int32)
    assert (Deep().restore(model.state(), every).recommend(taste) == scores).all()


def test_the_same_plays_give_the_same_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "EPOCHS", 2)
    rows = sparse.random(50, 10, density=0.3, random_state=1, format="csr", dtype=np.float32)
    one, two = deep.trained(rows), deep.trained(rows)
    assert np.allclose(one.inwards, two.inwards, atol=1e-5)
    assert one.outwards.shape == (10, 8)
