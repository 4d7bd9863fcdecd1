"""Messages of `recommendations` about home pages as the staff see them beforehand."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from matinee.contracts.catalog import Country, EditorialRow
from matinee.contracts.catalog.programme import ROWS_MAX
from matinee.contracts.catalog.rights import PlanCode
from matinee.contracts.experiments import VARIABLES, Settings
from matinee.contracts.experiments.variables import check_settings
from matinee.contracts.identity import Language, MaturityAge
from matinee.contracts.message import Message, Request
from matinee.contracts.recommendations import HomePage
from matinee.contracts.sessions import DeviceClass

_YEARS = range(2000, 2200)


def _thinkable(at: datetime) -> datetime:
    """A moment that windows, hours and time zones can be worked out for."""
    if at.year not in _YEARS:
        raise ValueError(f"must be a moment from {_YEARS.start} to {_YEARS.stop}")
    return at


class MadeUpViewer(Request):
    """Somebody who does not exist; what they watched and liked says what suits them."""

    language: Language = "en"
    country: Country | None = Field(default=None, description="None where nobody knows")
    maturity_age: MaturityAge = 18
    is_kids: bool = False
    plan: PlanCode | None = None
    platform: DeviceClass = "browser"
    liked: Annotated[list[UUID], Field(max_length=20)] = Field(
        default=[], description="Films and series that they watched to the end, the newest first"
    )


class PreviewRequest(Request):
    """Whose home page is wanted, and as of when."""

    viewer: MadeUpViewer = MadeUpViewer()
    at: Annotated[AwareDatetime, AfterValidator(_thinkable)] | None = Field(
        default=None, description="From 2000 to 2200; None for now"
    )
    rows: Annotated[list[EditorialRow], Field(max_length=ROWS_MAX)] | None = Field(
        default=None, description="The operator's rows as they would be; None for as they are"
    )
    settings: Annotated[Settings, Field(max_length=len(VARIABLES))] = Field(
        default={}, description="What a variant of an experiment turns, by name of variable"
    )

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        for name, value in self.settings.items():
            known = VARIABLES.get(name)
            check_settings("rows" if known is None else known.layer, {name: value})
        return self


class HiddenRow(Message):
    """A row of the operator's that is not on the page, and why."""

    id: UUID
    name: str
    why: str


class PagePreview(Message):
    """A home page as somebody would be shown it, and what of the programme is not on it."""

    page: HomePage
    at: AwareDatetime
    hidden: list[HiddenRow]
