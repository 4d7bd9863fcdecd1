"""Messages of `recommendations`: pages of rows and search results."""

from datetime import datetime
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
    "more_like_list",
    "top_10",
    "trending",
    "new",
    "coming",
    "leaving",
    "genre",
    "mood",
    "hidden_gems",
    "people",
    "editorial",
]


class Card(TitleCard):
    """A title in a row; `progress` and `play_title_id` are set where it can be resumed.

    `available_from` is set where it cannot be watched yet, `available_until` where not for long.
    """

    progress: float | None = Field(default=None, ge=0, le=1)
    play_title_id: UUID | None = None
    season: int | None = None
    episode: int | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None


class Row(Message):
    """A shelf; `id` stays the same as long as the row is about the same."""

    id: str
    kind: RowKind
    name: str
    reason: str = Field(description="Why it is shown, in a sentence")
    about_title_id: UUID | None = Field(
        default=None, description="The title that it follows from, if it is one"
    )
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
