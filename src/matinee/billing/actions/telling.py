"""What the other services are told of subscriptions, and how rows keep their course."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from matinee.billing import queries
from matinee.billing.actions.saving import noted, save_changed, save_many
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.models import Subscription
from matinee.billing.rules.course import Course, status
from matinee.contracts.business import SubscriptionChanged, SubscriptionTerms
from matinee.contracts.events import EntitlementChanged
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce

AT_ONCE = 500
_MOMENTS = [
    "activated_at",
    "anchor_at",
    "current_period_start",
    "current_period_end",
    "trial_ends_at",
    "paid_until",
    "grace_until",
    "held_at",
    "cancelled_at",
    "paused_from",
    "resumes_at",
    "ended_at",
    "due_at",
    "next_price_from",
]
_COLUMNS = {
    **dict.fromkeys(_MOMENTS, "timestamptz"),
    **dict.fromkeys(("plan_id", "price_id", "next_price_id"), "uuid"),
    "end_reason": "text",
}


def tell(*rows: Subscription) -> None:
    """Announce subscriptions that changed, to the other services and to the operator's systems.

    Those never paid for entitle to nothing, and nobody hears of them.
    """
    told = [row for row in rows if row.activated_at is not None]
    announce("billing", *_entitled(told), *map(_standing, told))
    _operator_tell(told)


def tell_paid(rows: Sequence[Subscription]) -> None:
    """Announce running subscriptions that were paid: they stand as they stood."""
    announce("billing", *_entitled(rows))
    _operator_tell(rows)


def _entitled(told: Sequence[Subscription]) -> list[EntitlementChanged]:
    return [EntitlementChanged(entitlement=queries.entitlement_message(row)) for row in told]


def _operator_tell(told: Sequence[Subscription]) -> None:
    if told:
        now = clock.now()
        operator_tell(_changed(row, now) for row in told)


def _standing(row: Subscription) -> SubscriptionChanged:
    price = queries.kept_price(row)
    terms = SubscriptionTerms(
        plan=row.plan.code,
        amount_minor=price.amount_minor,
        currency=price.currency,
        interval=price.interval,
        interval_count=price.interval_count,
    )
    return SubscriptionChanged(
        subscription_id=row.pk,
        customer_id=row.customer_id,
        terms=terms,
        activated_at=row.activated_at or row.started_at,
        trial_ends_at=row.trial_ends_at,
        held_at=row.held_at,
        paused_from=row.paused_from,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


def take_course(row: Subscription, course: Course) -> None:
    """Write a course into a row; does not save it."""
    row.current_period_start, row.current_period_end = course.period
    row.anchor_at = course.anchor_at
    row.activated_at, row.trial_ends_at = course.activated_at, course.trial_ends_at
    row.paid_until, row.grace_until = course.paid_until, course.grace_until
    row.held_at, row.cancelled_at = course.held_at, course.cancelled_at
    row.paused_from, row.resumes_at = course.paused_from, course.resumes_at
    row.ended_at, row.end_reason = course.ended_at, course.end_reason
    row.due_at = course.due_at


def save_course(row: Subscription, course: Course) -> None:
    """Save how far a subscription has come, with its plan and prices."""
    take_course(row, course)
    save_courses([row])


def save_courses(rows: Sequence[Subscription]) -> None:
    """Save how far many subscriptions have come, in one statement."""
    save_many(rows, _COLUMNS)


def courses_noted(rows: Sequence[Subscription]) -> list[tuple[object, ...]]:
    """How far subscriptions have come, for `save_changed_courses`."""
    return noted(rows, _COLUMNS)


def save_changed_courses(
    rows: Sequence[Subscription], before: Sequence[tuple[object, ...]]
) -> None:
    """Save what of many subscriptions' courses is not as it was `courses_noted`."""
    save_changed(rows, before, _COLUMNS)


def keep_courses(rows: Sequence[Subscription]) -> None:
    """Save how far many subscriptions have come, and announce them."""
    if rows:
        save_courses(rows)
        tell(*rows)


def keep_course(row: Subscription, course: Course) -> None:
    """Save how far a subscription has come, and announce it."""
    save_course(row, course)
    tell(row)


def entitlements_announce(after: UUID | None = None) -> UUID | None:
    """Tell again what running subscriptions entitle to, 500 of them, for readers that lost it.

    Returns what to pass as `after` for the next ones; None when all are told.
    """
    with transaction_of("billing"):
        running = Subscription.objects.filter(ended_at=None, activated_at__isnull=False)
        rows = running.select_related("customer").prefetch_related(*queries.TERMS_OF_MANY)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        # Locked, so that no change can be told in between and then be overruled.
        page = list(rows.select_for_update(of=("self", "customer")).order_by("pk")[:AT_ONCE])
        announce("billing", *_entitled(page), *map(_standing, page))
    return page[-1].pk if len(page) == AT_ONCE else None


def _changed(row: Subscription, now: datetime) -> Told:
    """What the operator's systems are told of a subscription that changed."""
    entitlement = queries.entitlement_message(row)
    price = queries.kept_price(row)
    data = {
        "subscription_id": str(row.pk),
        "account_id": str(row.customer.account_id),
        "plan": row.plan.code,
        "status": status(queries.course_of(row), now),
        "amount_minor": price.amount_minor,
        "currency": price.currency,
        "current_period_end": row.current_period_end.isoformat(),
        "entitled_until": entitlement.ends_at and entitlement.ends_at.isoformat(),
        "end_reason": row.end_reason,
    }
    return Told("subscription.changed", data)
