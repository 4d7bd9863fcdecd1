"""Titles as viewers read them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from matinee.contracts.catalog.rights import Rights
from matinee.contracts.catalog.words import CreditRole, Label, TitleKind, TitleStatus
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message


class Credit(Message):
    """A person and what they did."""

    name: Label
    role: CreditRole


class Artwork(Message):
    """Pictures of a title as origin-relative URLs; None where there is none yet."""

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
    maturity_age: MaturityAge
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


class Title(TitleCard):
    """All that the title page shows. `play_title_id` is what Play starts."""

    pictures: list[Artwork] = Field(
        default=[], description="Other artwork that it may be shown with, cut from the film"
    )
    description: str
    language: str = Field(description="BCP 47 tag of the original")
    moods: list[str]
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
        default=[], description="Where and when it may be watched; empty for everywhere and always"
    )
