"""Home pages of real histories over 20,000 titles: what each costs, how good and varied it is."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import numpy.typing as npt

from bench.figures import Figure
from bench.recommendations.house import CHOICES, NOW, House, Profile, house
from matinee.contracts.recommendations import HomePage
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.arrays import Items, best
from matinee.recommendations.rules.diversity import Mix
from matinee.recommendations.rules.taste import ViewerFacts

_WARM_UP = 20
# Rows that are shown as they are, whatever stands elsewhere.
_WHOLE = {"continue_watching", "my_list", "top_10", "coming", "leaving", "editorial"}
# What is in view before anybody scrolls: hero and rows from the top, cards from the left.
_ROWS_IN_VIEW, _CARDS_IN_VIEW = 4, 6


def measure() -> list[Figure]:
    """Cost in CPU time of one thread; quality over all profiles."""
    made = house()
    costs_ms, pages = _timed(made)
    rows = np.array([len(page.rows) for page in pages])
    cards = np.array([len(row.cards) for page in pages for row in page.rows])
    return [
        Figure("a whole home page, CPU, median", float(np.median(costs_ms)), "ms", "<= 5"),
        Figure("a whole home page, CPU, p99", float(np.quantile(costs_ms, 0.99)), "ms", "<= 10"),
        Figure("rows of a page, mean", float(rows.mean()), ""),
        Figure("cards of a row, mean", float(cards.mean()), ""),
        *_variety(made, pages),
        *_beginnings(made),
    ]


def _timed(made: House) -> tuple[npt.NDArray[np.float64], list[HomePage]]:
    """CPU milliseconds of each page as sent, fold-in included, and the pages."""
    for profile in made.profiles[-_WARM_UP:]:
        made.writer.page(made.page(profile.facts))
    costs, pages = [], []
    for profile in made.profiles:
        started_s = time.process_time()
        page = made.page(profile.facts)
        made.writer.page(page)
        costs.append((time.process_time() - started_s) * 1000)
        pages.append(page)
    return np.array(costs), pages


def _variety(made: House, pages: Sequence[HomePage]) -> Iterator[Figure]:
    """How much of the catalogue is shown, and how far from what everybody watches anyway."""
    shown = [_numbers(made, _ids(page)) for page in pages]
    first = [_numbers(made, _in_view(page)) for page in pages]
    n_items = len(made.catalogue)
    popular = best(made.popularity.astype(np.float32), len(first[0]))
    twice = [len(ids) - len(set(ids)) for ids in map(_once, pages)]
    yield Figure("titles twice on a page but in whole rows, worst page", max(twice), "", "<= 0")
    yield Figure("catalogue shown to somebody, whole pages", _covered(shown, n_items), "")
    yield Figure(
        "catalogue shown to somebody, in view at first",
        _covered(first, n_items),
        "",
        None,
        {"most watched for all": _covered([popular], n_items)},
    )
    yield Figure(
        "novelty in view at first (bits: minus log2 of the share who watched)",
        float(np.mean([_novelty(made, own) for own in first])),
        "bit",
        None,
        {"most watched for all": _novelty(made, popular)},
    )
    yield _mixes(made, first, popular)


def _mixes(made: House, first: Sequence[Items], popular: Items) -> Figure:
    """How far the genres in view are from those of the history (Steck 2018)."""
    shares = made.catalogue.genres.shares
    apart, of_popular = [], []
    for profile, own in zip(made.profiles, first, strict=True):
        taste = tastes.of_viewer(made.catalogue, profile.facts, NOW)
        mix = Mix(tastes.shares_of(made.catalogue.genres, taste))
        both = np.stack([shares[own].mean(axis=0), shares[popular].mean(axis=0)])
        mine, theirs = mix.apart(mix.known(both)).tolist()
        apart.append(mine)
        of_popular.append(theirs)
    return Figure(
        "miscalibration in view at first (Kullback-Leibler)",
        float(np.mean(apart)),
        "nat",
        None,
        {"most watched for all": float(np.mean(of_popular))},
    )


def _beginnings(made: House) -> Iterator[Figure]:
    """How many find something to their liking at first sight: with nothing, three choices, all."""
    nothing = [_finds(made, one, ViewerFacts()) for one in made.profiles]
    three = [
        _finds(made, one, replace(one.facts, plays=one.facts.plays[:CHOICES]))
        for one in made.profiles
    ]
    everything = [_finds(made, one, one.facts) for one in made.profiles]
    what = "profiles that find a liked title in view at first"
    yield Figure(f"{what}, nothing known", float(np.mean(nothing)), "")
    yield Figure(f"{what}, after three plays", float(np.mean(three)), "")
    yield Figure(f"{what}, with their history", float(np.mean(everything)), "")


def _finds(made: House, profile: Profile, facts: ViewerFacts) -> bool:
    return not profile.to_find.isdisjoint(_in_view(made.page(facts)))


def _in_view(page: HomePage) -> list[UUID]:
    """What is seen without scrolling."""
    hero = [] if page.hero is None else [page.hero.card.id]
    rows = [row for row in page.rows if row.kind != "continue_watching"][:_ROWS_IN_VIEW]
    return hero + [card.id for row in rows for card in row.cards[:_CARDS_IN_VIEW]]


def _ids(page: HomePage) -> list[UUID]:
    hero = [] if page.hero is None else [page.hero.card.id]
    return hero + [card.id for row in page.rows for card in row.cards]


def _once(page: HomePage) -> list[UUID]:
    """What may stand on a page once only: a title of several whole rows counts once."""
    hero = [] if page.hero is None else [page.hero.card.id]
    whole = {card.id for row in page.rows if row.kind in _WHOLE for card in row.cards}
    rows = [row for row in page.rows if row.kind not in _WHOLE]
    return [*hero, *whole, *(card.id for row in rows for card in row.cards)]


def _numbers(made: House, ids: Sequence[UUID]) -> Items:
    return np.array([made.catalogue.index[one] for one in ids], dtype=np.int32)


def _covered(shown: Sequence[Items], n_items: int) -> float:
    return len(np.unique(np.concatenate(shown))) / n_items


def _novelty(made: House, own: Items) -> float:
    """Self-information (Vargas and Castells 2011, section 3); unwatched counts as watched once."""
    rarest = 1 / (made.popularity > 0).sum()
    return float(-np.log2(np.maximum(made.popularity[own], rarest)).mean())
