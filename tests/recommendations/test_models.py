"""The contract that every model keeps: a new one joins `MODELS` and inherits these tests."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matinee.recommendations.rules.candidates.als import ImplicitAls
from matinee.recommendations.rules.candidates.co_watching import CoWatching
from matinee.recommendations.rules.candidates.content import ContentLikeness
from matinee.recommendations.rules.candidates.deep import Deep, Layers
from matinee.recommendations.rules.candidates.ease import Ease
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Model, StoredModel, Taste
from matinee.recommendations.rules.candidates.leanings import Leanings
from matinee.recommendations.rules.candidates.popularity import DAY_S, DecayedPopularity
from matinee.recommendations.rules.candidates.sequence import SequentialRidge
from matinee.recommendations.rules.catalogue import Catalogue
from tests.recommendations import builders

Make = Callable[[], Model]


def squeezed(rows: sparse.csr_matrix) -> Layers:
    """What a linear autoencoder would learn: the strongest directions."""
    _, strength, directions = np.linalg.svd(rows.toarray(), full_matrices=False)
    thin = (directions * np.sqrt(strength)[:, None])[:3].T.astype(np.float32)
    width = thin.shape[1]
    return Layers(thin, np.zeros(width, np.float32), thin, np.zeros(len(thin), np.float32))


STORED: list[Callable[[], StoredModel]] = [
    lambda: DecayedPopularity(7 * DAY_S),
    CoWatching,
    Ease,
    lambda: Ease(stretch=2),
    lambda: ImplicitAls(factors=6),
    lambda: Leanings(dimensions=4, half_spaces=8),
    lambda: SequentialRidge(1.0),
    Deep,
    lambda: Deep(squeezed),
]
MODELS: list[Make] = [*STORED, ContentLikeness]

HISTORIES = [[0, 1, 2], [0, 1], [1, 2], [3, 4], [3, 4, 5], [0, 1, 5]]


def catalogue(count: int = 8) -> Catalogue:
    genres = [["Noir", "Drama"], ["Nature"]]
    made = [
        builders.title(n, genres=genres[n % 2], credits=builders.people(f"Person {n % 3}"))
        for n in range(count)
    ]
    return builders.catalogue(made)


def taste(*items: int, weight: float = 1.0) -> Taste:
    return Taste(
        np.array(items, dtype=np.int32),
        np.full(len(items), weight, dtype=np.float32),
        np.arange(len(items), dtype=np.float64),
    )


@pytest.mark.parametrize("make", MODELS)
class TestModelContract:
    def test_scores_have_the_catalogues_shape(self, make: Make) -> None:
        scores = make().fit(catalogue(), builders.plays_of(HISTORIES)).recommend(taste(0, 3))
        assert scores.shape == (8,)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()

    def test_an_empty_world_is_no_error(self, make: Make) -> None:
        model = make().fit(builders.catalogue([]), builders.plays_of([]))
        assert model.recommend(NO_TASTE).shape == (0,)

    def test_no_plays_are_no_error(self, make: Make) -> None:
        scores = make().fit(catalogue(), builders.plays_of([])).recommend(taste(0))
        assert np.isfinite(scores).all()

    def test_no_taste_is_no_error(self, make: Make) -> None:
        scores = make().fit(catalogue(), builders.plays_of(HISTORIES)).recommend(NO_TASTE)
        assert scores.shape == (8,)
        assert np.isfinite(scores).all()

    def test_a_dislike_does_not_speak_for_a_title(self, make: Make) -> None:
        model = make().fit(catalogue(), builders.plays_of(HISTORIES))
        disliked = model.recommend(taste(0, weight=-1.0))
        assert (disliked == model.recommend(NO_TASTE)).all()

    def test_fitting_twice_learns_the_same(self, make: Make) -> None:
        plays = builders.plays_of(HISTORIES)
        once = make().fit(catalogue(), plays).recommend(taste(0, 4))
        again = make().fit(catalogue(3), builders.plays_of([])).fit(catalogue(), plays)
        assert (once == again.recommend(taste(0, 4))).all()

    def test_the_taste_is_left_alone(self, make: Make) -> None:
        own = taste(0, 3)
        make().fit(catalogue(), builders.plays_of(HISTORIES)).recommend(own)
        assert own.items.tolist() == [0, 3]
        assert own.weights.tolist() == [1, 1]

    @settings(max_examples=25, deadline=None)
    @given(
        histories=st.lists(st.lists(st.integers(0, 7), unique=True), max_size=12),
        liked=st.lists(st.integers(0, 7), unique=True),
    )
    def test_any_history_is_scored(
        self, make: Make, histories: list[list[int]], liked: list[int]
    ) -> None:
        scores = make().fit(catalogue(), builders.plays_of(histories)).recommend(taste(*liked))
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()


@pytest.mark.parametrize("make", STORED)
class TestStoredModelContract:
    def test_what_was_learnt_comes_back(self, make: Callable[[], StoredModel]) -> None:
        fitted = make().fit(catalogue(), builders.plays_of(HISTORIES))
        restored = make().restore(fitted.state(), np.arange(8, dtype=np.int32))
        assert (fitted.recommend(taste(0, 3)) == restored.recommend(taste(0, 3))).all()

    def test_it_follows_its_titles_into_another_order(
        self, make: Callable[[], StoredModel]
    ) -> None:
        fitted = make().fit(catalogue(), builders.plays_of(HISTORIES))
        rows = np.array([-1, 7, 6, 5, 4, 3, 2, 1, 0], dtype=np.int32)
        restored = make().restore(fitted.state(), rows)
        before, after = fitted.recommend(taste(0, 3)), restored.recommend(taste(8, 5))
        assert after[0] == 0, "a title that the fit did not have"
        assert after[1:].tolist() == pytest.approx(before[::-1].tolist(), rel=1e-4, abs=1e-6)

    def test_a_title_that_is_gone_is_forgotten(self, make: Callable[[], StoredModel]) -> None:
        fitted = make().fit(catalogue(), builders.plays_of(HISTORIES))
        restored = make().restore(fitted.state(), np.array([0, 2], dtype=np.int32))
        scores = restored.recommend(taste(0))
        assert scores.shape == (2,)
        assert (scores[1] > 0) or (fitted.recommend(taste(0))[2] == 0)


def test_popularity_halves_with_its_half_life() -> None:
    model = DecayedPopularity(DAY_S).fit(catalogue(), builders.plays_of([[0]], age_s=DAY_S))
    assert model.recommend(NO_TASTE)[0] == pytest.approx(0.5)


def test_co_watching_finds_what_was_watched_together() -> None:
    scores = CoWatching().fit(catalogue(), builders.plays_of(HISTORIES)).recommend(taste(3))
    assert scores.argmax() == 4
    assert scores[3] == 0
    assert scores[6] == 0


def test_a_chance_meeting_is_no_likeness() -> None:
    histories = [[0, 1]] + [[2, 3] for _ in range(20)]
    model = CoWatching().fit(catalogue(), builders.plays_of(histories))
    assert model.recommend(taste(0))[1] < 0.25 < model.recommend(taste(2))[3]


def test_content_finds_the_same_genre_and_people() -> None:
    scores = ContentLikeness().fit(catalogue()).recommend(taste(0))
    ranked = np.argsort(-scores, kind="stable").tolist()
    assert ranked[0] == 0, "nothing is more alike than the thing itself"
    assert ranked[1] == 6, "same genres and same person"
    assert set(ranked[2:4]) == {2, 4}


def test_a_deep_model_finds_what_was_watched_together() -> None:
    model = Deep(squeezed).fit(catalogue(), builders.plays_of(HISTORIES))
    scores = model.recommend(taste(3))
    assert scores[4] > scores[[0, 1, 2]].max()
    assert scores[6] == 0, "nobody has seen it, so it took no part"


def test_a_deep_model_that_knows_nothing_changes_nothing() -> None:
    scores = np.linspace(0, 1, 8).astype(np.float32)
    nothing = Deep().fit(catalogue(), builders.plays_of(HISTORIES))
    assert nothing.mixed_in(scores, taste(3)) is scores
    knowing = Deep(squeezed).fit(catalogue(), builders.plays_of(HISTORIES))
    mixed = knowing.mixed_in(scores, taste(3))
    assert ((mixed >= 0) & (mixed <= 1)).all()
    assert mixed[6:].tolist() == scores[6:].tolist()
