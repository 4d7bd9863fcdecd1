"""Choosing a plan: a first one, another one, or the one that was cancelled."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from matinee.billing import queries, settings
from matinee.billing.actions.changing import change_plan
from matinee.billing.actions.charging import Till
from matinee.billing.actions.coupons import coupon_redeem
from matinee.billing.actions.customers import CustomerFacts, facts_keep, locked_customer
from matinee.billing.actions.ending import end_running, orders_drop
from matinee.billing.actions.invoicing import invoices_write
from matinee.billing.actions.plans import unknown_plan
from matinee.billing.actions.renewing import up_to_date
from matinee.billing.actions.settling import invoice_paid
from matinee.billing.actions.telling import take_course, tell
from matinee.billing.models import Customer, Invoice, Plan, PlanPrice, Subscription
from matinee.billing.queries.plans import PRICES_IN_ORDER
from matinee.billing.rules import course as rules
from matinee.billing.rules.pricing import Anchor
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of


class MissingPlanError(LookupError):
    """The settings name a plan that does not exist."""


@dataclass(frozen=True)
class Wish:
    """A plan that somebody chooses, at one of its prices (else its first)."""

    plan_id: UUID
    price_id: UUID | None = None
    coupon: str | None = None
    facts: CustomerFacts = field(default_factory=CustomerFacts)


@dataclass(frozen=True)
class Order:
    """What came of a choice; an invoice with something due is to be paid first."""

    subscription: Subscription
    invoice: Invoice | None = None


def subscription_start_default(account_id: UUID) -> None:
    """Start a new account on the default plan and tell what it is entitled to.

    An account that has or had a subscription keeps what it has, which is told
    again. MissingPlanError where the settings name no plan that exists. One that would
    have to be paid at once is not ordered for anybody.
    """
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        row = queries.newest(account_id)
        price = _default_price() if row is None else None
        if row is not None:
            tell(row)
        if price is None:
            return
        step = rules.start(queries.terms_of(price), Anchor(_now(), customer.time_zone))
        if step.charge is None:
            tell(_begin(customer, price, step))


def subscription_order(account_id: UUID, wish: Wish) -> Order:
    """Subscribe to a plan, change to it, or take back a cancellation.

    NotFound if it is not offered; Conflict where it cannot be had just now, with what to do.
    """
    now = _now()
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        facts_keep(customer, wish.facts)
        running = _running(customer, now)
        price = _wished(wish, running)
        if running is not None and not _starts_anew(running, price):
            invoice = change_plan(running, price, now)
            return Order(running, invoice)
        return _first(customer, price, wish.coupon, now)


def subscription_choose(account_id: UUID, plan_id: UUID) -> Subscription:
    """Subscribe to a plan at its first price."""
    return subscription_order(account_id, Wish(plan_id)).subscription


def _first(customer: Customer, price: PlanPrice, coupon: str | None, now: datetime) -> Order:
    """Begin a subscription at once where nothing is to be paid, else order it."""
    step = rules.start(
        queries.terms_of(price), Anchor(now, customer.time_zone), _trial_until(customer)
    )
    orders_drop(customer, now)
    if step.charge is None:
        end_running(customer, now, "replaced")
    row = _begin(customer, price, step)
    if coupon:
        coupon_redeem(row, coupon, row.anchor_at if step.charge is None else now)
    if step.charge is None:
        tell(row)
        return Order(row)
    ask = Till([row]).ask(row, price, step.charge, is_order=True)
    (invoice,) = invoices_write([ask], now)
    if invoice.status == "paid":
        invoice_paid(invoice, now)
        row.refresh_from_db()
    return Order(row, invoice)


def _starts_anew(running: Subscription, price: PlanPrice) -> bool:
    """Whether a choice is a new subscription rather than a change of the running one.

    What costs nothing now is left for another without any reckoning.
    """
    course = queries.course_of(running)
    if running.price_id == price.pk or running.price.plan_id == price.plan_id:
        return False
    return course.is_trialing or running.price.amount_minor == 0


def _wished(wish: Wish, running: Subscription | None) -> PlanPrice:
    """The price that was chosen: offered, or what is paid already."""
    if running is not None and wish.price_id is None:
        if wish.plan_id == running.plan_id:
            return queries.kept_price(running)
        if wish.plan_id == running.price.plan_id:
            return running.price
    prices = PlanPrice.objects.select_related("plan").filter(
        plan_id=wish.plan_id, plan__is_offered=True, is_offered=True
    )
    if wish.price_id is not None:
        prices = prices.filter(pk=wish.price_id)
    price = prices.order_by(*PRICES_IN_ORDER).first()
    if price is None:
        raise unknown_plan()
    return price


def _running(customer: Customer, now: datetime) -> Subscription | None:
    """The running subscription; one whose period is over is renewed or ended first."""
    row = queries.newest(customer.account_id)
    if row is None or not queries.course_of(row).is_running:
        return None
    row.customer = customer
    up_to_date(row, now)
    return row if row.ended_at is None else None


def _begin(customer: Customer, price: PlanPrice, step: rules.Step) -> Subscription:
    row = Subscription(
        customer=customer,
        plan=price.plan,
        price=price,
        time_zone=customer.time_zone,
        started_at=step.course.started_at,
    )
    take_course(row, step.course)
    row.save(force_insert=True)
    return row


def _trial_until(customer: Customer) -> datetime | None:
    trials = Subscription.objects.filter(customer=customer)
    until: datetime | None = trials.aggregate(until=Max("trial_ends_at"))["until"]
    return until


def _default_price() -> PlanPrice | None:
    code = settings.get().default_plan
    if not code:
        return None
    plan = Plan.objects.filter(code=code).first()
    if plan is None:
        known = ", ".join(Plan.objects.order_by("code").values_list("code", flat=True))
        msg = f"MATINEE_BILLING_DEFAULT_PLAN names {code!r}, but the plans are: {known}"
        raise MissingPlanError(msg)
    return queries.first_price(plan)


def _now() -> datetime:
    """Periods are told to the second."""
    return clock.now().replace(microsecond=0)
