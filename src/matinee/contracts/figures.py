"""Messages of `insights` for the staff: figures over time, by what they are told apart, and live.

Which figures there are, and what each means, is said by the table of metrics (`Metrics`).
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from matinee.contracts.message import Message, Request, Unkept
from matinee.contracts.moments import InUtc

Unit = Literal[
    "count", "per_second", "per_hour", "hours", "seconds", "share", "bits_per_second", "money"
]
Side = Literal["title", "territory", "device", "edge", "network", "search", "row", "plan"]
"""What a figure can be broken down by."""

Step = Literal["minute", "hour", "day", "week", "month"]
Comparison = Literal["none", "before", "year"]
Number = int | float | None
"""A figure's value; None where there was nothing to tell it from. Money is whole minor units."""


def _written(value: object) -> object:
    """A number is no moment, though the library would count it in seconds."""
    if isinstance(value, str) and "T" not in value.upper():
        msg = "write a moment as 2027-03-14T12:00:00Z"
        raise ValueError(msg)
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written), InUtc]


class Metric(Message):
    """What a figure means."""

    id: str
    name: str
    sentence: str = Field(description="What it says, for people")
    formula: str = Field(description="How it is reckoned from what was told")
    unit: Unit
    better: Literal["up", "down"] | None = Field(description="Which way is the good one, if any is")
    by: list[Side] = Field(description="What it can be broken down by")
    finest_s: int = Field(description="The shortest time, in seconds, over which it says something")


class Metrics(Message):
    """Every figure that there is."""

    metrics: list[Metric]


Text = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Stretch(Request):
    """A stretch of time (by default the last seven days), and what it is compared with.

    Days, weeks and months are those of `zone`. Without a step there are about a hundred points.
    """

    since: Moment | None = None
    until: Moment | None = None
    zone: Annotated[str, StringConstraints(max_length=64)] = Field(
        default="UTC", description="IANA time zone"
    )
    step: Step | None = None
    compare: Comparison = Field(
        default="none", description="With the stretch before, as long; or with that of last year"
    )


class Wanted(Stretch):
    """Figures over a stretch of time, of all plays or only of some."""

    metric: Annotated[str, StringConstraints(min_length=1, max_length=400)] = Field(
        description="Ids of metrics, with commas between them; at most 12"
    )
    title_id: UUID | None = None
    territory: Text | None = Field(default=None, description="ISO 3166-1 alpha-2")
    device: Text | None = None
    edge: Text | None = None
    network: Text | None = None


class WantedBy(Wanted):
    """Figures broken down; rows come by the first metric, the greatest first."""

    by: Side
    limit: int = Field(default=50, ge=1, le=1000)


class Line(Message):
    """One figure over time; `total` is that of the whole stretch, which is no sum of shares.

    Money has a line for each currency.
    """

    metric: str
    currency: str | None = None
    values: list[Number]
    total: Number


class Lines(Message):
    """Figures over a stretch of time; `at` says when each of their values begins."""

    since: datetime
    until: datetime
    at: list[datetime]
    lines: list[Line]


class Series(Lines):
    """The same, with the stretch that it is compared with: its values stand at the same places."""

    step: Step
    before: Lines | None


class BreakdownRow(Message):
    """Figures of one title, territory, … in the order of the metrics."""

    key: str
    name: str
    values: list[Number]
    before: list[Number] | None


class Breakdown(Message):
    """Figures told apart."""

    since: datetime
    until: datetime
    by: Side
    metrics: list[str]
    rows: list[BreakdownRow]
    more: bool = Field(description="Whether there are more rows than were asked for")


class DropOff(Message):
    """How far the plays of a title came: the share of them that reached each hundredth of it."""

    title_id: UUID
    name: str
    plays: int
    duration_s: float | None
    shares: list[float] = Field(description="101 of them, from the beginning (1) to the end")


class LiveMinute(Message):
    """A minute of the last hour."""

    at: datetime
    plays: int = Field(description="Plays that began in it")
    viewers: int = Field(description="Profiles that were watching in it")


class LiveTitle(Message):
    """A title that is being watched."""

    title_id: UUID
    name: str
    viewers: int


class Live(Message):
    """What is going on just now."""

    at: datetime
    viewers: int
    starts_per_second: float = Field(description="Over the last 60 seconds")
    minutes: list[LiveMinute] = Field(description="The last 60, the oldest first")
    titles: list[LiveTitle] = Field(description="The ten most watched just now")


class Cohort(Message):
    """Customers who began in one month, and how many were still there at the end of each since."""

    month: date
    size: int
    kept: list[int] = Field(description="At the end of that month, the next one, and so on")


class Cohorts(Message):
    """Cohorts, the oldest first."""

    cohorts: list[Cohort]


class SearchTold(Request):
    """Somebody had typed this and looked at what was found, or chose something of it."""

    query: Annotated[str, StringConstraints(min_length=1, max_length=100), Unkept()]
    found: int = Field(ge=0, le=1000, description="How many titles matched")
    taken: bool = Field(default=False, description="Whether one of them was opened")
