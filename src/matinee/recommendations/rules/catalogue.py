"""The catalogue as one immutable value: items in a fixed order, and arrays beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

import numpy as np
import numpy.typing as npt

from matinee.contracts.catalog import Credit, Title
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules.arrays import Items, Mask, Times

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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

    @property
    def id(self) -> UUID:
        """The title's id."""
        return self.card.id

    @property
    def edition(self) -> tuple[int, int]:
        """Changes whenever the item does: what was worked out for an edition stays right for it."""
        return self.version, len(self.episodes)


@dataclass(frozen=True)
class Catalogue:
    """Everything that may be shown, in the order of ids."""

    version: int
    items: tuple[Item, ...]
    index: Mapping[UUID, int] = field(repr=False)
    """Index of the item that a title belongs to; an episode belongs to its series."""

    @cached_property
    def maturity_age(self) -> npt.NDArray[np.int16]:
        """Age rating of each item, shape (n_items,)."""
        return np.array([item.card.maturity_age for item in self.items], dtype=np.int16)

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
    def by_genre(self) -> dict[str, Items]:
        """The items of each genre, ascending; most common genre first."""
        found: dict[str, list[int]] = {}
        for number, item in enumerate(self.items):
            for genre in dict.fromkeys(item.card.genres):
                found.setdefault(genre, []).append(number)
        ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return {genre: np.array(numbers, dtype=np.int32) for genre, numbers in ordered}

    def __len__(self) -> int:
        return len(self.items)


def assemble(version: int, known: Iterable[Known]) -> Catalogue:
    """The catalogue of everything published; a series counts once it has a published episode."""
    films: list[Item] = []
    series: list[Known] = []
    episodes: dict[UUID, list[Known]] = {}
    for one in known:
        if one.title.status != "published":
            continue
        if one.title.kind == "film":
            films.append(_item(one, []))
        elif one.title.kind == "series":
            series.append(one)
        elif one.title.series_id is not None:
            episodes.setdefault(one.title.series_id, []).append(one)
    shows = [_item(one, episodes[one.title.id]) for one in series if one.title.id in episodes]
    items = sorted([*films, *shows], key=lambda item: item.id)
    index = {item.id: number for number, item in enumerate(items)}
    for number, item in enumerate(items):
        index.update({episode.id: number for episode in item.episodes})
    return Catalogue(version, tuple(items), index)


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
    )


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
    return Episode(title.id, season, number, title.name, title.description, title.maturity_age)
