"""What a person in Studio says of a title."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from matinee.contracts.catalog.external_ids import ExternalIds
from matinee.contracts.catalog.rights import Rights
from matinee.contracts.catalog.texts import TitleTexts
from matinee.contracts.catalog.titles import Credit
from matinee.contracts.catalog.words import Label, Slug, TitleKind
from matinee.contracts.identity import Language, MaturityAge
from matinee.contracts.message import Request
from matinee.contracts.ratings import KnownRatings


def _each_once(members: list[UUID]) -> list[UUID]:
    if len(set(members)) < len(members):
        msg = "a title stands in a collection once; leave out the second one"
        raise ValueError(msg)
    return members


_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Tagline = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
_Year = Annotated[int, Field(ge=1870, le=2200)]
_Tag = Annotated[Language, Field(max_length=35)]
_Genres = Annotated[list[Label], Field(max_length=12)]
_Moods = Annotated[list[Label], Field(max_length=24)]
_Keywords = Annotated[list[Label], Field(max_length=50)]
_Credits = Annotated[list[Credit], Field(max_length=200)]
_Members = Annotated[list[UUID], Field(max_length=500), AfterValidator(_each_once)]


class TitleDraft(Request):
    """A title to make. An episode names its series by `series_slug`, which must exist.

    So does a trailer or an extra name by `belongs_to_slug` the title on whose page it stands.
    """

    id: UUID | None = Field(
        default=None,
        description="Chosen by who sends this, so that it can be sent again when no answer came: "
        "what is there with this id is answered then",
    )
    name: _Name
    kind: TitleKind = "film"
    slug: Slug | None = Field(default=None, description="Derived from the name when left out")
    tagline: _Tagline = ""
    description: _Description = ""
    year: _Year | None = None
    maturity_age: MaturityAge = 0
    ratings: KnownRatings = Field(default=[], description="What boards say of it")
    language: _Tag = "en"
    texts: TitleTexts = Field(default=[], description="Its words in other languages")
    genres: _Genres = []
    moods: _Moods = []
    keywords: _Keywords = []
    credits: _Credits = []
    rights: Rights = []
    external_ids: ExternalIds = ExternalIds()
    series_slug: Slug | None = None
    season: Annotated[int, Field(ge=0, le=1000)] | None = None
    episode: Annotated[int, Field(ge=0, le=10000)] | None = None
    belongs_to_slug: Slug | None = None
    members: _Members = Field(default=[], description="What a collection holds, in order")


class TitleChange(Request):
    """What is to change in a title; what is left out stays."""

    name: _Name | None = None
    tagline: _Tagline | None = None
    description: _Description | None = None
    year: _Year | None = None
    maturity_age: MaturityAge | None = None
    ratings: KnownRatings | None = None
    language: _Tag | None = None
    texts: TitleTexts | None = None
    genres: _Genres | None = None
    moods: _Moods | None = None
    keywords: _Keywords | None = None
    credits: _Credits | None = None
    rights: Rights | None = None
    external_ids: ExternalIds | None = None
    members: _Members | None = None
