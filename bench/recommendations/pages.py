"""Home pages of real histories over 20,000 titles: what one costs, how good and how varied it is.

The catalogue is both sets of ratings side by side and, up to 20,000, copies of their titles that
nobody has seen. The profiles that pages are made for are left out of the fit; four fifths of what
each liked is its history, the rest is what the page should offer.
"""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import numpy as np
import numpy.typing as npt
from pyarrow import parquet

from bench.figures import Figure
from bench.recommendations import data
from matinee.contracts.catalog import Artwork
from matinee.contracts.recommendations import HomePage
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.arrays import Items, best
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue, Item, Known, assemble
from matinee.recommendations.rules.diversity import Mix
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import PlayFact, ViewerFacts
from matinee.recommendations.rules.writing import CardWriter

TITLES = 20_000
PROFILES = 500
_SEED = 98765
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TWEETED_LIKED = 7
_AGE_MAX_S = 3 * 365 * 86_400.0
_SHOWN_SHARE = 0.8
_CHOICES = 3
_WARM_UP = 20
# As `MATINEE_RECOMMENDATIONS_HISTORY_MAX` has it.
_HISTORY_MAX = 500
_HISTORY_S = 300 * 86_400.0
# What is in view before anybody scrolls: hero and rows from the top, cards from the left.
_ROWS_IN_VIEW, _CARDS_IN_VIEW = 4, 6


@dataclass(frozen=True)
class Profile:
    """A viewer's history, and what of their liked titles is not in it."""

    facts: ViewerFacts
    to_find: frozenset[UUID]


@dataclass(frozen=True)
class House:
    """A catalogue, models fitted to everybody but the profiles, and the profiles."""

    catalogue: Catalogue
    models: Models
    profiles: tuple[Profile, ...]
    popularity: npt.NDArray[np.float64]
    """Which share of viewers watched each item, shape (n_items,)."""
    writer: CardWriter

    def page(self, facts: ViewerFacts) -> HomePage:
        """The page of somebody for whom nothing was worked out yet."""
        return home_page(self.showing(facts))

    def showing(self, facts: ViewerFacts) -> Showing:
        """Somebody looking at all of it."""
        return Showing(self.catalogue, self.models, facts, 18, _NOW)


@cache
def house() -> House:
    """Built once a run."""
    catalogue, plays = _everything()
    random = np.random.default_rng(_SEED)
    counts = np.bincount(plays.viewers)
    able = np.flatnonzero(counts >= 2 * _CHOICES)
    chosen = random.choice(able, PROFILES, replace=False)
    others = ~np.isin(plays.viewers, chosen)
    models = Models().fit(catalogue, plays.only(others))
    profiles = tuple(_profile(catalogue, plays, int(viewer), random) for viewer in chosen)
    watched = np.bincount(plays.items, minlength=len(catalogue)) / len(counts)
    catalogue.prepare()
    gc.collect()
    gc.freeze()  # as a web process does
    return House(catalogue, models, profiles, watched, CardWriter())


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
    seen_before = [np.bincount(own, minlength=n_items).max(initial=0) for own in shown]
    yield Figure("titles twice on a page, worst page", float(max(seen_before) - 1), "", "<= 0")
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
        taste = tastes.of_viewer(made.catalogue, profile.facts, _NOW)
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
        _finds(made, one, replace(one.facts, plays=one.facts.plays[:_CHOICES]))
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


def _numbers(made: House, ids: Sequence[UUID]) -> Items:
    return np.array([made.catalogue.index[one] for one in ids], dtype=np.int32)


def _covered(shown: Sequence[Items], n_items: int) -> float:
    return len(np.unique(np.concatenate(shown))) / n_items


def _novelty(made: House, own: Items) -> float:
    """Self-information (Vargas and Castells 2011, section 3); unwatched counts as watched once."""
    rarest = 1 / (made.popularity > 0).sum()
    return float(-np.log2(np.maximum(made.popularity[own], rarest)).mean())


