"""Messages of `billing` for the staff: figures, debts, ledger, subscribers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.billing import Price, PriceInterval, SubscriptionStatus
from matinee.contracts.message import Message, Request

Share = Annotated[float, Field(ge=0, le=1)]


class Revenue(Message):
    """How the business goes; shares are of the last 30 days, those of trials of 90."""

    monthly: list[Price] = Field(description="Monthly recurring revenue, a sum a currency")
    paying: int
    trialing: int
    past_due: int
    on_hold: int
    churn: Share | None = Field(description="Of those who paid 30 days ago, how many left")
    trial_conversion: Share | None
    recovered: Share | None = Field(description="Of debts that were settled or given up: settled")
    owed: list[Price]
    refunded: list[Price]
    disputed: list[Price]


class Debt(Message):
    """An invoice that could not be collected."""

    invoice_id: UUID
    invoice_number: str | None
    account_id: UUID
    amount: Price
    decline: str
    tries: int
    failed_at: datetime
    next_step: str
    next_at: datetime
    is_held: bool


class Balance(Message):
    """What an account of the ledger holds: debits less credits."""

    account: str
    amount: Price


class Ledger(Message):
    """Every account of the ledger; the amounts of a currency add up to nothing."""

    balances: list[Balance]


class Subscriber(Message):
    """An account's subscription, as the staff see it."""

    subscription_id: UUID
    account_id: UUID
    email: str | None = Field(description="Told only where a reason is given")
    plan: str
    price: Price
    status: SubscriptionStatus
    started_at: datetime
    current_period_end: datetime


class PlanDraft(Request):
    """A plan to offer. What it gives never changes afterwards: people agree to what it says."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    name: str = Field(min_length=1, max_length=80)
    description: str = Field(max_length=500)
    amount_minor: int = Field(ge=0, le=10**12)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    interval: PriceInterval = "month"
    trial_days: int = Field(default=0, ge=0, le=365)
    streams_at_once: int = Field(default=2, ge=1, le=50)
    height_max: int = Field(default=1080, ge=144, le=4320)
