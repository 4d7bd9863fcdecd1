"""What the staff have given out and offered, and which titles an account has alone."""

from typing import Literal, cast
from uuid import UUID

from django.db.models import Count, Q

from matinee.billing.models import Coupon, GiftCard, PriceChange, TitleGrant, TitlePrice
from matinee.contracts import invoices, offers
from matinee.contracts.billing import Price, PriceInterval
from matinee.kernel import clock

PAGE = 50
# More titles than anybody rents and buys, so that a page need not ask for more.
_OWN_MAX = 1000


def coupons(before: UUID | None = None) -> list[offers.Coupon]:
    """Coupons that were given out, the newest first; `before` is the last of the page before."""
    rows = Coupon.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_coupon(row) for row in rows[:PAGE]]


def gift_cards(before: UUID | None = None) -> list[offers.GivenCard]:
    """Gift cards that were given, likewise."""
    rows = GiftCard.objects.order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        offers.GivenCard(
            id=row.pk,
            last_letters=row.last_letters,
            amount=Price(amount_minor=row.amount_minor, currency=row.currency),
            given_at=row.created_at,
            expires_at=row.expires_at,
            redeemed_at=row.redeemed_at,
        )
        for row in rows[:PAGE]
    ]


def price_changes() -> list[offers.PriceChange]:
    """The newest prices that others follow, and how many subscriptions still pay the old ones."""
    still = Q(old__subscriptions__ended_at=None, old__subscriptions__isnull=False)
    rows = PriceChange.objects.annotate(waiting=Count("old__subscriptions", filter=still))
    return [
        _change(row, cast("int", getattr(row, "waiting", 0)))
        for row in rows.select_related("old__plan", "new").order_by("-id")[:PAGE]
    ]


def titles_for_sale(before: UUID | None = None) -> list[invoices.TitleOffer]:
    """What titles are rented and sold for, those priced last first; likewise."""
    rows = TitlePrice.objects.filter(is_offered=True).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [title_offer(row) for row in rows[:PAGE]]


def title_offers(title_id: UUID) -> list[invoices.TitleOffer]:
    """What a title can be rented or bought for, the cheapest first."""
    rows = TitlePrice.objects.filter(title_id=title_id, is_offered=True)
    return [title_offer(row) for row in rows.order_by("currency", "amount_minor", "id")]


def title_offer(row: TitlePrice) -> invoices.TitleOffer:
    """A price of a title as others read it."""
    return invoices.TitleOffer(
        id=row.id,
        title_id=row.title_id,
        kind=_kind(row),
        amount_minor=row.amount_minor,
        currency=row.currency,
        window_hours=row.window_hours,
    )


def own_titles(account_id: UUID) -> list[invoices.OwnTitle]:
    """The titles that an account has rented or bought and may watch now, the newest first."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    rows = TitleGrant.objects.filter(lasting, customer__account_id=account_id)
    return [
        invoices.OwnTitle(title_id=row.price.title_id, kind=_kind(row.price), ends_at=row.ends_at)
        for row in rows.select_related("price").order_by("-id")[:_OWN_MAX]
    ]


def _kind(price: TitlePrice) -> Literal["rental", "purchase"]:
    return "purchase" if price.window_hours is None else "rental"


def _coupon(row: Coupon) -> offers.Coupon:
    amount = None
    if row.amount_minor is not None:
        amount = Price(amount_minor=row.amount_minor, currency=row.currency)
    return offers.Coupon(
        id=row.pk,
        code=row.code,
        percent=row.percent,
        amount=amount,
        months=row.months,
        audience=cast("Literal['anyone', 'new', 'returning']", row.audience),
        returning_after_days=row.returning_after_days,
        redeem_by=row.redeem_by,
        redemptions=row.redemptions,
        redemptions_max=row.redemptions_max,
    )


def _change(row: PriceChange, waiting: int) -> offers.PriceChange:
    old, new = row.old, row.new
    return offers.PriceChange(
        id=row.pk,
        plan=old.plan.name,
        old=Price(amount_minor=old.amount_minor, currency=old.currency),
        new=Price(amount_minor=new.amount_minor, currency=new.currency),
        interval=cast("PriceInterval", old.interval),
        interval_count=old.interval_count,
        effective_at=row.effective_at,
        waiting=waiting,
    )
