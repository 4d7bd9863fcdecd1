"""Ranking: lists of held-out viewers, trees in plain arrays, and what the whole is worth."""

from functools import partial

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.als import ImplicitAls
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Plays, Taste
from matinee.recommendations.rules.candidates.newcomers import settled
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.ranking import held_out, ranker
from matinee.recommendations.rules.ranking.lists import Lists
from matinee.recommendations.rules.ranking.ranker import Ranker
from matinee.recommendations.rules.ranking.signals import FEATURES, Signals
from tests.recommendations import builders

CHANCE = np.random.default_rng(5)
N_ITEMS, KINDS = 60, 3


def catalogue(count: int = N_ITEMS) -> Catalogue:
    """Titles whose genre is their number modulo three."""
    genres = [["Noir"], ["Nature"], ["Family"]]
    return builders.catalogue([builders.title(n, genres=genres[n % KINDS]) for n in range(count)])


def worlds(viewers: int, items: int = N_ITEMS) -> Plays:
    """Each viewer watches ten titles of one genre and two of any."""
    chance = np.random.default_rng(1)
    histories = []
    for viewer in range(viewers):
        own = chance.permutation(np.arange(viewer % KINDS, items, KINDS))[:10]
        histories.append(sorted({*own.tolist(), *chance.integers(0, items, 2).tolist()}))
    return builders.plays_of(histories)


def taste(items: list[int]) -> Taste:
    numbers = np.array(items, dtype=np.int32)
    return Taste(numbers, np.ones(len(items), dtype=np.float32), np.arange(len(items), dtype=float))


def labelled(rows: int = 3_000) -> Lists:
    features = CHANCE.standard_normal((rows, FEATURES)).astype(np.float32)
    return Lists(features, features[:, 2] + features[:, 0] * features[:, 1] > 1)


class TestRanker:
    def test_it_puts_what_was_taken_first(self) -> None:
        unseen = labelled()
        scores = Ranker().fit(labelled()).score(unseen.features)
        best = np.argsort(-scores)[: int(unseen.taken.sum())]
        assert unseen.taken[best].mean() > 0.8

    def test_plain_arrays_say_what_the_trees_said(self) -> None:
        lists = labelled()
        learner = HistGradientBoostingClassifier(
            max_iter=20, max_depth=ranker.DEPTH, max_leaf_nodes=2**ranker.DEPTH
        ).fit(lists.features, lists.taken)
        grown = [ranker._complete(trees[0].nodes) for trees in learner._predictors]
        split, bound, leaf = (np.stack(parts) for parts in zip(*grown, strict=True))
        mine = Ranker().restore({"split": split, "bound": bound, "leaf": leaf})
        theirs = learner.decision_function(lists.features)
        offset = np.log(lists.taken.mean() / (1 - lists.taken.mean()))
        assert mine.score(lists.features) + offset == pytest.approx(theirs, abs=1e-4)

    def test_what_was_learnt_comes_back(self) -> None:
        lists = labelled()
        fitted = Ranker().fit(lists)
        restored = Ranker().restore(fitted.state())
        assert restored.knows
        assert (fitted.score(lists.features) == restored.score(lists.features)).all()

    def test_where_nothing_was_taken_nothing_is_known(self) -> None:
        lists = labelled()
        nothing = Lists(lists.features, np.zeros(len(lists), dtype=bool))
        again = Ranker().fit(lists).fit(nothing)
        assert not again.knows
        assert (again.score(lists.features) == 0).all()


