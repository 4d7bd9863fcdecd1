"""What a person in Studio says of a title."""

from typing import Annotated

from pydantic import Field, StringConstraints

from matinee.contracts.catalog.rights import Rights
from matinee.contracts.catalog.titles import Credit
from matinee.contracts.catalog.words import Label, Slug, TitleKind
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Request


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
