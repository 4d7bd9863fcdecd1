"""Where, when, with what and on what something may be shown."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, NamedTuple, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from matinee.contracts.catalog.words import Country
from matinee.contracts.message import Request
from matinee.contracts.moments import InUtc
from matinee.contracts.sessions import DeviceClass

# What lies beyond, wherever the clock that says it stands, no database gives back.
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST), InUtc]
PlanCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Vantage(NamedTuple):
    """From where somebody looks; empty where nobody knows.

    `country` is an ISO 3166-1 alpha-2 code, `plan` the code of what they have subscribed to,
    `platform` a `DeviceClass`.
    """

    country: str = ""
    plan: str = ""
    platform: str = ""


class RightsWindow(Request):
    """What may be shown: from `starts_at` until just before `ends_at`, to whom the lists name."""

    territories: list[Country] = Field(
        default=[], max_length=250, description="Empty for everywhere"
    )
    plans: list[PlanCode] = Field(
        default=[], max_length=50, description="Codes of plans; empty for whoever signs in"
    )
    platforms: list[DeviceClass] = Field(
        default=[], max_length=3, description="Empty for every kind of device"
    )
    starts_at: Moment | None = Field(default=None, description="None for ever since")
    ends_at: Moment | None = Field(default=None, description="None for without end")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            msg = "a window must start before it ends; swap starts_at and ends_at, or leave one out"
            raise ValueError(msg)
        return self

    def covers(self, vantage: Vantage) -> bool:
        """Whether it is for somebody who looks from there, at some time.

        What may be shown to some only is not shown on a guess.
        """
        return (
            (not self.territories or vantage.country in self.territories)
            and (not self.plans or vantage.plan in self.plans)
            and (not self.platforms or vantage.platform in self.platforms)
        )

    def covers_buyers(self, vantage: Vantage) -> bool:
        """Whether it is for somebody there who has rented or bought it, whatever their plan."""
        plan = self.plans[0] if self.plans else ""
        return self.covers(Vantage(vantage.country, plan, vantage.platform))

    def is_open(self, vantage: Vantage, now: datetime) -> bool:
        """Whether it is for somebody who looks from there, now."""
        return (
            self.covers(vantage)
            and (self.starts_at is None or self.starts_at <= now)
            and (self.ends_at is None or now < self.ends_at)
        )


Rights = Annotated[list[RightsWindow], Field(max_length=100)]


def is_available(rights: Sequence[RightsWindow], vantage: Vantage, now: datetime) -> bool:
    """Whether a title with these windows may be watched; without any it may everywhere, always."""
    return not rights or any(window.is_open(vantage, now) for window in rights)


def open_until(rights: Sequence[RightsWindow], vantage: Vantage, now: datetime) -> datetime | None:
    """When what is open now closes: the end of windows that follow each other without a gap.

    None where it does not, and `now` where it is not open.
    """
    if not rights:
        return None
    until = now
    for window in _by_beginning(rights, vantage):
        if window.starts_at is not None and window.starts_at > until:
            break
        if window.ends_at is None:
            return None
        until = max(until, window.ends_at)
    return until


def opens_at(rights: Sequence[RightsWindow], vantage: Vantage, now: datetime) -> datetime | None:
    """When the next window opens for somebody who looks from there; None where none does."""
    starts = (window.starts_at for window in _by_beginning(rights, vantage))
    return next((start for start in starts if start is not None and start > now), None)


def _by_beginning(rights: Iterable[RightsWindow], vantage: Vantage) -> list[RightsWindow]:
    covering = (window for window in rights if window.covers(vantage))
    return sorted(covering, key=lambda one: (one.starts_at is not None, one.starts_at))