class TestHeldOut:
    def lists(self, plays: Plays) -> tuple[Lists, list[Plays], list[Taste]]:
        fitted, asked = [], []
        shown = catalogue()

        def fit(some: Plays) -> held_out.Ask:
            fitted.append(some)
            models = Models(lessons=no_lessons).fit(shown, some)

            def ask(one: Taste) -> Signals:
                asked.append(one)
                return models.signals(one, some.now_s)

            return ask

        return held_out.lists(plays, fit), fitted, asked

    def test_models_never_saw_whom_the_lists_are_of(self) -> None:
        plays = worlds(360)
        lists, (fitted,), asked = self.lists(plays)
        apart = set(plays.viewers.tolist()) - set(fitted.viewers.tolist())
        assert len(apart) == 120
        assert len(asked) == 2 * len(apart)  # each viewer twice, with another part hidden
        assert lists.features.shape[1] == FEATURES
        assert lists.taken.sum() > 0
        everything = sum(len(plays.only(plays.viewers == one).items) for one in apart)
        assert sum(len(one.items) for one in asked) + lists.taken.sum() <= 2 * everything

    def test_too_few_viewers_teach_nothing(self) -> None:
        lists, fitted, _ = self.lists(worlds(60))
        assert len(lists) == 0
        assert not fitted

    def test_the_same_plays_give_the_same_lists(self) -> None:
        plays = worlds(330)
        once, _, _ = self.lists(plays)
        again, _, _ = self.lists(plays)
        assert (once.features == again.features).all()
        assert (once.taken == again.taken).all()


def no_lessons(plays: Plays, fit: object) -> Lists:  # noqa: ARG001 - as lessons are asked
    return Lists(np.zeros((0, FEATURES), dtype=np.float32), np.zeros(0, dtype=bool))


class TestPersonal:
    def test_a_viewer_gets_what_others_like_them_watch(self) -> None:
        shown, plays = catalogue(), worlds(360)
        models = Models(lessons=held_out.lists).fit(shown, plays)
        assert models.ranker.knows
        personal = models.personal(taste([0, 3, 6, 9]), plays.now_s)
        assert personal.shape == (N_ITEMS,)
        assert ((personal >= 0) & (personal <= 1)).all()
        personal[[0, 3, 6, 9]] = 0
        first = np.argsort(-personal)[:10]
        assert (first % KINDS == 0).mean() >= 0.9

    def test_new_titles_keep_their_order_far_behind_the_others(self) -> None:
        shown, plays = catalogue(), worlds(360, items=N_ITEMS - KINDS)
        models = Models(lessons=held_out.lists).fit(shown, plays)
        personal = models.personal(taste([0, 3, 6, 9]), plays.now_s)
        new = personal[-KINDS:]
        assert new.argmax() == 0
        assert new[0] > max(new[1:])

    def test_a_new_viewer_gets_something_in_an_order(self) -> None:
        shown, plays = catalogue(), worlds(60)
        personal = Models().fit(shown, plays).personal(NO_TASTE, plays.now_s)
        assert len(np.unique(personal)) > 1

    def test_it_comes_back_as_it_was(self) -> None:
        shown, plays = catalogue(), worlds(330)
        models = Models(lessons=held_out.lists).fit(shown, plays)
        again = Models().restore(shown, models.state(), np.arange(N_ITEMS, dtype=np.int32))
        ask = partial(taste, [1, 4, 7])
        before, after = (one.personal(ask(), plays.now_s) for one in (models, again))
        assert before == pytest.approx(after, rel=1e-4)


class TestNewcomers:
    def test_a_title_that_nobody_watched_goes_where_its_kind_is(self) -> None:
        plays = worlds(120, items=N_ITEMS - KINDS)
        model = ImplicitAls(factors=8).fit(catalogue(), plays)
        new = model.recommend(taste([0, 3, 6]))[-KINDS:]
        assert new.argmax() == 0
        assert new[0] > 2 * max(new[1:])

    def test_plays_say_more_than_features(self) -> None:
        from scipy import sparse  # noqa: PLC0415 - only this test builds one

        made_of = sparse.csr_matrix(np.ones((12, 1), dtype=np.float32))
        factors = np.vstack([np.ones((10, 2)), [[5, 5]], [[5, 5]]]).astype(np.float32)
        plays = np.array([50] * 10 + [0, 1_000], dtype=np.float32)
        placed = settled(made_of, factors, plays)
        assert (placed[11] == 5).all()
        assert (placed[10] < 3).all()

    def test_without_anything_watched_points_stay(self) -> None:
        model = ImplicitAls(factors=4).fit(catalogue(), builders.plays_of([]))
        assert (model.factors == 0).all()
