"""Plans, as the messages that others read."""

from collections.abc import Iterable
from typing import cast

from django.db.models import Prefetch

from matinee.billing.models import Plan, PlanPrice
from matinee.contracts import billing as messages

PRICES_IN_ORDER = ("amount_minor", "currency", "interval", "interval_count", "id")


def plans_offered() -> list[messages.Plan]:
    """The plans that can be chosen, the cheapest first."""
    offered = PlanPrice.objects.filter(is_offered=True).order_by(*PRICES_IN_ORDER)
    plans = Plan.objects.filter(is_offered=True).prefetch_related(Prefetch("prices", offered))
    messages_ = [plan_message(plan, plan.prices.all()) for plan in plans if plan.prices.all()]
    return sorted(messages_, key=lambda plan: (plan.price.amount_minor, plan.code))


def first_price(plan: Plan) -> PlanPrice | None:
    """The price of a plan that is told first."""
    offered = plan.prices.filter(is_offered=True).select_related("plan")
    return offered.order_by(*PRICES_IN_ORDER).first()


def plan_message(plan: Plan, prices: Iterable[PlanPrice]) -> messages.Plan:
    """A plan with some of its prices, at least one, as others read it."""
    told = [price_message(price) for price in prices]
    return messages.Plan(
        id=plan.id,
        code=plan.code,
        name=plan.name,
        description=plan.description,
        price=told[0].price,
        interval=told[0].interval,
        trial_days=plan.trial_days,
        streams_at_once=plan.streams_at_once,
        height_max=plan.height_max,
        profiles=plan.profiles,
        downloads=plan.downloads,
        extra_members=plan.extra_members,
        has_ads=plan.has_ads,
        prices=told,
    )


def price_message(price: PlanPrice) -> messages.PlanPrice:
    """A price as others read it."""
    return messages.PlanPrice(
        id=price.id,
        price=messages.Price(amount_minor=price.amount_minor, currency=price.currency),
        interval=cast("messages.PriceInterval", price.interval),
        interval_count=price.interval_count,
    )
