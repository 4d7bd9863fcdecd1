"""Rentals and purchases of single titles, beside subscriptions."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from matinee.billing import queries
from matinee.billing.actions.customers import locked_customer
from matinee.billing.actions.ending import title_orders_drop
from matinee.billing.actions.invoicing import Ask, Charge, invoices_write
from matinee.billing.actions.telling import AT_ONCE
from matinee.billing.models import Invoice, InvoiceLine, TitleGrant, TitleName, TitlePrice
from matinee.billing.rules.invoicing import Item
from matinee.contracts.events import TitleChanged, TitleGranted
from matinee.contracts.offers import TitleOffered
from matinee.kernel import clock
from matinee.kernel.copies import keep_newest
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound, Unprocessable


def title_price_set(title_id: UUID, amount: Money, window_hours: int | None) -> TitlePrice:
    """Offer a title for rent (hours from the payment on) or for good, instead of at its old price.

    Unprocessable where the amount or the hours are not more than nothing.
    """
    kind = "purchase" if window_hours is None else "rental"
    try:
        with transaction_of("billing"):
            TitlePrice.objects.filter(
                title_id=title_id, kind=kind, currency=amount.currency, is_offered=True
            ).update(is_offered=False)
            made = TitlePrice.objects.create(
                title_id=title_id,
                kind=kind,
                currency=amount.currency,
                amount_minor=amount.amount_minor,
                window_hours=window_hours,
            )
            announce("billing", TitleOffered(title_id=title_id, offered=True))
            return made
    except IntegrityError as error:
        detail = "A price and the hours of a rental must be more than nothing."
        raise Unprocessable("bad_price", detail) from error


def title_price_withdraw(price_id: UUID) -> None:
    """Offer a title at a price no more; whoever has it keeps it. NotFound if it is not offered."""
    with transaction_of("billing"):
        found = TitlePrice.objects.select_for_update().filter(pk=price_id, is_offered=True)
        price = found.first()
        if price is None:
            detail = "That title is not offered at that price. Reload the page."
            raise NotFound("unknown_price", detail)
        found.update(is_offered=False)
        others = TitlePrice.objects.filter(title_id=price.title_id, is_offered=True)
        if not others.exists():
            announce("billing", TitleOffered(title_id=price.title_id, offered=False))


def title_order(account_id: UUID, title_price_id: UUID) -> Invoice:
    """Ask for a title; it may be watched once the invoice is paid, at once where credit pays it.

    NotFound if it is not offered; Conflict if it is theirs already.
    """
    now = clock.now().replace(microsecond=0)
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        price = TitlePrice.objects.filter(pk=title_price_id, is_offered=True).first()
        if price is None:
            detail = "That title is not offered at that price. Choose one that is."
            raise NotFound("unknown_price", detail)
        theirs = TitleGrant.objects.filter(customer=customer, price__title_id=price.title_id)
        if theirs.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exists():
            raise Conflict("granted_already", "This title is yours already. Press play.")
        title_orders_drop(customer, now)
        taxes = queries.OwnTable().taxes(customer.territory, now)
        charge = Charge(_words(price), Item(price.amount_minor, taxes), title_price=price)
        ask = Ask(customer, price.currency, (charge,), is_order=True)
        (invoice,) = invoices_write([ask], now)
        if invoice.status == "paid":
            grant_title(invoice, now)
    return invoice


def title_name(event: TitleChanged) -> None:
    """Keep what a title is called, for invoices to name it, unless something newer is known."""
    with transaction_of("billing"):
        keep_newest(TitleName, {"id": event.title.id}, event, {"name": event.title.name})


def _words(price: TitlePrice) -> str:
    """What an invoice calls it; titles that were never heard of are not named."""
    kind = "Purchase" if price.window_hours is None else "Rental"
    name = TitleName.objects.filter(pk=price.title_id).values_list("name", flat=True).first()
    most = InvoiceLine.DESCRIPTION_LENGTH_MAX - len(f"{kind}: ")
    return f"{kind} of a title" if name is None else f"{kind}: {name[:most]}"


def grant_title(invoice: Invoice, at: datetime) -> None:
    """Let a title be watched that a paid invoice is for, if it is for one."""
    line = invoice.lines.filter(title_price__isnull=False).select_related("title_price").first()
    if line is None or line.title_price is None:
        return
    price = line.title_price
    hours = price.window_hours
    grant, is_new = TitleGrant.objects.get_or_create(
        invoice=invoice,
        defaults={
            "customer": invoice.customer,
            "price": price,
            "starts_at": at,
            "ends_at": None if hours is None else at + timedelta(hours=hours),
        },
    )
    if is_new:
        announce("billing", _granted(grant))


def grants_announce(after: UUID | None = None) -> UUID | None:
    """Tell again which titles may be watched, 500 of them, for readers that lost it.

    Returns what to pass as `after` for the next ones; None when all are told.
    """
    now = clock.now()
    with transaction_of("billing"):
        lasting = TitleGrant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        rows = lasting.select_related("customer", "price")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        page = list(rows.order_by("pk")[:AT_ONCE])
        announce("billing", *map(_granted, page))
    return page[-1].pk if len(page) == AT_ONCE else None


def offers_announce(after: UUID | None = None) -> UUID | None:
    """Tell again which titles are offered alone; otherwise as `grants_announce`."""
    with transaction_of("billing"):
        rows = TitlePrice.objects.filter(is_offered=True)
        if after is not None:
            rows = rows.filter(title_id__gt=after)
        ids = rows.order_by("title_id").values_list("title_id", flat=True).distinct()
        page = list(ids[:AT_ONCE])
        announce("billing", *(TitleOffered(title_id=one, offered=True) for one in page))
    return page[-1] if len(page) == AT_ONCE else None


def _granted(grant: TitleGrant) -> TitleGranted:
    return TitleGranted(
        account_id=grant.customer.account_id,
        title_id=grant.price.title_id,
        ends_at=grant.ends_at,
    )
