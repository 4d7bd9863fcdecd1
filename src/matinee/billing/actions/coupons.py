"""Coupons and gift cards: what takes from a price, and what pays one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from matinee.billing.actions.bookkeeping import Movement, book
from matinee.billing.actions.customers import locked_customer
from matinee.billing.models import Coupon, Customer, GiftCard, Redemption, Subscription
from matinee.billing.rules import ledger
from matinee.billing.rules.discounts import Rounding, lasts_until
from matinee.kernel import clock, ids, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CARD_LENGTH = 16
# Codes are guessed by trying: so many an hour are enough for whoever holds one.
_CODES_AN_HOUR = 10


@dataclass(frozen=True)
class CouponDraft:
    """A coupon to give out; `months` None: for as long as the subscription lasts.

    For `returning` customers, it is valid once their last subscription is over for so many days.
    """

    code: str
    percent: Decimal | None = None
    amount: Money | None = None
    months: int | None = None
    rounding: Rounding = "half_up"
    audience: str = "anyone"
    returning_after_days: int = 0
    redeem_by: datetime | None = None
    redemptions_max: int | None = None


def coupon_add(draft: CouponDraft) -> Coupon:
    """Give out a coupon; Conflict if its code is taken, Unprocessable if it makes no sense."""
    code = draft.code.strip().upper()
    try:
        with transaction_of("billing"):
            return Coupon.objects.create(
                code=code,
                percent=draft.percent,
                amount_minor=None if draft.amount is None else draft.amount.amount_minor,
                currency="" if draft.amount is None else draft.amount.currency,
                months=draft.months,
                rounding=draft.rounding,
                audience=draft.audience,
                returning_after_days=draft.returning_after_days,
                redeem_by=draft.redeem_by,
                redemptions_max=draft.redemptions_max,
            )
    except IntegrityError as error:
        if Coupon.objects.filter(code=code).exists():
            detail = f"There is a coupon {code}. Choose another code."
            raise Conflict("coupon_exists", detail) from error
        detail = "A coupon takes off either a percentage up to 100 or an amount, more than nothing."
        raise Unprocessable("bad_coupon", detail) from error


def coupon_end(coupon_id: UUID) -> None:
    """Let a coupon be redeemed no more; whoever has it keeps it. NotFound if there is none."""
    now = clock.now()
    with transaction_of("billing"):
        coupon = Coupon.objects.select_for_update().filter(pk=coupon_id).first()
        if coupon is None:
            raise NotFound("unknown_coupon", "There is no such coupon. Choose one from the list.")
        if coupon.redeem_by is None or coupon.redeem_by > now:
            coupon.redeem_by = now
            coupon.save(update_fields=["redeem_by"])


def coupon_redeem(subscription: Subscription, code: str, starts_at: datetime) -> Redemption:
    """Use a coupon from a moment on, for a locked customer's subscription.

    NotFound if there is none or it is over; Conflict if it is not for this customer; TooMany
    for whoever tries many codes.
    """
    _slowed(subscription.customer.account_id)
    coupon = Coupon.objects.select_for_update().filter(code=code.strip().upper()).first()
    now = clock.now()
    if coupon is None or (coupon.redeem_by is not None and coupon.redeem_by <= now):
        raise NotFound("unknown_coupon", "There is no such coupon now. Check how it is written.")
    if coupon.redemptions_max is not None and coupon.redemptions >= coupon.redemptions_max:
        raise NotFound("coupon_used_up", "This coupon has been used up. Go on without it.")
    customer = subscription.customer
    if not _is_for(coupon, customer, subscription):
        detail = "This coupon is not for you, or you have used it. Go on without it."
        raise Conflict("coupon_not_for_you", detail)
    ends_at = lasts_until(starts_at, coupon.months, subscription.time_zone)
    used, is_new = Redemption.objects.update_or_create(
        coupon=coupon,
        customer=customer,
        defaults={"subscription": subscription, "starts_at": starts_at, "ends_at": ends_at},
    )
    if is_new:
        Coupon.objects.filter(pk=coupon.pk).update(redemptions=F("redemptions") + 1)
    return used


def gift_card_give(amount: Money, expires_at: datetime | None = None) -> tuple[GiftCard, str]:
    """Make a gift card; its code is told this once. Unprocessable for nothing or less."""
    if amount.amount_minor <= 0:
        raise Unprocessable("bad_amount", "Put more than nothing on a gift card.")
    code = ids.letters(_LETTERS, _CARD_LENGTH)
    with transaction_of("billing"):
        card = GiftCard.objects.create(
            code_digest=_digest(code),
            last_letters=code[-4:],
            currency=amount.currency,
            amount_minor=amount.amount_minor,
            expires_at=expires_at,
        )
        book(Movement("gift_card", card.id, clock.now(), ledger.gift_card_given(amount)))
    return card, "-".join(code[at : at + 4] for at in range(0, _CARD_LENGTH, 4))


def gift_card_redeem(account_id: UUID, code: str) -> Money:
    """Put what is on a gift card to an account's credit; NotFound if it is not valid now.

    TooMany for whoever tries many codes.
    """
    _slowed(account_id)
    now = clock.now()
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        cards = GiftCard.objects.select_for_update().filter(code_digest=_digest(code))
        card = cards.filter(redeemed_at=None).first()
        if card is None or (card.expires_at is not None and card.expires_at <= now):
            detail = "There is no such gift card, or it has been used. Check how it is written."
            raise NotFound("unknown_gift_card", detail)
        card.redeemed_by, card.redeemed_at = customer, now
        card.save(update_fields=["redeemed_by", "redeemed_at"])
        amount = Money(card.amount_minor, card.currency)
        transfers = ledger.gift_card_redeemed(amount)
        book(Movement("gift_card_redeemed", card.id, now, transfers, customer.id))
    return amount


def _slowed(account_id: UUID) -> None:
    stores.limit("billing codes", str(account_id), _CODES_AN_HOUR, 3600)


def _is_for(coupon: Coupon, customer: Customer, subscription: Subscription) -> bool:
    """Whether a customer may use a coupon; what was only ordered before does not count."""
    used = Redemption.objects.filter(coupon=coupon, customer=customer)
    if used.exclude(subscription__end_reason="abandoned").exists():
        return False
    if coupon.audience == "anyone":
        return True
    others = Subscription.objects.filter(customer=customer, activated_at__isnull=False)
    paid_before = others.exclude(pk=subscription.pk).filter(price__amount_minor__gt=0)
    if coupon.audience == "new":
        return not paid_before.exists()
    last = paid_before.filter(ended_at__isnull=False).order_by("-ended_at").first()
    if last is None or last.ended_at is None:
        return False
    return last.ended_at + timedelta(days=coupon.returning_after_days) <= subscription.started_at


def _digest(code: str) -> str:
    """What a gift card's code is kept as: whoever reads the table cannot redeem one."""
    letters = "".join(letter for letter in code.upper() if letter in _LETTERS)
    return hashlib.sha256(letters.encode()).hexdigest()
