"""The operator's programme: rows on home pages, and titles that open them."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from matinee.contracts.catalog.rights import RightsWindow, Vantage
from matinee.contracts.identity import Language
from matinee.contracts.message import Message, Request

ROWS_MAX = 50
_DAY_MINUTES, _WEEK = 24 * 60, 7


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name} is no time zone; one is called Europe/Berlin") from error
    return name


TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Annotated[int, Field(ge=1, le=7)]
"""1 for Monday to 7 for Sunday (ISO 8601)."""


class Hours(Request):
    """Which hours of which days: from `starts` until just before `ends`, past midnight if earlier.

    The same time for both is all day.
    """

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)] = [1, 2, 3, 4, 5, 6, 7]
    starts: TimeOfDay = "00:00"
    ends: TimeOfDay = "00:00"
    time_zone: Annotated[str, Field(max_length=64), AfterValidator(_known_zone)] = "UTC"

    def cover(self, now: datetime) -> bool:
        """Whether a moment lies within them."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        since = _minutes(self.starts)
        length = (_minutes(self.ends) - since - 1) % _DAY_MINUTES + 1
        # By the clock on the wall: on the day that it is turned an hour is missed or comes twice.
        passed = local.hour * 60 + local.minute - since
        if 0 <= passed < length:
            return local.isoweekday() in self.days
        began_yesterday = passed + _DAY_MINUTES < length
        return began_yesterday and (local - timedelta(days=1)).isoweekday() in self.days


class Audience(Request):
    """Whom something is for, beside where they are, what they pay for and on what they watch."""

    languages: Annotated[list[Language], Field(max_length=30)] = Field(
        default=[], description="BCP 47 tags; de is for de-AT, too. Empty for all"
    )
    viewers: Literal["everybody", "children", "grown_ups"] = "everybody"

    def includes(self, language: str, *, is_kids: bool) -> bool:
        """Whether a profile belongs to it (basic filtering, RFC 4647, section 3.3.1).

        Where a profile's language is not known, only what is for all is for it.
        """
        if self.viewers != "everybody" and is_kids != (self.viewers == "children"):
            return False
        spoken = f"{language.lower()}-"
        return not self.languages or any(
            spoken.startswith(f"{one.lower()}-") for one in self.languages
        )


class EditorialRowDraft(Request):
    """A row that the operator puts on home pages, or a hero: titles of which one opens the page.

    A hero shows the first of its titles that the profile has not seen yet.
    """

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default="", description="A sentence; left out, it says that the programme's makers chose it"
    )
    shown_as: Literal["row", "hero"] = "row"
    title_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] = Field(
        description="Films and series, in the order in which they are shown"
    )
    window: RightsWindow = Field(
        default=RightsWindow(), description="Where, when and for which plans it is shown"
    )
    hours: Hours | None = Field(default=None, description="None for all day, every day")
    audience: Audience = Audience()
    place: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="Which row it is, from 1; None for where it suits the profile"
    )

    @model_validator(mode="after")
    def _hero_has_no_place(self) -> Self:
        if self.shown_as == "hero" and self.place is not None:
            msg = "a hero opens the page and has no place among the rows; leave place out"
            raise ValueError(msg)
        return self

    def is_open(self, vantage: Vantage, now: datetime) -> bool:
        """Whether it is shown to somebody who looks from there, now, if they belong to it."""
        in_hours = self.hours is None or self.hours.cover(now)
        return in_hours and self.window.is_open(vantage, now)


class EditorialRow(EditorialRowDraft):
    """A row that the operator has put on home pages."""

    id: UUID


class EditorialRows(Message):
    """All rows of the operator, in their order: of two that could stand in one place the first."""

    rows: list[EditorialRow]
    names: dict[str, str] = Field(
        default={}, description="What the titles in them are called, by their ids"
    )


class EditorialOrder(Request):
    """All rows in the order in which they are to be."""

    row_ids: Annotated[list[UUID], Field(max_length=ROWS_MAX)]


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)
