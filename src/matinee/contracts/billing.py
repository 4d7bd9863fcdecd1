"""Messages of `billing`: plans, subscriptions and the entitlement that they give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from matinee.contracts.message import Message, Request

SubscriptionStatus = Literal[
    "incomplete", "trialing", "active", "past_due", "on_hold", "paused", "cancelled", "ended"
]
PriceInterval = Literal["day", "week", "month", "year"]


class Price(Message):
    """An amount in the minor unit of its currency."""

    amount_minor: int
    currency: str = Field(description="ISO 4217 code")


class PlanPrice(Message):
    """What a plan costs in one currency, for so many intervals."""

    id: UUID
    price: Price
    interval: PriceInterval
    interval_count: int = 1


class Plan(Message):
    """What can be subscribed to. `price` and `interval` are those of the first of `prices`."""

    id: UUID
    code: str
    name: str
    description: str
    price: Price
    interval: PriceInterval
    trial_days: int
    streams_at_once: int
    height_max: int = Field(description="Tallest rendition in pixels")
    profiles: int = 5
    downloads: int = Field(default=0, description="How many titles at once; 0: none")
    extra_members: int = 0
    has_ads: bool = False
    prices: list[PlanPrice] = []


class Subscription(Message):
    """What an account has subscribed to; `cancelled` still plays until `current_period_end`.

    `plan` is what it gives now. `next_plan` is there where another follows at the period's end,
    `next_price` where the next period costs something else. `incomplete` waits for a payment.
    """

    id: UUID
    plan: Plan
    status: SubscriptionStatus
    started_at: datetime
    current_period_end: datetime
    price: PlanPrice | None = None
    next_plan: str | None = None
    next_price: PlanPrice | None = None
    trial_ends_at: datetime | None = None
    grace_until: datetime | None = None
    resumes_at: datetime | None = None


class Subscribe(Request):
    """Chooses a plan, at one of its prices (else its first), with a coupon if there is one.

    Time zone and territory are where the customer is, `email` is where letters about payments go;
    they stay as they were where left out.
    """

    plan_id: UUID
    price_id: UUID | None = None
    coupon: str | None = Field(default=None, max_length=40)
    time_zone: str | None = Field(default=None, max_length=64)
    territory: str | None = Field(default=None, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    email: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")


class Pause(Request):
    """Pauses at the period's end, until a moment or until resumed."""

    resumes_at: AwareDatetime | None = None


class Entitlement(Message):
    """What an account may watch, and until when."""

    account_id: UUID
    streams_at_once: int
    height_max: int
    ends_at: datetime | None = Field(description="None: until told otherwise")
    plan: str = Field(default="", description="The code of the plan that it comes from")
