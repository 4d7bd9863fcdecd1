"""Messages of `billing` about what customers were asked for and given back."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message, Request

InvoiceStatus = Literal["draft", "open", "paid", "void", "uncollectible"]


class InvoiceLine(Message):
    """One thing on an invoice; `amount_minor` is as priced, with or without taxes."""

    description: str
    amount_minor: int
    discount_minor: int
    tax_minor: int
    period_start: datetime | None
    period_end: datetime | None


class CreditNote(Message):
    """What of an invoice was taken back; `to_credit_minor` of it is the customer's to spend."""

    id: UUID
    number: str
    reason: str
    total_minor: int
    to_credit_minor: int
    issued_at: datetime


class Invoice(Message):
    """What a customer was asked for, in the minor unit of its currency."""

    id: UUID
    number: str | None
    status: InvoiceStatus
    currency: str = Field(description="ISO 4217 code")
    subtotal_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int
    credit_applied_minor: int
    due_minor: int
    issued_at: datetime | None
    paid_at: datetime | None
    lines: list[InvoiceLine]
    credit_notes: list[CreditNote]


class Credit(Message):
    """What an account has to its credit in a currency."""

    amount_minor: int
    currency: str


class RedeemGiftCard(Request):
    """The code of a gift card, as it is printed or read out."""

    code: str = Field(min_length=4, max_length=40)


class TitleOffer(Message):
    """What it costs to rent or buy a title; a rental plays for `window_hours`."""

    id: UUID
    title_id: UUID
    kind: Literal["rental", "purchase"]
    amount_minor: int
    currency: str
    window_hours: int | None


class OwnTitle(Message):
    """A title that an account has rented (until a moment) or bought (for good)."""

    title_id: UUID
    kind: Literal["rental", "purchase"]
    ends_at: datetime | None


class Billed(Request):
    """What invoices say of a customer, where the customer is, and where letters go."""

    name: str | None = Field(default=None, max_length=200)
    address: str | None = Field(default=None, max_length=500)
    time_zone: str | None = Field(default=None, max_length=64)
    territory: str | None = Field(default=None, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    email: str | None = Field(default=None, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
