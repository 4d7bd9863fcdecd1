"""The HTTP edge of the staff's prices, coupons, gift cards, taxes and titles for sale."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.billing import actions, queries
from matinee.billing.actions import CouponDraft, PriceDraft, TaxDraft
from matinee.contracts import offers as messages
from matinee.contracts.billing import Plan
from matinee.contracts.invoices import TitleOffer
from matinee.kernel import access, clock
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router()
_READS = may_answer(NotSignedIn, Forbidden)
_WRITES = may_answer(NotSignedIn, Forbidden, NotFound, Conflict, Unprocessable)


@router.post(
    "/plans/{str:code}/prices",
    auth=may(access.staff("finance")),
    operation_id="add_price",
    response={201: list[Plan]},
    openapi_extra=_WRITES,
)
def add_price(request: HttpRequest, code: str, price: messages.NewPrice) -> Status[list[Plan]]:
    """Offer a plan at a further price."""
    amount = Money(price.amount_minor, price.currency)
    actions.price_add(code, PriceDraft(amount, price.interval, price.interval_count))
    return Status(201, queries.plans_offered())


@router.post(
    "/prices/{uuid:price_id}/change",
    auth=may(access.staff("finance")),
    operation_id="change_price",
    response={200: list[Plan]},
    openapi_extra=_WRITES,
)
def change_price(
    request: HttpRequest, price_id: UUID, follows: messages.PriceFollows
) -> list[Plan]:
    """Let a price be followed by another; who pays it is told, and pays that after notice."""
    actions.price_change(price_id, follows.amount_minor, follows.effective_at)
    return queries.plans_offered()


@router.get(
    "/price-changes",
    auth=may(access.staff("finance", "analyst")),
    operation_id="list_price_changes",
    response={200: list[messages.PriceChange]},
    openapi_extra=_READS,
)
def list_price_changes(request: HttpRequest) -> list[messages.PriceChange]:
    """The newest 50 prices that others follow, and how many still pay the old ones."""
    return queries.price_changes()


@router.get(
    "/coupons",
    auth=may(access.staff("finance", "support", "analyst")),
    operation_id="list_coupons",
    response={200: list[messages.Coupon]},
    openapi_extra=_READS,
)
def list_coupons(request: HttpRequest, before: UUID | None = None) -> list[messages.Coupon]:
    """Coupons that were given out, the newest first, 50 at once."""
    return queries.coupons(before)


@router.post(
    "/coupons/{uuid:coupon_id}/end",
    auth=may(access.staff("finance")),
    operation_id="end_coupon",
    response={204: None},
    openapi_extra=_WRITES,
)
def end_coupon(request: HttpRequest, coupon_id: UUID) -> Status[None]:
    """Let a coupon be redeemed no more; whoever has redeemed it keeps it."""
    actions.coupon_end(coupon_id)
    return Status(204, None)


@router.post(
    "/coupons",
    auth=may(access.staff("finance")),
    operation_id="add_coupon",
    response={204: None},
    openapi_extra=_WRITES,
)
def add_coupon(request: HttpRequest, coupon: messages.NewCoupon) -> Status[None]:
    """Give out a coupon."""
    given = coupon.model_dump(exclude={"amount_minor", "currency"})
    amount = None
    if coupon.amount_minor is not None and coupon.currency is not None:
        amount = Money(coupon.amount_minor, coupon.currency)
    actions.coupon_add(CouponDraft(**given, amount=amount))
    return Status(204, None)


@router.get(
    "/gift-cards",
    auth=may(access.staff("finance", "support")),
    operation_id="list_gift_cards",
    response={200: list[messages.GivenCard]},
    openapi_extra=_READS,
)
def list_gift_cards(request: HttpRequest, before: UUID | None = None) -> list[messages.GivenCard]:
    """Gift cards that were given, by their last letters, the newest first, 50 at once."""
    return queries.gift_cards(before)


@router.post(
    "/gift-cards",
    auth=may(access.staff("finance")),
    operation_id="give_gift_card",
    response={201: messages.GiftCard},
    openapi_extra=_WRITES,
)
def give_gift_card(request: HttpRequest, card: messages.NewGiftCard) -> Status[messages.GiftCard]:
    """Make a gift card; its code is told this once."""
    amount = Money(card.amount_minor, card.currency)
    _, code = actions.gift_card_give(amount, card.expires_at)
    told = messages.GiftCard(code=code, amount_minor=card.amount_minor, currency=card.currency)
    return Status(201, told)


@router.get(
    "/tax-rates",
    auth=may(access.staff("finance", "analyst")),
    operation_id="list_tax_rates",
    response={200: list[messages.TaxRate]},
    openapi_extra=_READS,
)
def list_tax_rates(request: HttpRequest) -> list[messages.TaxRate]:
    """The table of taxes, by territory, the newest rate of each first."""
    return queries.tax_rates()


@router.post(
    "/tax-rates",
    auth=may(access.staff("finance")),
    operation_id="add_tax_rate",
    response={201: list[messages.TaxRate]},
    openapi_extra=_WRITES,
)
def add_tax_rate(
    request: HttpRequest, rate: messages.TaxRateDraft
) -> Status[list[messages.TaxRate]]:
    """Add a rate; one of the same name without an end ends where this one begins."""
    actions.tax_add(TaxDraft(**rate.model_dump()))
    return Status(201, queries.tax_rates())


@router.post(
    "/tax-rates/{uuid:rate_id}/end",
    auth=may(access.staff("finance")),
    operation_id="end_tax_rate",
    response={200: list[messages.TaxRate]},
    openapi_extra=_WRITES,
)
def end_tax_rate(request: HttpRequest, rate_id: UUID) -> list[messages.TaxRate]:
    """Let a rate end now; what was charged stays as it was."""
    actions.tax_end(rate_id, clock.now())
    return queries.tax_rates()


@router.get(
    "/title-prices",
    auth=may(access.staff("finance", "analyst")),
    operation_id="list_title_prices",
    response={200: list[TitleOffer]},
    openapi_extra=_READS,
)
def list_title_prices(request: HttpRequest, before: UUID | None = None) -> list[TitleOffer]:
    """What titles are rented and sold for, those priced last first, 50 at once."""
    return queries.titles_for_sale(before)


@router.delete(
    "/title-prices/{uuid:price_id}",
    auth=may(access.staff("finance")),
    operation_id="withdraw_title_price",
    response={204: None},
    openapi_extra=_WRITES,
)
def withdraw_title_price(request: HttpRequest, price_id: UUID) -> Status[None]:
    """Offer a title at a price no more; whoever rented or bought it keeps it."""
    actions.title_price_withdraw(price_id)
    return Status(204, None)


@router.post(
    "/title-prices",
    auth=may(access.staff("finance")),
    operation_id="set_title_price",
    response={201: list[TitleOffer]},
    openapi_extra=_WRITES,
)
def set_title_price(
    request: HttpRequest, price: messages.TitlePriceDraft
) -> Status[list[TitleOffer]]:
    """Offer a title for rent or for good, instead of at its old price."""
    amount = Money(price.amount_minor, price.currency)
    actions.title_price_set(price.title_id, amount, price.window_hours)
    return Status(201, queries.title_offers(price.title_id))
