"""Messages of `recommendations`: pages of rows and search results."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.catalog import TitleCard
from matinee.contracts.message import Message

RowKind = Literal[
    "continue_watching",
    "because_you_watched",
    "for_you",
    "my_list",
    "top_10",
    "trending",
    "new",
    "genre",
    "hidden_gems",
    "similar",
    "people",
]


class Card(TitleCard):
    """A title in a row; `progress` and `play_title_id` are set where it can be resumed."""

    progress: float | None = Field(default=None, ge=0, le=1)
    play_title_id: UUID | None = None
    season: int | None = None
    episode: int | None = None


class Row(Message):
    """A shelf: why it is shown stands in `name`."""

    id: str
    kind: RowKind
    name: str
    cards: list[Card]


class Hero(Message):
    """The title that opens the page."""

    card: Card
    description: str
    reason: str


class HomePage(Message):
    """The whole page of one profile; `version` changes when the catalogue does."""

    version: str
    hero: Hero | None
    rows: list[Row]


class SearchPage(Message):
    """Titles that match, best first; `near` holds something close when nothing matches."""

    query: str
    cards: list[Card]
    near: list[Card]


class SimilarPage(Message):
    """More like one title, best first."""

    cards: list[Card]
