"""What `billing` tells of the business: subscriptions and money, of customers by id only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from matinee.contracts.billing import PriceInterval
from matinee.contracts.message import Message
from matinee.kernel.events import Event


class SubscriptionTerms(Message):
    """What is given, and what it costs for so many intervals, in minor units."""

    plan: str
    amount_minor: int
    currency: str
    interval: PriceInterval
    interval_count: int


class SubscriptionChanged(Event):
    """billing: a subscription as it is from now on, until the next of these.

    `customer_id` is billing's own: it is no account's, and only billing knows whose it is.
    """

    type: ClassVar[str] = "subscription.changed"
    subscription_id: UUID
    customer_id: UUID
    terms: SubscriptionTerms
    activated_at: datetime
    trial_ends_at: datetime | None
    held_at: datetime | None
    paused_from: datetime | None
    ended_at: datetime | None
    end_reason: str


class Booked(Message):
    """An amount that went from one account of the ledger to another."""

    debit: str
    credit: str
    amount_minor: int
    currency: str
    at: datetime


class MoneyBooked(Event):
    """billing: the ledger has new transfers, which are never changed."""

    type: ClassVar[str] = "money.booked"
    transfers: list[Booked]
