"""Messages of `billing` about money on its way: cards, what is due, refunds, disputes."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.billing import Price
from matinee.contracts.message import Message, Request


class Page(Message):
    """Where somebody goes on: a page of the payment gateway's."""

    url: str


class PaymentMethod(Message):
    """A card that was saved."""

    id: UUID
    brand: str
    last4: str
    expires: str = Field(description="Month and year, as in 2031-07")
    is_charged: bool = Field(description="Whether it is the one that is charged")


class Due(Message):
    """Something that is still to be paid."""

    invoice_id: UUID
    amount: Price
    is_order: bool = Field(description="Whether it is paid before anything begins")
    title_id: UUID | None = Field(description="The title that it rents or buys, if it does")
    is_under_way: bool = Field(description="Whether it is being paid just now")
    decline: str = Field(description="Why it could not be charged; empty: it was not tried yet")
    retry_at: datetime | None
    hold_at: datetime | None = Field(description="When watching stops")
    end_at: datetime | None


class Paying(Message):
    """How an account pays."""

    is_simulated: bool = Field(description="Whether no money moves")
    methods: list[PaymentMethod]
    due: list[Due]


PaymentState = Literal["started", "processing", "succeeded", "failed", "closed"]


class Payment(Message):
    """One try to have an invoice paid, as the staff see it."""

    id: UUID
    account_id: UUID
    invoice_id: UUID
    invoice_number: str | None
    amount: Price
    refunded_minor: int
    status: PaymentState
    decline: str
    is_disputed: bool
    created_at: datetime


class GiveBack(Request):
    """Gives a part of a payment back."""

    amount_minor: int = Field(gt=0)
    reason: str = Field(min_length=1, max_length=200)


class Refund(Message):
    """Money on its way back."""

    id: UUID
    payment_id: UUID
    amount: Price
    status: Literal["processing", "succeeded", "failed"]
    reason: str
