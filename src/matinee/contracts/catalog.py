"""Messages of `catalog`: titles, their artwork and people, uploads and encodes under way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message, Request

TitleKind = Literal["film", "series", "episode"]
TitleStatus = Literal["draft", "processing", "published", "failed", "withdrawn"]
CreditRole = Literal["director", "writer", "composer", "cast"]
EncodeStage = Literal[
    "queued",
    "probing",
    "checking",
    "analysing",
    "encoding",
    "packaging",
    "publishing",
    "done",
    "failed",
    "stopped",
]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 code."""


class RightsWindow(Request):
    """Where and when something may be shown: from `starts_at` until just before `ends_at`."""

    territories: list[Country] = Field(
        default=[], max_length=250, description="Empty for everywhere"
    )
    starts_at: AwareDatetime | None = Field(default=None, description="None for ever since")
    ends_at: AwareDatetime | None = Field(default=None, description="None for without end")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            msg = "a window must start before it ends; swap starts_at and ends_at, or leave one out"
            raise ValueError(msg)
        return self

    def is_open(self, country: str, now: datetime) -> bool:
        """Whether it covers a country (ISO 3166-1 alpha-2; empty if nobody knows) at a moment.

        What may be shown in some countries only is not shown on a guess.
        """
        return (
            (not self.territories or country in self.territories)
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or now < self.ends_at)
        )


Rights = Annotated[list[RightsWindow], Field(max_length=100)]


def is_available(rights: Sequence[RightsWindow], country: str, now: datetime) -> bool:
    """Whether a title with these windows may be watched; without any it may everywhere, always."""
    return not rights or any(window.is_open(country, now) for window in rights)


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


class TitleDraft(Request):
    """A title to make. An episode names its series by `series_slug`, which must exist."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    kind: TitleKind = "film"
    slug: Slug | None = Field(default=None, description="Derived from the name when left out")
    tagline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] = ""
    year: Annotated[int, Field(ge=1870, le=2200)] | None = None
    maturity_age: MaturityAge = 0
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    genres: Annotated[list[Label], Field(max_length=12)] = []
    moods: Annotated[list[Label], Field(max_length=24)] = []
    credits: Annotated[list[Credit], Field(max_length=200)] = []
    rights: Rights = []
    series_slug: Slug | None = None
    season: Annotated[int, Field(ge=0, le=1000)] | None = None
    episode: Annotated[int, Field(ge=0, le=10000)] | None = None


class TitleChange(Request):
    """What is to change in a title; what is left out stays."""

    name: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
        | None
    ) = None
    tagline: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    description: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] | None
    ) = None
    year: Annotated[int, Field(ge=1870, le=2200)] | None = None
    maturity_age: MaturityAge | None = None
    genres: Annotated[list[Label], Field(max_length=12)] | None = None
    moods: Annotated[list[Label], Field(max_length=24)] | None = None
    credits: Annotated[list[Credit], Field(max_length=200)] | None = None
    rights: Rights | None = None


class StageProgress(Message):
    """How far one stage of an encode is, by the work that it takes."""

    stage: EncodeStage
    fraction: float = Field(ge=0, le=1)


class EncodeProgress(Message):
    """How far a film is on its way to being playable."""

    encode_id: UUID
    stage: EncodeStage
    fraction: float = Field(ge=0, le=1, description="Of the whole, not of the stage")
    stages: list[StageProgress] = Field(
        default=[], description="Each stage that has work, in order; empty until it is known"
    )
    playable: bool = Field(description="True as soon as a first rendition can be played")
    error: str | None = Field(description="What is wrong with the file, and what to do")


class StudioTitle(Message):
    """A row of the operator's list of titles."""

    title: Title
    progress: EncodeProgress | None
    updated_at: datetime


class StudioPage(Message):
    """A page of the operator's list, newest first; `next` is passed back for the following one."""

    titles: list[StudioTitle]
    next: str | None


class Upload(Message):
    """A resumable upload (tus 1.0) bound to the title whose film it brings."""

    id: UUID
    title_id: UUID
    url: str = Field(description="Origin-relative address for HEAD and PATCH")
    size_bytes: int
    offset_bytes: int
    expires_at: datetime


class SubtitleDraft(Request):
    """What is said of a subtitle file that is sent."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = Field(
        default="", description="Left out, it is the language's name"
    )
    forced: bool = Field(default=False, description="Signs and foreign words only")
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = (
        "subtitles"
    )


class TitleSubtitle(Message):
    """A subtitle file that lies beside a title's film."""

    id: UUID
    file_name: str
    language: str = Field(description="BCP 47 tag")
    label: str = Field(description="Empty where the language's name says enough")
    forced: bool = Field(description="Shown unasked: signs and foreign words only")
    size_bytes: int
    added_at: datetime


class TitleSubtitles(Message):
    """The subtitle files beside a title's film, by language."""

    files: list[TitleSubtitle]
    encode_again: bool = Field(
        description="They were changed since the film came; encode it again to show them"
    )


class EditorialRowDraft(Request):
    """A row that the operator puts on home pages: what it is called, why, and what stands in it."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default="", description="A sentence; left out, it says that the programme's makers chose it"
    )
    title_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] = Field(
        description="Films and series, in the order in which they are shown"
    )
    window: RightsWindow = Field(
        default=RightsWindow(), description="Where and when the row is shown"
    )
    place: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="Which row it is, from 1; None for where it suits the profile"
    )


class EditorialRow(EditorialRowDraft):
    """A row that the operator has put on home pages."""

    id: UUID


class EditorialRows(Message):
    """All rows of the operator, in the order in which they were made."""

    rows: list[EditorialRow]
