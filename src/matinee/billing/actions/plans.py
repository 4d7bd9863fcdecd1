"""What is offered: plans, their prices, and prices that change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from matinee.billing import settings
from matinee.billing.actions.telling import AT_ONCE
from matinee.billing.models import Notice, Plan, PlanPrice, PriceChange, Subscription
from matinee.billing.rules.calendar import Interval
from matinee.billing.rules.pricing import Terms
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound, Unprocessable


@dataclass(frozen=True)
class PlanDraft:
    """A plan to offer. What it gives never changes afterwards: people agreed to what it said."""

    code: str
    name: str
    description: str
    terms: Terms
    profiles: int = 5
    downloads: int = 0
    extra_members: int = 0
    has_ads: bool = False


@dataclass(frozen=True)
class PriceDraft:
    """A further price of a plan."""

    amount: Money
    interval: Interval
    interval_count: int = 1


def plan_add(draft: PlanDraft) -> Plan:
    """Offer a plan at its first price; Conflict if there is or was one with its code."""
    terms = draft.terms
    try:
        with transaction_of("billing"):
            plan = Plan.objects.create(
                code=draft.code,
                name=draft.name,
                description=draft.description,
                trial_days=terms.trial_days,
                streams_at_once=terms.streams_at_once,
                height_max=terms.height_max,
                profiles=draft.profiles,
                downloads=draft.downloads,
                extra_members=draft.extra_members,
                has_ads=draft.has_ads,
                upgrades=terms.upgrades,
                downgrades=terms.downgrades,
                alignment=terms.alignment,
            )
            _price(plan, PriceDraft(terms.price, terms.interval, terms.interval_count))
    except IntegrityError as error:
        if not Plan.objects.filter(code=draft.code).exists():
            raise
        code = "plan_exists"
        detail = f"There is a plan with the code {draft.code}. Choose another code."
        raise Conflict(code, detail) from error
    return plan


def plan_withdraw(code: str) -> None:
    """Offer a plan to nobody else; those who have it keep it. NotFound if there is none."""
    with transaction_of("billing"):
        if not Plan.objects.filter(code=code).update(is_offered=False):
            raise unknown_plan()


def price_add(code: str, draft: PriceDraft) -> PlanPrice:
    """Offer a plan at a further price; Conflict where it has one for that already."""
    with transaction_of("billing"):
        plan = Plan.objects.select_for_update().filter(code=code).first()
        if plan is None:
            raise unknown_plan()
        same = plan.prices.filter(
            currency=draft.amount.currency,
            interval=draft.interval,
            interval_count=draft.interval_count,
            is_offered=True,
        )
        if same.exists():
            detail = (
                f"{plan.name} has a price in {draft.amount.currency} for that interval. "
                "Change that one instead."
            )
            raise Conflict("price_exists", detail)
        return _price(plan, draft)


def price_change(price_id: UUID, amount_minor: int, effective_at: datetime) -> PriceChange:
    """Let an offered price be followed by another.

    New customers pay the new one from now on; those who pay the old one are told, and
    pay the new one from their first renewal after `effective_at` and after their notice.
    """
    if amount_minor < 0:
        raise Unprocessable("bad_price", "A price is not less than nothing.")
    with transaction_of("billing"):
        old = PlanPrice.objects.select_for_update().filter(pk=price_id, is_offered=True).first()
        if old is None:
            detail = "There is no such price on offer. Choose one that is."
            raise NotFound("unknown_price", detail)
        old.is_offered = False
        old.save(update_fields=["is_offered"])
        new = PlanPrice.objects.create(
            plan_id=old.plan_id,
            currency=old.currency,
            interval=old.interval,
            interval_count=old.interval_count,
            amount_minor=amount_minor,
        )
        return PriceChange.objects.create(old=old, new=new, effective_at=effective_at)


def price_changes_tell() -> int:
    """Give notice to subscribers whose price was followed by another, at most 500; how many.

    What they have chosen for the next period themselves stays.
    """
    now = clock.now().replace(microsecond=0)
    earliest = now + timedelta(days=settings.get().notice_days)
    with transaction_of("billing"):
        open_ones = Subscription.objects.filter(
            ended_at=None, next_price=None, price__followed_by__isnull=False
        )
        rows = list(
            open_ones.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:AT_ONCE]
        )
        changes = PriceChange.objects.filter(old__in={row.price_id for row in rows})
        follows = {change.old_id: change for change in changes.select_related("new")}
        for row in rows:
            change = follows[row.price_id]
            row.next_price = change.new
            row.next_price_from = max(change.effective_at, earliest)
        Subscription.objects.bulk_update(rows, ["next_price", "next_price_from"])
        Notice.objects.bulk_create([_notice(row) for row in rows])
    return len(rows)


def unknown_plan() -> NotFound:
    """The problem of a plan that nobody can choose."""
    return NotFound("unknown_plan", "There is no such plan. Choose one of those that are offered.")


def _price(plan: Plan, draft: PriceDraft) -> PlanPrice:
    return PlanPrice.objects.create(
        plan=plan,
        currency=draft.amount.currency,
        interval=draft.interval,
        interval_count=draft.interval_count,
        amount_minor=draft.amount.amount_minor,
    )


def _notice(row: Subscription) -> Notice:
    price, from_when = row.next_price, row.next_price_from
    data = {
        "amount_minor": price.amount_minor if price else None,
        "currency": price.currency if price else None,
        "from": from_when.isoformat() if from_when else None,
    }
    return Notice(customer_id=row.customer_id, subscription=row, kind="price_change", data=data)
