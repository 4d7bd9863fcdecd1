"""Twenty thousand titles, models fitted to real histories, and profiles that are left out of them.

The catalogue is both sets of ratings side by side and, up to 20,000, copies of their titles that
nobody has seen. Four fifths of what each profile liked is its history; the rest is to be found.
"""

import gc
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import numpy as np
import numpy.typing as npt
from pyarrow import parquet

from bench.recommendations import data
from matinee.contracts.catalog import Artwork
from matinee.contracts.recommendations import HomePage
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue, Item, Known, assemble
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import PlayFact, ViewerFacts
from matinee.recommendations.rules.writing import CardWriter

TITLES = 20_000
PROFILES = 500
CHOICES = 3
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SEED = 98765
_TWEETED_LIKED = 7
_AGE_MAX_S = 3 * 365 * 86_400.0
_SHOWN_SHARE = 0.8
# As `MATINEE_RECOMMENDATIONS_HISTORY_MAX` has it.
_HISTORY_MAX = 500
_HISTORY_S = 300 * 86_400.0


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
        return Showing(self.catalogue, self.models, facts, 18, NOW)


@cache
def house() -> House:
    """Built once a run."""
    catalogue, plays = _everything()
    random = np.random.default_rng(_SEED)
    counts = np.bincount(plays.viewers)
    able = np.flatnonzero(counts >= 2 * CHOICES)
    chosen = random.choice(able, PROFILES, replace=False)
    others = ~np.isin(plays.viewers, chosen)
    models = Models().fit(catalogue, plays.only(others))
    profiles = tuple(_profile(catalogue, plays, int(viewer), random) for viewer in chosen)
    watched = np.bincount(plays.items, minlength=len(catalogue)) / len(counts)
    catalogue.prepare()
    gc.collect()
    gc.freeze()  # as a web process does
    return House(catalogue, models, profiles, watched, CardWriter())


def _profile(
    catalogue: Catalogue, plays: Plays, viewer: int, random: np.random.Generator
) -> Profile:
    own = np.flatnonzero(plays.viewers == viewer)
    own = own[np.argsort(-plays.watched_at_s[own], kind="stable")]
    shown = random.random(len(own)) < _SHOWN_SHARE
    shown[:CHOICES] = True
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
        published_at=NOW - timedelta(seconds=age_s),
    )


def _together(rated: data.Ratings, tweets: Plays, n_films: int) -> Plays:
    """All plays; of MovieLens only the order is known, which is spread over ten months."""
    films = rated.plays()
    last = np.zeros(int(films.viewers.max()) + 1)
    np.maximum.at(last, films.viewers, films.watched_at_s)
    behind = (last[films.viewers] - films.watched_at_s) / (last[films.viewers] + 1)
    films_at_s = NOW.timestamp() - 3600 - behind * _HISTORY_S
    tweets_at_s = tweets.watched_at_s + (NOW.timestamp() - tweets.watched_at_s.max())
    return Plays(
        np.concatenate([films.viewers, tweets.viewers + len(last)]).astype(np.int32),
        np.concatenate([films.items, tweets.items + n_films]).astype(np.int32),
        np.concatenate([films.weights, tweets.weights]),
        np.concatenate([films_at_s, tweets_at_s]),
        NOW.timestamp(),
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
