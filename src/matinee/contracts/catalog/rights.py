"""Where and when something may be shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from matinee.contracts.catalog.words import Country
from matinee.contracts.message import Request


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
