"""What is known about plans and subscriptions, as the messages that others read."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from matinee.billing import rules
from matinee.billing.models import Plan, Subscription
from matinee.contracts import billing as messages
from matinee.kernel import clock
from matinee.kernel.money import Money
from matinee.kernel.problems import NotFound


def plans_offered() -> list[messages.Plan]:
    """The plans that can be chosen, the cheapest first."""
    rows = Plan.objects.filter(is_offered=True).order_by("amount_minor", "code")
    return [plan_message(row) for row in rows]


def subscription_of(account_id: UUID) -> messages.Subscription:
    """The newest subscription of an account, as it is now; NotFound if there never was one."""
    row = newest(account_id)
    if row is None:
        raise no_subscription()
    return subscription_message(row, clock.now())


def newest(account_id: UUID) -> Subscription | None:
    """The subscription that counts: the running one, or the last that ended."""
    mine = Subscription.objects.filter(customer__account_id=account_id)
    running_first = F("ended_at").desc(nulls_first=True)
    return mine.select_related("plan", "customer").order_by(running_first, "-id").first()


def no_subscription() -> NotFound:
    """The problem of an account that has none."""
    code = "no_subscription"
    return NotFound(code, "There is no subscription. Choose a plan to start one.")


def terms_of(plan: Plan) -> rules.Terms:
    """A plan as the rules see it."""
    interval: rules.Interval = "year" if plan.interval == "year" else "month"
    return rules.Terms(
        price=Money(plan.amount_minor, plan.currency),
        interval=interval,
        trial_days=plan.trial_days,
        streams_at_once=plan.streams_at_once,
        height_max=plan.height_max,
    )


def course_of(row: Subscription) -> rules.Course:
    """A subscription as the rules see it."""
    return rules.Course(
        started_at=row.started_at,
        anchor_at=row.anchor_at,
        current_period_end=row.current_period_end,
        cancelled_at=row.cancelled_at,
        ended_at=row.ended_at,
    )


def plan_message(row: Plan) -> messages.Plan:
    """A plan as others read it."""
    terms = terms_of(row)
    return messages.Plan(
        id=row.id,
        code=row.code,
        name=row.name,
        description=row.description,
        price=messages.Price(amount_minor=terms.price.amount_minor, currency=terms.price.currency),
        interval=terms.interval,
        trial_days=terms.trial_days,
        streams_at_once=terms.streams_at_once,
        height_max=terms.height_max,
    )


def subscription_message(row: Subscription, now: datetime) -> messages.Subscription:
    """A subscription as others read it; exact even before the periodic work has noted it."""
    course = rules.rolled(course_of(row), terms_of(row.plan), now)
    return messages.Subscription(
        id=row.id,
        plan=plan_message(row.plan),
        status=rules.status(course),
        started_at=course.started_at,
        current_period_end=course.current_period_end,
    )


def entitlement_message(row: Subscription) -> messages.Entitlement:
    """What a subscription entitles its account to."""
    terms = terms_of(row.plan)
    return messages.Entitlement(
        account_id=row.customer.account_id,
        streams_at_once=terms.streams_at_once,
        height_max=terms.height_max,
        ends_at=rules.entitled_until(course_of(row), terms),
    )
