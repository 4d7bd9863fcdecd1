"""Messages of `recommendations`: pages of rows and search results."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.catalog import TitleCard
from matinee.contracts.message import Message, Request

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
    "own_titles",
    "offers",
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
    on_offer: bool = Field(
        default=False, description="Not in the account's plan; it can be rented or bought"
    )


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
    picks: str = Field(
        default="", description="Which pictures were chosen; goes back with what was seen of it"
    )


class Hero(Message):
    """The title that opens the page."""

    card: Card
    description: str
    reason: str
    pick: str = Field(default="", description="How it was chosen; goes back once it was seen")


class HomePage(Message):
    """The whole page of one profile; `version` changes when the catalogue does."""

    version: str
    hero: Hero | None
    rows: list[Row]


class SearchLabel(Message):
    """A person, genre or mood whose name matches; searching for the name finds its titles."""

    kind: Literal["person", "genre", "mood"]
    name: str
    titles: int = Field(description="How many of its titles the profile may see")


class SearchPage(Message):
    """Titles that match, best first; `near` holds something close when nothing matches."""

    query: str
    cards: list[Card]
    near: list[Card]
    labels: list[SearchLabel] = []
    collections: list[Card] = Field(
        default=[], description="Collections that match and hold something the profile may see"
    )


class ShownNext(Message):
    """What pages are about to show: the share of their attention by playable title."""

    shares: dict[UUID, float]


class SimilarPage(Message):
    """More like one title, best first."""

    cards: list[Card]


Slot = Literal["card", "hero", "search", "similar"]
"""Where a title stands: a card of the home page, its hero, a search, or more like a title."""


class Seen(Request):
    """A title that was really in view for a moment; `line` and `place` count from zero."""

    title_id: UUID
    slot: Slot
    row: Annotated[str, StringConstraints(max_length=120)] = Field(
        default="", description="The row's id; empty where there are no rows"
    )
    line: int = Field(default=0, ge=0, le=999, description="Which row, from the top")
    place: int = Field(default=0, ge=0, le=999, description="Which card in the row")
    ago_s: float = Field(ge=0, le=86_400, description="How long ago it came into view")


_Pick = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[A-Za-z0-9_-]*$")]


class Impressions(Request):
    """What a profile saw since the last report."""

    seen: Annotated[list[Seen], Field(max_length=200)]
    picks: Annotated[list[_Pick], Field(max_length=100)] = Field(
        default=[], description="`picks` of the rows that something was seen of"
    )
    hero_pick: _Pick = Field(default="", description="`pick` of the hero, if it was seen")
