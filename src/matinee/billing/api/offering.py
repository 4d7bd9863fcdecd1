"""The HTTP edge of the staff's prices, coupons, gift cards, taxes and titles for sale."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.billing import actions, queries
from matinee.billing.actions import CouponDraft, PriceDraft, TaxDraft
from matinee.contracts import offers as messages
from matinee.contracts.billing import Plan
from matinee.contracts.invoices import TitleOffer
from matinee.kernel import clock
from matinee.kernel.http.django_edge import caller
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router()
_WRITES = may_answer(NotSignedIn, Forbidden, NotFound, Conflict, Unprocessable)


@router.post(
    "/plans/{str:code}/prices",
    operation_id="add_price",
    response={201: list[Plan]},
    openapi_extra=_WRITES,
)
def add_price(request: HttpRequest, code: str, price: messages.NewPrice) -> Status[list[Plan]]:
    """Offer a plan at a further price."""
    caller(request).needs_role("finance")
    amount = Money(price.amount_minor, price.currency)
    actions.price_add(code, PriceDraft(amount, price.interval, price.interval_count))
    return Status(201, queries.plans_offered())


@router.post(
    "/prices/{uuid:price_id}/change",
    operation_id="change_price",
    response={200: list[Plan]},
    openapi_extra=_WRITES,
)
def change_price(
    request: HttpRequest, price_id: UUID, follows: messages.PriceFollows
) -> list[Plan]:
    """Let a price be followed by another; who pays it is told, and pays that after notice."""
    caller(request).needs_role("finance")
    actions.price_change(price_id, follows.amount_minor, follows.effective_at)
    return queries.plans_offered()


@router.post("/coupons", operation_id="add_coupon", response={204: None}, openapi_extra=_WRITES)
def add_coupon(request: HttpRequest, coupon: messages.NewCoupon) -> Status[None]:
    """Give out a coupon."""
    caller(request).needs_role("finance")
    given = coupon.model_dump(exclude={"amount_minor", "currency"})
    amount = None
    if coupon.amount_minor is not None and coupon.currency is not None:
        amount = Money(coupon.amount_minor, coupon.currency)
    actions.coupon_add(CouponDraft(**given, amount=amount))
    return Status(204, None)


@router.post(
    "/gift-cards",
    operation_id="give_gift_card",
    response={201: messages.GiftCard},
    openapi_extra=_WRITES,
)
def give_gift_card(request: HttpRequest, card: messages.NewGiftCard) -> Status[messages.GiftCard]:
    """Make a gift card; its code is told this once."""
    caller(request).needs_role("finance")
    amount = Money(card.amount_minor, card.currency)
    _, code = actions.gift_card_give(amount, card.expires_at)
    told = messages.GiftCard(code=code, amount_minor=card.amount_minor, currency=card.currency)
    return Status(201, told)


@router.get(
    "/tax-rates",
    operation_id="list_tax_rates",
    response={200: list[messages.TaxRate]},
    openapi_extra=may_answer(NotSignedIn, Forbidden),
)
def list_tax_rates(request: HttpRequest) -> list[messages.TaxRate]:
    """The table of taxes, by territory, the newest rate of each first."""
    caller(request).needs_role("finance", "analyst")
    return queries.tax_rates()


@router.post(
    "/tax-rates",
    operation_id="add_tax_rate",
    response={201: list[messages.TaxRate]},
    openapi_extra=_WRITES,
)
def add_tax_rate(
    request: HttpRequest, rate: messages.TaxRateDraft
) -> Status[list[messages.TaxRate]]:
    """Add a rate; one of the same name without an end ends where this one begins."""
    caller(request).needs_role("finance")
    actions.tax_add(TaxDraft(**rate.model_dump()))
    return Status(201, queries.tax_rates())


@router.post(
    "/tax-rates/{uuid:rate_id}/end",
    operation_id="end_tax_rate",
    response={200: list[messages.TaxRate]},
    openapi_extra=_WRITES,
)
def end_tax_rate(request: HttpRequest, rate_id: UUID) -> list[messages.TaxRate]:
    """Let a rate end now; what was charged stays as it was."""
    caller(request).needs_role("finance")
    actions.tax_end(rate_id, clock.now())
    return queries.tax_rates()


@router.post(
    "/title-prices",
    operation_id="set_title_price",
    response={201: list[TitleOffer]},
    openapi_extra=_WRITES,
)
def set_title_price(
    request: HttpRequest, price: messages.TitlePriceDraft
) -> Status[list[TitleOffer]]:
    """Offer a title for rent or for good, instead of at its old price."""
    caller(request).needs_role("finance")
    amount = Money(price.amount_minor, price.currency)
    actions.title_price_set(price.title_id, amount, price.window_hours)
    return Status(201, queries.title_offers(price.title_id))
