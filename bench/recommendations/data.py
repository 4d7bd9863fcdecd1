"""The ratings that recommendations are measured on, as catalogues and plays.

They lie outside the project, since their licences forbid to hand them on. `README.md` beside them
gives sources and protocols.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from pyarrow import parquet

from matinee.contracts.catalog import Artwork, Credit, Title
from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.candidates.interface import Plays, Taste
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "recommendations"
LIKED_FROM = 4
# What was watched and not liked still says that it was chosen: as plays that ended early.
_WORTH_OF_RATING = {5: 1.0, 4: 1.0, 3: 0.3, 2: 0.1, 1: 0.1}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_CREDITS_EACH = 8
_LABEL_MAX = 60


@dataclass(frozen=True)
class Ratings:
    """Ratings of items of one catalogue, shape (k,) each; `order` is within a viewer's own."""

    viewers: Items
    items: Items
    ratings: npt.NDArray[np.int8]
    order: npt.NDArray[np.float64]

    @property
    def liked(self) -> Mask:
        """Which count as ones, shape (k,)."""
        return self.ratings >= LIKED_FROM

    def where(self, kept: Mask) -> "Ratings":
        """Some of them."""
        return Ratings(self.viewers[kept], self.items[kept], self.ratings[kept], self.order[kept])

    def plays(self) -> Plays:
        """As a service would have seen them; seconds stand for places in the order."""
        worth = np.vectorize(_WORTH_OF_RATING.__getitem__, otypes=[np.float32])
        return Plays(
            self.viewers,
            self.items,
            worth(self.ratings) if len(self.ratings) else np.zeros(0, dtype=np.float32),
            self.order,
            now_s=float(self.order.max(initial=0.0)),
        )

    def taste(self) -> Taste:
        """Of one viewer whose ratings these are, each liked."""
        return Taste(self.items, np.ones(len(self.items), dtype=np.float32), self.order)


@cache
def movielens() -> tuple[Catalogue, Ratings]:
    """MovieLens 1M: its rated titles and every rating."""
    table = parquet.read_table(FOLDER / "ml1m_ratings.parquet")
    user, item, rating, pos = (table[name].to_numpy() for name in ("user", "item", "rating", "pos"))
    known, items = np.unique(item, return_inverse=True)
    _, viewers = np.unique(user, return_inverse=True)
    ratings = Ratings(
        viewers.astype(np.int32),
        items.astype(np.int32),
        rating.astype(np.int8),
        pos.astype(np.float64),
    )
    return assemble(1, _movielens_titles(known.tolist())), ratings


def _movielens_titles(ids: Iterable[int]) -> Iterable[Known]:
    genres = dict(_lines("ml1m_movies.dat"))
    facts = dict(_lines("ml1m_movies_extra.dat"))
    for number in ids:
        named = genres.get(str(number), [f"Film {number}", ""])
        listed = [genre for genre in named[-1].split("|") if genre]
        change: dict[str, Any] = {"genres": listed, "name": named[0]}
        fact = facts.get(str(number))
        if fact is not None and len(fact) >= _FACTS:
            change |= _described(fact)
        yield Known(title(number, **change), 1)


_FACTS = 9


def _described(fact: list[str]) -> dict[str, Any]:
    """Fields of `ml1m_movies_extra.dat` after the id, as a title has them."""
    name, year, _, _, genres, directors, _, cast, plot = fact[:_FACTS]
    people = [("director", directors), ("cast", cast)]
    return {
        "name": name,
        "year": int(year) if year.isdecimal() else None,
        "moods": [genre for genre in genres.split(", ") if genre],
        "credits": [
            Credit.model_validate({"name": one.strip()[:_LABEL_MAX], "role": role})
            for role, names in people
            for one in names.split(", ")[:_CREDITS_EACH]
            if one.strip() and one != "N/A"
        ],
        "description": plot,
    }


def _lines(file: str) -> Iterable[tuple[str, list[str]]]:
    text = (FOLDER / file).read_text(encoding="utf-8", errors="replace")
    for line in text.splitlines():
        number, *rest = line.split("::")
        yield number, rest


def title(number: int, **change: Any) -> Title:
    """A published film; its id keeps the order of numbers."""
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "slug": f"film-{number}",
        "kind": "film",
        "name": f"Film {number}",
        "tagline": "",
        "year": None,
        "maturity_age": 0,
        "duration_s": 6000.0,
        "genres": [],
        "artwork": Artwork(poster=None, backdrop=None),
        "description": "",
        "language": "en",
        "moods": [],
        "credits": [],
        "audio_languages": ["en"],
        "subtitle_languages": [],
        "height": 1080,
        "status": "published",
        "published_at": _LONG_AGO,
        "series_id": None,
        "season": None,
        "episode": None,
        "seasons": [],
        "play_title_id": UUID(int=number),
        "next_episode_id": None,
    }
    return Title.model_validate({**values, **change})
