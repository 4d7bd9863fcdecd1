"""The catalogue as one immutable value: items in a fixed order, and arrays beside them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import (
    Artwork,
    Credit,
    LocalArtwork,
    RightsWindow,
    Title,
    TitleText,
)
from matinee.contracts.ratings import Rating
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules.arrays import Items, Mask, Times
from matinee.recommendations.rules.availability import Availability
from matinee.recommendations.rules.labels import Labels, Shares
from matinee.recommendations.rules.maturity import Maturity
from matinee.recommendations.rules.sittings import is_for_children

# Trailers and extras are found from the pages of titles, collections by search as well.
_ALONE = ("film", "short")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# More kinds of films than anybody could tell apart.
_GENRES_MAX, _MOODS_MAX = 40, 40
# People of whom a row could be made; a title's credits beyond these are extras.
_PEOPLE_MAX, _CREDITS_MAX, _TITLES_OF_PERSON_MIN = 5_000, 12, 4


@dataclass(frozen=True)
class Known:
    """A title as catalog told it last; `version` is the catalogue's number at that change."""

    title: Title
    version: int


@dataclass(frozen=True)
class Episode:
    """What can be played of a series."""

    id: UUID
    season: int
    number: int
    name: str
    description: str
    maturity_age: int
    rights: tuple[RightsWindow, ...] = ()
    ratings: tuple[Rating, ...] = ()


@dataclass(frozen=True)
class Item:
    """A film, or a series with its episodes in order."""

    card: Card
    description: str
    moods: tuple[str, ...]
    credits: tuple[Credit, ...]
    published_at: datetime
    episodes: tuple[Episode, ...]
    version: int
    rights: tuple[RightsWindow, ...] = ()
    languages: tuple[str, ...] = ()
    """BCP 47 tags of sound and subtitles."""
    pictures: tuple[Artwork, ...] = ()
    """Artwork that it may be shown with beside its card's own."""
    keywords: tuple[str, ...] = ()
    texts: tuple[TitleText, ...] = ()
    local_artwork: tuple[LocalArtwork, ...] = ()
    ratings: tuple[Rating, ...] = ()

    @property
    def id(self) -> UUID:
        """The title's id."""
        return self.card.id

    @property
    def edition(self) -> tuple[int, int]:
        """Changes whenever the item does: what was worked out for an edition stays right for it."""
        return self.version, len(self.episodes)


@dataclass(frozen=True)
class Collection:
    """A collection as an item of its own, which stands in no row, and the items that it holds."""

    item: Item
    members: Items


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be shown, in the order of ids."""

    version: int
    items: tuple[Item, ...]
    index: Mapping[UUID, int] = field(repr=False)
    """Index of the item that a title belongs to; an episode belongs to its series."""
    collections: tuple[Collection, ...] = ()

    @cached_property
    def maturity(self) -> Maturity:
        """From which age each item is fit to be seen, by country."""
        ages = [item.card.maturity_age for item in self.items]
        return Maturity(ages, [item.ratings for item in self.items])

    @cached_property
    def published_at_s(self) -> Times:
        """When each item could first be watched, shape (n_items,)."""
        return np.array([item.published_at.timestamp() for item in self.items], dtype=np.float64)

    @cached_property
    def newest_first(self) -> Items:
        """All items by the moment they came, shape (n_items,)."""
        return np.argsort(-self.published_at_s, kind="stable").astype(np.int32)

    @cached_property
    def has_backdrop(self) -> Mask:
        """Which items have a picture that can open a page."""
        return np.array([item.card.artwork.backdrop is not None for item in self.items], dtype=bool)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The card of each item."""
        return tuple(item.card for item in self.items)

    @cached_property
    def is_series(self) -> Mask:
        """Which items have episodes."""
        return np.array([bool(item.episodes) for item in self.items], dtype=bool)

    @cached_property
    def genres(self) -> Labels:
        """The most common genres and their items."""
        return Labels([item.card.genres for item in self.items], count_max=_GENRES_MAX)

    @cached_property
    def for_children(self) -> Mask:
        """Which items are made for children."""
        return np.array(
            [is_for_children(item.card.maturity_age, item.card.genres) for item in self.items],
            dtype=bool,
        )

    @cached_property
    def moods(self) -> Labels:
        """The most common moods and their items."""
        return Labels([item.moods for item in self.items], count_max=_MOODS_MAX)

    @cached_property
    def people(self) -> Labels:
        """The people who made, or are seen in, enough items to fill a row."""
        return Labels(
            [[credit.name for credit in item.credits[:_CREDITS_MAX]] for item in self.items],
            count_max=_PEOPLE_MAX,
            items_min=_TITLES_OF_PERSON_MIN,
        )

    @cached_property
    def traits(self) -> Shares:
        """Genres and moods of each item as a vector of length one, or zero; for being unlike."""
        both: Shares = np.hstack([self.genres.shares, self.moods.shares])
        length = np.linalg.norm(both, axis=1, keepdims=True)
        np.divide(both, length, out=both, where=length > 0)
        return both

    @cached_property
    def windows_of_episodes(self) -> tuple[RightsWindow, ...]:
        """Every window of a single episode."""
        parts = (part for item in self.items for part in item.episodes)
        return tuple(window for part in parts for window in part.rights)

    @cached_property
    def asks_plans(self) -> bool:
        """Whether it matters to any window what somebody has subscribed to."""
        of_items = (window for item in self.items for window in item.rights)
        return any(window.plans for window in (*of_items, *self.windows_of_episodes))

    @cached_property
    def availability(self) -> Availability:
        """Where and when each item may be shown, and who understands it."""
        return Availability(
            [item.rights for item in self.items], [item.languages for item in self.items]
        )

    def prepare(self) -> None:
        """Work out now what the next page would have to wait for."""
        for labels in (self.genres, self.moods):
            _ = labels.carriers
        _ = (self.maturity, self.newest_first, self.has_backdrop, self.people, self.cards)
        _ = (self.is_series, self.traits, self.availability, self.for_children, self.asks_plans)

    def __len__(self) -> int:
        return len(self.items)


