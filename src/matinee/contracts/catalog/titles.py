"""Titles as viewers read them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.catalog.external_ids import ExternalIds
from matinee.contracts.catalog.rights import Rights
from matinee.contracts.catalog.texts import LocalArtwork, TitleText
from matinee.contracts.catalog.words import CreditRole, Label, TitleKind, TitleStatus
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message
from matinee.contracts.ratings import Rating


class Credit(Message):
    """A person and what they did; `person_id` is told, and not needed when sent."""

    name: Label
    role: CreditRole
    character: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = Field(
        default="", description="Whom they play; empty where they do not"
    )
    person_id: UUID | None = None


class Artwork(Message):
    """Pictures of a title as origin-relative URLs; None where there is none yet.

    Where an address ends in several widths in pixels (`…-300-600.jpg`), it is the picture of the
    largest, and each smaller one lies beside it under its own width (`…-300.jpg`).
    """

    poster: str | None = Field(default=None, description="2:3")
    backdrop: str | None = Field(default=None, description="16:9")
    poster_is_still: bool = Field(
        default=False, description="The poster is cut from the film, so no name stands on it"
    )


class TitleCard(Message):
    """What a shelf shows of a title."""

    id: UUID
    slug: str
    kind: TitleKind
    name: str
    tagline: str
    year: int | None
    maturity_age: MaturityAge = Field(description="Where the viewer is, as the board there says")
    mark: str = Field(default="", description="The mark of that board; empty where it gave none")
    duration_s: float | None = Field(description="None for a series")
    genres: list[str]
    artwork: Artwork


class EpisodeCard(TitleCard):
    """An episode within its season."""

    description: str
    season: int
    episode: int


class Season(Message):
    """The published episodes of one season, in order."""

    number: int
    episodes: list[EpisodeCard]


class CollectionLink(Message):
    """A collection in which a title stands."""

    id: UUID
    slug: str
    name: str


class Title(TitleCard):
    """All that the title page shows. `play_title_id` is what Play starts.

    Viewers get the words and the rating that are theirs; staff and services get the title's own,
    with those of every language and board beside them.
    """

    pictures: list[Artwork] = Field(
        default=[], description="Other artwork that it may be shown with, cut from the film"
    )
    description: str
    language: str = Field(description="BCP 47 tag of the original")
    moods: list[str]
    keywords: list[str] = []
    credits: list[Credit]
    audio_languages: list[str]
    subtitle_languages: list[str]
    height: int | None = Field(description="Tallest rendition in pixels")
    status: TitleStatus
    published_at: datetime | None
    series_id: UUID | None
    season: int | None
    episode: int | None
    seasons: list[Season]
    play_title_id: UUID | None
    next_episode_id: UUID | None
    rights: Rights = Field(
        default=[], description="For staff: where and when it may be watched; empty for always"
    )
    available_from: datetime | None = Field(
        default=None, description="When the viewer may watch it, where that is still to come"
    )
    available_until: datetime | None = Field(
        default=None, description="When the viewer may not any more; None for without end"
    )
    on_offer: bool = Field(
        default=False, description="The viewer may rent or buy it, and not watch it before"
    )
    texts: list[TitleText] = Field(default=[], description="For staff: other languages' words")
    local_artwork: list[LocalArtwork] = Field(
        default=[], description="For staff: pictures for one language"
    )
    ratings: list[Rating] = Field(default=[], description="For staff: what boards say of it")
    external_ids: ExternalIds = ExternalIds()
    belongs_to_id: UUID | None = Field(
        default=None, description="The title on whose page a trailer or an extra stands"
    )
    members: list[UUID] = Field(default=[], description="For staff: what a collection holds")
    extras: list[TitleCard] = Field(default=[], description="Trailers first; on its page only")
    entries: list[TitleCard] = Field(
        default=[], description="What of a collection may be seen, in order; on its page only"
    )
    collections: list[CollectionLink] = Field(
        default=[], description="Where else it stands; on its page only"
    )
