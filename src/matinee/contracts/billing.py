"""Messages of `billing`: plans, subscriptions and the entitlement that they give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message, Request

SubscriptionStatus = Literal["trialing", "active", "cancelled", "ended"]


class Price(Message):
    """An amount in the minor unit of its currency."""

    amount_minor: int
    currency: str = Field(description="ISO 4217 code")


class Plan(Message):
    """What can be subscribed to."""

    id: UUID
    code: str
    name: str
    description: str
    price: Price
    interval: Literal["month", "year"]
    trial_days: int
    streams_at_once: int
    height_max: int = Field(description="Tallest rendition in pixels")


class Subscription(Message):
    """What an account has subscribed to; `cancelled` still plays until `current_period_end`."""

    id: UUID
    plan: Plan
    status: SubscriptionStatus
    started_at: datetime
    current_period_end: datetime


class Subscribe(Request):
    """Chooses a plan."""

    plan_id: UUID


class Entitlement(Message):
    """What an account may watch, and until when."""

    account_id: UUID
    streams_at_once: int
    height_max: int
    ends_at: datetime | None = Field(description="None: until told otherwise")
