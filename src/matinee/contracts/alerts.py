"""Messages of `insights` about alerts: rules that the operator sets, and what came of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field, StringConstraints

from matinee.contracts.message import Message, Request

AlertSide = Literal["above", "below"]
AlertState = Literal["fine", "pending", "firing", "paused"]
AlertEnding = Literal["recovered", "silent", "changed"]
WindowSeconds = Literal[300, 900, 3600, 86400]
Limit = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]


class AlertLimits(Request):
    """When a figure of the last `window_s` seconds is too high or too low."""

    metric: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    side: AlertSide
    limit: Limit = Field(description="In the metric's own unit: 0.02 is 2 % of a share")
    clear_at: Limit | None = Field(
        default=None,
        description="Where it may end, on the limit's good side; None: a tenth of the limit back",
    )
    window_s: WindowSeconds = Field(default=900, description="The figure is that of so long")
    lasting_s: int = Field(
        default=300,
        ge=0,
        le=86400,
        multiple_of=60,
        description="How long before it fires, and before it ends; looked at once a minute",
    )


class AlertDraft(AlertLimits):
    """Tells somebody when a figure is too high or too low."""

    name: Name
    emails: list[EmailStr] = Field(default=[], max_length=10, description="Who gets a letter")
    tells_webhooks: bool = Field(
        default=False, description="Whether the endpoints of insights are told"
    )
    is_paused: bool = False


class Alert(Message):
    """A rule, and how it stands."""

    id: UUID
    name: str
    metric: str
    side: AlertSide
    limit: float
    clear_at: float
    window_s: int
    lasting_s: int
    emails: list[str]
    tells_webhooks: bool
    state: AlertState
    since: datetime | None = Field(description="Since when the limit is crossed, if it is")
    looked_at: datetime | None
    value: float | None = Field(description="At the last look; None: nothing to measure")


class Alerts(Message):
    """Every rule, those that fire first."""

    alerts: list[Alert]


class AlertLetter(Message):
    """A letter on its way to one of a rule's addresses, or arrived."""

    kind: Literal["firing", "resolved", "trial"]
    sent_at: datetime | None
    next_at: datetime | None = Field(description="When it is tried again; None: it is not")
    answer: str = Field(description="Why it was not taken; empty: it was, or waits")


class AlertEpisode(Message):
    """One time that a rule fired, with the rule as it was then."""

    id: UUID
    alert_id: UUID | None = Field(description="None: the rule was removed")
    name: str
    metric: str
    side: AlertSide
    limit: float
    window_s: int
    since: datetime = Field(description="When the limit was crossed")
    fired_at: datetime
    worst: float
    ended_at: datetime | None
    ending: AlertEnding | None
    letters: list[AlertLetter]


class AlertHistory(Message):
    """Times that rules fired, the newest first."""

    episodes: list[AlertEpisode]
    next: UUID | None = Field(description="Ask with it as `before` for the ones before these")


class Firing(Message):
    """One time that an alert would have fired."""

    since: datetime = Field(description="When the limit was crossed")
    fired_at: datetime
    worst: float
    ended_at: datetime | None = Field(description="None: it would fire still")


class AlertHindsight(Message):
    """How an alert would have done lately, by what is known now of how plays went."""

    since: datetime = Field(description="30 days ago, or when facts began")
    until: datetime
    every_s: int = Field(description="How often the figure was reckoned; between, as it was before")
    fired: int
    least: float | None = Field(description="The lowest that the figure was; None: no value")
    most: float | None
    firings: list[Firing] = Field(description="The newest 50, the newest first")