NO_CATALOGUE = Catalogue(0, (), {})


def assemble(version: int, known: Iterable[Known]) -> Catalogue:
    """The catalogue of everything published; a series counts once it has a published episode."""
    films: list[Item] = []
    collections: list[Known] = []
    series: list[Known] = []
    episodes: dict[UUID, list[Known]] = {}
    for one in known:
        if one.title.status != "published":
            continue
        if one.title.kind in _ALONE:
            films.append(_item(one, []))
        elif one.title.kind == "series":
            series.append(one)
        elif one.title.kind == "collection":
            collections.append(one)
        elif one.title.series_id is not None:
            episodes.setdefault(one.title.series_id, []).append(one)
    shows = [_item(one, episodes[one.title.id]) for one in series if one.title.id in episodes]
    items = sorted([*films, *shows], key=lambda item: item.id)
    index = {item.id: number for number, item in enumerate(items)}
    for number, item in enumerate(items):
        index.update({episode.id: number for episode in item.episodes})
    return Catalogue(version, tuple(items), index, tuple(_collections(collections, index)))


def _collections(known: Iterable[Known], index: Mapping[UUID, int]) -> Iterator[Collection]:
    for one in sorted(known, key=lambda one: one.title.id):
        members = [index[title_id] for title_id in one.title.members if title_id in index]
        yield Collection(_item(one, []), np.array(members, dtype=np.int32))


def _item(one: Known, parts: list[Known]) -> Item:
    title = one.title
    in_order = sorted(parts, key=lambda part: (_place(part.title), part.title.id))
    came = [part.title.published_at for part in [one, *in_order] if part.title.published_at]
    return Item(
        card=Card.model_validate({name: getattr(title, name) for name in _CARD_FIELDS}),
        description=title.description,
        moods=tuple(title.moods),
        credits=tuple(title.credits),
        published_at=max(came, default=_LONG_AGO),
        episodes=tuple(_episode(part.title) for part in in_order),
        version=max(part.version for part in [one, *in_order]),
        rights=_rights(title, in_order),
        pictures=tuple(title.pictures),
        languages=tuple(dict.fromkeys([*title.audio_languages, *title.subtitle_languages])),
        keywords=tuple(title.keywords),
        texts=tuple(title.texts),
        local_artwork=tuple(title.local_artwork),
        ratings=tuple(title.ratings),
    )


def _rights(title: Title, parts: list[Known]) -> tuple[RightsWindow, ...]:
    """The windows of a title; of a series without own ones those of its episodes, if all have."""
    if title.rights or not all(part.title.rights for part in parts):
        return tuple(title.rights)
    return tuple(window for part in parts for window in part.title.rights)


_CARD_FIELDS = (
    "id",
    "slug",
    "kind",
    "name",
    "tagline",
    "year",
    "maturity_age",
    "duration_s",
    "genres",
    "artwork",
)


def _place(title: Title) -> tuple[int, int]:
    return title.season or 0, title.episode or 0


def _episode(title: Title) -> Episode:
    season, number = _place(title)
    return Episode(
        title.id,
        season,
        number,
        title.name,
        title.description,
        title.maturity_age,
        tuple(title.rights),
        tuple(title.ratings),
    )