def _profile(
    catalogue: Catalogue, plays: Plays, viewer: int, random: np.random.Generator
) -> Profile:
    own = np.flatnonzero(plays.viewers == viewer)
    own = own[np.argsort(-plays.watched_at_s[own], kind="stable")]
    shown = random.random(len(own)) < _SHOWN_SHARE
    shown[:_CHOICES] = True
    facts = tuple(
        PlayFact(
            title_id=catalogue.items[plays.items[at]].id,
            position_s=6000.0 * float(plays.weights[at]),
            duration_s=6000.0,
            finished=bool(plays.weights[at] == 1),
            watched_at=datetime.fromtimestamp(float(plays.watched_at_s[at]), UTC),
            ever_finished=bool(plays.weights[at] == 1),
        )
        for at in own[shown].tolist()
    )
    liked = own[~shown & (plays.weights[own] == 1)]
    to_find = frozenset(catalogue.items[plays.items[at]].id for at in liked.tolist())
    return Profile(ViewerFacts(revision=1, plays=facts[:_HISTORY_MAX]), to_find)


def _everything() -> tuple[Catalogue, Plays]:
    """Both sets of ratings in one catalogue, filled up with titles that nobody has seen."""
    films, rated = data.movielens()
    tweeted, tweets = _tweeted()
    random = np.random.default_rng(_SEED)
    own = [*films.items, *tweeted]
    spare = [films.items[at] for at in random.integers(len(films), size=TITLES - len(own))]
    ages_s = random.uniform(0, _AGE_MAX_S, TITLES).tolist()
    items = tuple(
        _numbered(item, number, ages_s[number]) for number, item in enumerate([*own, *spare])
    )
    index = {item.id: number for number, item in enumerate(items)}
    return Catalogue(1, items, index), _together(rated, tweets, len(films))


def _numbered(item: Item, number: int, age_s: float) -> Item:
    """The same title under another number, as old as it is to be, with pictures."""
    artwork = Artwork(poster=f"/artwork/{number}.jpg", backdrop=f"/artwork/{number}-wide.jpg")
    change = {"id": UUID(int=number + 1), "slug": f"film-{number}", "artwork": artwork}
    return replace(
        item,
        card=item.card.model_copy(update=change),
        published_at=_NOW - timedelta(seconds=age_s),
    )


def _together(rated: data.Ratings, tweets: Plays, n_films: int) -> Plays:
    """All plays; of MovieLens only the order is known, which is spread over ten months."""
    films = rated.plays()
    last = np.zeros(int(films.viewers.max()) + 1)
    np.maximum.at(last, films.viewers, films.watched_at_s)
    behind = (last[films.viewers] - films.watched_at_s) / (last[films.viewers] + 1)
    films_at_s = _NOW.timestamp() - 3600 - behind * _HISTORY_S
    tweets_at_s = tweets.watched_at_s + (_NOW.timestamp() - tweets.watched_at_s.max())
    return Plays(
        np.concatenate([films.viewers, tweets.viewers + len(last)]).astype(np.int32),
        np.concatenate([films.items, tweets.items + n_films]).astype(np.int32),
        np.concatenate([films.weights, tweets.weights]),
        np.concatenate([films_at_s, tweets_at_s]),
        _NOW.timestamp(),
    )


def _tweeted() -> tuple[list[Item], Plays]:
    """MovieTweetings: its titles by their ids, and its ratings from 7 on as plays to the end."""
    table = parquet.read_table(data.FOLDER / "movietweetings_100k.parquet")
    user, item, rating, ts = (table[name].to_numpy() for name in ("user", "item", "rating", "ts"))
    known, items = np.unique(item, return_inverse=True)
    _, viewers = np.unique(user, return_inverse=True)
    text = (data.FOLDER / "movietweetings_movies.dat").read_text(encoding="utf-8")
    facts = {int(line.split("::")[0]): line.split("::")[1:] for line in text.splitlines()}
    made = []
    for number in known.tolist():
        name, genres = facts[number]
        listed = [genre for genre in genres.split("|") if genre]
        made.append(Known(data.title(number, name=name, genres=listed), 1))
    weights = np.where(rating >= _TWEETED_LIKED, 1.0, 0.3).astype(np.float32)
    plays = Plays(
        viewers.astype(np.int32),
        items.astype(np.int32),
        weights,
        ts.astype(np.float64),
        float(ts.max()),
    )
    return list(assemble(1, made).items), plays
