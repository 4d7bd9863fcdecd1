"""Messages of `billing` about what the staff offers: prices, coupons, gift cards, taxes, titles."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from matinee.contracts.billing import Price, PriceInterval
from matinee.contracts.message import Message, Request
from matinee.kernel.events import Event

_MOST = 10**15
_CURRENCY = r"^[A-Z]{3}$"
_TERRITORY = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"


class NewPrice(Request):
    """A further price of a plan."""

    amount_minor: int = Field(ge=0, le=_MOST)
    currency: str = Field(pattern=_CURRENCY)
    interval: PriceInterval
    interval_count: int = Field(default=1, ge=1, le=36)


class PriceFollows(Request):
    """What follows an offered price; subscribers pay it after their notice."""

    amount_minor: int = Field(ge=0, le=_MOST)
    effective_at: AwareDatetime


class PriceChange(Message):
    """A price that another follows; `waiting` subscriptions still pay the old one."""

    id: UUID
    plan: str
    old: Price
    new: Price
    interval: PriceInterval
    interval_count: int
    effective_at: datetime
    waiting: int


class NewCoupon(Request):
    """A coupon: a percentage or an amount off, for some months of a subscription or for all.

    `returning` customers may use it once their last subscription is over for so many days.
    """

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{2,40}$")
    percent: Decimal | None = Field(default=None, gt=0, le=100, decimal_places=3)
    amount_minor: int | None = Field(default=None, gt=0, le=_MOST)
    currency: str | None = Field(default=None, pattern=_CURRENCY)
    months: int | None = Field(default=None, ge=1, le=1200)
    rounding: Literal["half_up", "down"] = "half_up"
    audience: Literal["anyone", "new", "returning"] = "anyone"
    returning_after_days: int = Field(default=0, ge=0, le=3650)
    redeem_by: AwareDatetime | None = None
    redemptions_max: int | None = Field(default=None, ge=1, le=10**9)


class Coupon(Message):
    """A coupon that was given out, and how often it was redeemed."""

    id: UUID
    code: str
    percent: Decimal | None
    amount: Price | None
    months: int | None = Field(description="None: for as long as the subscription lasts")
    audience: Literal["anyone", "new", "returning"]
    returning_after_days: int
    redeem_by: datetime | None
    redemptions: int
    redemptions_max: int | None


class NewGiftCard(Request):
    """A gift card to give out."""

    amount_minor: int = Field(gt=0, le=_MOST)
    currency: str = Field(pattern=_CURRENCY)
    expires_at: AwareDatetime | None = None


class GiftCard(Message):
    """A gift card with its code, which is told this once."""

    code: str
    amount_minor: int
    currency: str


class GivenCard(Message):
    """A gift card that was given, without its code: nobody keeps that but who holds the card."""

    id: UUID
    last_letters: str
    amount: Price
    given_at: datetime
    expires_at: datetime | None
    redeemed_at: datetime | None


class TaxRateDraft(Request):
    """A tax of a territory (ISO 3166-1 alpha-2, or 3166-2 for a part), from a moment on."""

    territory: str = Field(pattern=_TERRITORY)
    name: str = Field(min_length=1, max_length=40)
    percent: Decimal = Field(ge=0, le=100, decimal_places=4)
    inclusive: bool = Field(description="Whether prices have it in them already")
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None = None


class TaxRate(Message):
    """A tax as it stands in the table."""

    id: UUID
    territory: str
    name: str
    percent: Decimal
    inclusive: bool
    valid_from: datetime
    valid_until: datetime | None


class TitlePriceDraft(Request):
    """What a title costs alone: for rent for some hours, or (None) for good."""

    title_id: UUID
    amount_minor: int = Field(gt=0, le=_MOST)
    currency: str = Field(pattern=_CURRENCY)
    window_hours: int | None = Field(default=None, ge=1, le=24 * 366)


class TitleOffered(Event):
    """billing: a title can be rented or bought alone, or (not `offered`) no more."""

    type: ClassVar[str] = "title.offered"
    title_id: UUID
    offered: bool
