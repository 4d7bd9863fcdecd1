"""How a title's audience moves, and what time says of a list."""

from dataclasses import replace

import numpy as np
import pytest

from matinee.recommendations.rules.candidates.interface import NO_TASTE, Plays, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.candidates.trends import HALF_LIVES_S, Trends
from matinee.recommendations.rules.ranking.moments import FEATURES, Moments
from tests.recommendations import builders

NOW_S = builders.NOW.timestamp()


def watched(items: list[int], days_ago: list[float], weight: float = 1.0) -> Plays:
    plays = builders.plays_of([[item] for item in items])
    at_s = NOW_S - DAY_S * np.array(days_ago)
    return replace(plays, watched_at_s=at_s, weights=np.full(len(items), weight, np.float32))


def trends(plays: Plays, count: int = 3) -> Trends:
    return Trends().fit(builders.catalogue([builders.title(n) for n in range(count)]), plays)


def test_every_memory_halves_in_its_own_time() -> None:
    found = trends(watched([0], [7.0]))
    assert found.lately(7 * DAY_S)[0] == pytest.approx(0.5)
    assert found.lately(DAY_S)[0] == pytest.approx(2.0**-7)


def test_what_was_left_early_was_watched_and_not_liked() -> None:
    found = trends(watched([0, 0], [1.0, 3.0], weight=0.2))
    assert not found.counts.any()
    assert found.watched[0] == 2
    assert found.liking[0] == pytest.approx(0.2)
    assert found.age_s[0] == pytest.approx(3 * DAY_S)
    assert found.unseen_s[0] == pytest.approx(DAY_S)


def test_trends_follow_their_titles_and_know_nothing_of_new_ones() -> None:
    found = trends(watched([0, 2, 2], [1.0, 1.0, 2.0]))
    back = Trends().restore(found.state(), np.array([2, -1, 0], dtype=np.int32))
    assert back.watched.tolist() == [2, 0, 1]
    assert back.age_s[1] == found.age_s[1], "as one that nobody ever watched"


def test_nobody_and_nothing_are_no_error() -> None:
    assert trends(builders.plays_of([]), 0).counts.shape == (0, len(HALF_LIVES_S))
    assert np.isfinite(trends(builders.plays_of([])).counts).all()


def test_a_list_has_every_column_whatever_is_known() -> None:
    catalogue = builders.catalogue([builders.title(n, year=None) for n in range(3)])
    found = Moments(catalogue, Trends().fit(catalogue, builders.plays_of([])))
    columns = found.features(NO_TASTE, np.array([2, 0], dtype=np.int32), NOW_S)
    assert columns.shape == (2, FEATURES)
    assert columns.dtype == np.float32
    assert np.isfinite(columns).all()


def test_who_likes_new_films_stands_nearer_to_new_ones() -> None:
    years = [builders.NOW.year] * 5 + [1950] * 5
    titles = [builders.title(n, year=year) for n, year in enumerate(years)]
    catalogue = builders.catalogue(titles)
    moments = Moments(catalogue, Trends().fit(catalogue, builders.plays_of([[0, 1]])))
    both = np.array([4, 9], dtype=np.int32)

    def apart(first: int) -> list[float]:
        """Years between the candidates and what the viewer usually likes: the last column."""
        some = np.arange(first, first + 4, dtype=np.int32)
        taste = Taste(some, np.ones(4, dtype=np.float32), np.full(4, NOW_S))
        found: list[float] = np.abs(moments.features(taste, both, NOW_S)[:, -1]).tolist()
        return found

    assert apart(0)[0] < apart(0)[1]
    assert apart(5)[0] > apart(5)[1]


def test_some_titles_are_watched_early_in_a_life_and_some_late() -> None:
    plays = builders.plays_of([[0, 1, 2]] * 20)
    days = np.tile([3.0, 2.0, 1.0], 20)
    found = trends(replace(plays, watched_at_s=NOW_S - DAY_S * days))
    assert found.place[0] < found.place[1] < found.place[2]
