"""What can be done with plans and subscriptions; each in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Max

from matinee.billing import queries, rules, settings
from matinee.billing.models import Customer, Plan, Subscription
from matinee.contracts.events import EntitlementChanged
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound

AT_ONCE = 500
_COURSE_FIELDS = ["current_period_end", "cancelled_at", "ended_at"]


class MissingPlanError(LookupError):
    """The settings name a plan that does not exist."""


@dataclass(frozen=True)
class PlanDraft:
    """A plan to offer. It never changes afterwards: people agreed to what it said."""

    code: str
    name: str
    description: str
    terms: rules.Terms


def plan_add(draft: PlanDraft) -> Plan:
    """Offer a plan; Conflict if there is or was one with its code."""
    try:
        with transaction_of("billing"):
            return Plan.objects.create(
                code=draft.code,
                name=draft.name,
                description=draft.description,
                amount_minor=draft.terms.price.amount_minor,
                currency=draft.terms.price.currency,
                interval=draft.terms.interval,
                trial_days=draft.terms.trial_days,
                streams_at_once=draft.terms.streams_at_once,
                height_max=draft.terms.height_max,
            )
    except IntegrityError as error:
        if not Plan.objects.filter(code=draft.code).exists():
            raise
        code = "plan_exists"
        detail = f"There is a plan with the code {draft.code}. Choose another code."
        raise Conflict(code, detail) from error


def plan_withdraw(code: str) -> None:
    """Offer a plan to nobody else; those who have it keep it. NotFound if there is none."""
    with transaction_of("billing"):
        if not Plan.objects.filter(code=code).update(is_offered=False):
            raise _unknown_plan()


def subscription_start_default(account_id: UUID) -> None:
    """Start a new account on the default plan and tell what it is entitled to.

    An account that has or had a subscription keeps what it has, which is told
    again. MissingPlanError where the settings name no plan that exists.
    """
    with transaction_of("billing"):
        customer = _locked_customer(account_id)
        row = queries.newest(account_id)
        plan = _default_plan() if row is None else None
        if plan is not None:
            course = rules.start(queries.terms_of(plan), _now())
            row = None if course is None else _begin(customer, plan, course)
        if row is not None:
            _announce(row)


def subscription_choose(account_id: UUID, plan_id: UUID) -> Subscription:
    """Subscribe to a plan, change to it at once, or take back its cancellation.

    NotFound if it is not offered; Conflict where it would have to be paid for.
    """
    now = _now()
    with transaction_of("billing"):
        customer = _locked_customer(account_id)
        running = _running(account_id, now)
        if running is not None and running.plan_id == plan_id:
            return _resumed(running)
        plan = Plan.objects.filter(pk=plan_id, is_offered=True).first()
        if plan is None:
            raise _unknown_plan()
        course = rules.start(queries.terms_of(plan), now, _trial_until(customer))
        if course is None:
            raise _payments_not_available(plan)
        if running is not None:
            running.ended_at = now
            running.save(update_fields=["ended_at"])
        row = _begin(customer, plan, course)
        _announce(row)
    return row


def subscription_cancel(account_id: UUID) -> Subscription:
    """Let a subscription end with its period; NotFound if none is running."""
    now = _now()
    with transaction_of("billing"):
        _locked_customer(account_id)
        running = _running(account_id, now)
        if running is None:
            raise queries.no_subscription()
        if running.cancelled_at is None:
            running.cancelled_at = now
            running.save(update_fields=["cancelled_at"])
            _announce(running)
    return running


def subscriptions_roll() -> int:
    """Renew or end the subscriptions whose period is over, at most 500; how many.

    Those that somebody is changing just now are left for the next time.
    """
    now = _now()
    with transaction_of("billing"):
        due = Subscription.objects.filter(ended_at=None, current_period_end__lte=now)
        rows = list(
            due.select_related("plan", "customer")
            .select_for_update(skip_locked=True, of=("self", "customer"))
            .order_by("current_period_end")[:AT_ONCE]
        )
        changed = [row for row in rows if _roll(row, now)]
        Subscription.objects.bulk_update(rows, _COURSE_FIELDS)
        _announce(*changed)
    return len(rows)


def entitlements_announce(after: UUID | None = None) -> UUID | None:
    """Tell again what running subscriptions entitle to, 500 of them, for readers that lost it.

    Returns what to pass as `after` for the next ones; None when all are told.
    """
    with transaction_of("billing"):
        rows = Subscription.objects.filter(ended_at=None).select_related("plan", "customer")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        # Locked, so that no change can be told in between and then be overruled.
        page = list(rows.select_for_update(of=("self", "customer")).order_by("pk")[:AT_ONCE])
        _announce(*page)
    return page[-1].pk if len(page) == AT_ONCE else None


def _now() -> datetime:
    """Periods are told to the second."""
    return clock.now().replace(microsecond=0)


def _locked_customer(account_id: UUID) -> Customer:
    Customer.objects.get_or_create(account_id=account_id)
    return Customer.objects.select_for_update().get(account_id=account_id)


def _running(account_id: UUID, now: datetime) -> Subscription | None:
    """The running subscription; one whose period is over is renewed or ended first."""
    row = queries.newest(account_id)
    if row is None or row.ended_at is not None:
        return None
    if _roll(row, now):
        _announce(row)
    row.save(update_fields=_COURSE_FIELDS)
    return row if row.ended_at is None else None


def _roll(row: Subscription, now: datetime) -> bool:
    """Bring a row up to `now`; whether its entitlement changed. Does not save it."""
    before = queries.entitlement_message(row)
    course = rules.rolled(queries.course_of(row), queries.terms_of(row.plan), now)
    row.current_period_end = course.current_period_end
    row.ended_at = course.ended_at
    return queries.entitlement_message(row) != before or course.ended_at is not None


def _resumed(running: Subscription) -> Subscription:
    if running.cancelled_at is not None:
        running.cancelled_at = None
        running.save(update_fields=["cancelled_at"])
        _announce(running)
    return running


def _begin(customer: Customer, plan: Plan, course: rules.Course) -> Subscription:
    return Subscription.objects.create(
        customer=customer,
        plan=plan,
        started_at=course.started_at,
        anchor_at=course.anchor_at,
        current_period_end=course.current_period_end,
    )


def _trial_until(customer: Customer) -> datetime | None:
    trials = Subscription.objects.filter(customer=customer, anchor_at__gt=F("started_at"))
    until: datetime | None = trials.aggregate(until=Max("anchor_at"))["until"]
    return until


def _default_plan() -> Plan | None:
    code = settings.get().default_plan
    if not code:
        return None
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        known = ", ".join(Plan.objects.order_by("code").values_list("code", flat=True))
        msg = f"MATINEE_BILLING_DEFAULT_PLAN names {code!r}, but the plans are: {known}"
        raise MissingPlanError(msg)
    return plan


def _announce(*rows: Subscription) -> None:
    events = [EntitlementChanged(entitlement=queries.entitlement_message(row)) for row in rows]
    announce("billing", *events)


def _unknown_plan() -> NotFound:
    return NotFound("unknown_plan", "There is no such plan. Choose one of those that are offered.")


def _payments_not_available(plan: Plan) -> Conflict:
    tried = " beyond its trial, which is over" if plan.trial_days else ""
    detail = (
        f"This service cannot take payments yet, so nobody can subscribe to {plan.name}{tried}. "
        "Choose a plan that costs nothing."
    )
    return Conflict("payments_not_available", detail)
