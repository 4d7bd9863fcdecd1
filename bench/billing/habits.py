"""What subscribers do in the simulated year, and the work that a day brings.

Who does something on a day follows from the seed and the day alone, so that a worker that is
killed and begins anew finds the same people at it.
"""

import math
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from matinee.billing import actions, queries
from matinee.billing.actions.refunding import RefundWish
from matinee.billing.actions.saving import among
from matinee.billing.actions.telling import take_course, tell
from matinee.billing.gateways.gateway import GatewayError
from matinee.billing.models import (
    Customer,
    DunningCase,
    GatewayCustomer,
    Invoice,
    Payment,
    PaymentMethod,
    Plan,
    PlanPrice,
    Subscription,
)
from matinee.billing.rules import course
from matinee.billing.rules.pricing import Anchor, Terms
from matinee.billing.simulator.bank import Bank
from matinee.billing.tasks import payments as tasks
from matinee.billing.tasks import roll_subscriptions
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.money import Money
from matinee.kernel.problems import Problem

GOOD, OTHER = "4242424242424242", "5555555555554444"
# Nobody's trial is longer: people come spread over a month.
_TRIAL_DAYS = 28
_COME_AT_ONCE = 500


@dataclass(frozen=True)
class Shares:
    """Which part of the people does something on a day; the usual ones: a fiftieth leaves a month.

    `returns` is of those who left, `mends` (another card) of those who owe something.
    """

    leaves: float = 0.0007
    returns: float = 0.0005
    changes: float = 0.0003
    mends: float = 0.03
    wants_back: float = 0.0001


@dataclass(frozen=True)
class People:
    """So many people; `use` lets one of them use a card on a page of the gateway's."""

    seed: int
    count: int
    use: Callable[[str, str], object]
    shares: Shares = Shares()

    def act(self, day: int, part: tuple[int, int] = (0, 1)) -> None:
        """Let one part of so many do what they do on a day."""

        def drawn(what: str, share: float) -> list[UUID]:
            numbers = _hit(f"{self.seed}:{day}:{what}", self.count, share)
            return [account_of(number) for number in numbers if number % part[1] == part[0]]

        of = self.shares
        for account in drawn("leaves", of.leaves):
            _tried(actions.subscription_cancel, account)
        for account, plan in _wishes(drawn("changes", of.changes), day):
            _tried(actions.subscription_order, account, actions.Wish(plan))
        for account, plan in _returning(drawn("returns", of.returns)):
            _tried(self._order_and_pay, account, plan)
        for account in _owing(drawn("mends", of.mends)):
            _tried(self._save_another_card, account)
        for payment in _paid(drawn("wants back", of.wants_back)):
            _tried(_give_back, payment)

    def _order_and_pay(self, account: UUID, plan: UUID) -> None:
        order = actions.subscription_order(account, actions.Wish(plan))
        if order.invoice is not None:
            self.use(actions.invoice_visit(account, order.invoice.pk), GOOD)
            actions.visits_look(account)

    def _save_another_card(self, account: UUID) -> None:
        self.use(actions.method_visit(account), OTHER)
        actions.visits_look(account)


def people_come(bank: Bank, count: int, plans: Sequence[tuple[str, int, str]]) -> None:
    """So many begin with a trial and a saved card, a part on each plan and of each length."""
    offered = [_offered(*plan, days) for plan in plans for days in range(1, _TRIAL_DAYS + 1)]
    for first in range(0, count, _COME_AT_ONCE):
        _some_come(bank, range(first, min(first + _COME_AT_ONCE, count)), offered)


def account_of(number: int) -> UUID:
    """The account of one of the people."""
    return UUID(int=number + 1)


def worker_day(people: People, worker: int, day: int) -> None:
    """One of two workers' day: half of what people do, then the periodic work."""
    people.act(day, (worker, 2))
    work_is_done(worker)


def work_is_done(turned_by: int = 0) -> None:
    """The periodic work, as a worker does it; others may do the same at the same time.

    No task waits for another one, nor for its worker's: so each may begin at another of them. What
    only one of them can do, asking for news, they begin with, and end with pages that all share: at
    a day's end nobody waits long for another, as in an installation nobody does.
    """
    works = deque((tasks.tidy_payments, roll_subscriptions, tasks.collect, tasks.dun))
    works.rotate(turned_by)
    for work in works:
        work()


def _some_come(bank: Bank, numbers: Sequence[int], offered: Sequence[PlanPrice]) -> None:
    """As if each had ordered and saved a card, without asking for it one by one."""
    customers = [Customer(account_id=account_of(n), can_be_charged=True) for n in numbers]
    with bank.store.transaction():
        refs = [str(bank.customer_make(str(one.account_id))["ref"]) for one in customers]
        cards = [bank.method_make(ref, GOOD) for ref in refs]
    known = [
        GatewayCustomer(customer=one, gateway="simulator", ref=ref)
        for one, ref in zip(customers, refs, strict=True)
    ]
    methods = [
        PaymentMethod(
            customer=one.customer,
            gateway=one.gateway,
            customer_ref=one.ref,
            chosen_at=clock.now(),
            **{name: card[name] for name in ("ref", "brand", "last4", "expires")},
        )
        for one, card in zip(known, cards, strict=True)
    ]
    wanted = [offered[number % len(offered)] for number in numbers]
    begun = [_on_trial(one, price) for one, price in zip(customers, wanted, strict=True)]
    with transaction_of("billing"):
        Customer.objects.bulk_create(customers)
        GatewayCustomer.objects.bulk_create(known)
        PaymentMethod.objects.bulk_create(methods)
        Subscription.objects.bulk_create(begun)
        tell(*begun)


def _on_trial(customer: Customer, price: PlanPrice) -> Subscription:
    now = clock.now().replace(microsecond=0)
    step = course.start(queries.terms_of(price), Anchor(now, customer.time_zone))
    row = Subscription(
        customer=customer,
        plan=price.plan,
        price=price,
        time_zone=customer.time_zone,
        started_at=step.course.started_at,
    )
    take_course(row, step.course)
    return row


def _offered(code: str, amount_minor: int, currency: str, trial_days: int) -> PlanPrice:
    terms = Terms(Money(amount_minor, currency), "month", trial_days, 2, 1080)
    plan = actions.plan_add(actions.PlanDraft(f"{code}-{trial_days}", code, "Of the year.", terms))
    return plan.prices.select_related("plan").get()


def _hit(key: str, count: int, share: float) -> Iterator[int]:
    """Which of so many are hit, each with the same chance, without looking at the others.

    The distance from one to the next is geometric (Devroye, "Non-Uniform Random Variate
    Generation", 1986, section X.2).
    """
    chance = random.Random(key)  # noqa: S311 - a simulation
    number = -1
    while share > 0:
        number += 1 + int(math.log(1.0 - chance.random()) / math.log1p(-share))
        if number >= count:
            return
        yield number


def _tried(act: Callable[..., object], *of: object) -> None:
    """As people see it: if it does not work, they go on."""
    try:
        act(*of)
    except (Problem, GatewayError):
        return


def _wishes(accounts: Sequence[UUID], day: int) -> list[tuple[UUID, UUID]]:
    """Those of accounts who watch and owe nothing, each with a plan in their currency."""
    mine = _running(accounts).filter(grace_until=None, held_at=None)
    rows = list(mine.values_list("customer__account_id", "price__currency"))
    plans = {currency: _plans_in(currency) for currency in {currency for _, currency in rows}}
    return [
        (account, plans[currency][(account.int + day) % len(plans[currency])])
        for account, currency in rows
    ]


def _returning(accounts: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Those of accounts who left, and the plan that they had."""
    run = _running(accounts).values("customer")
    left = Subscription.objects.filter(_of(accounts)).exclude(customer__in=run)
    last = left.order_by("customer", "-id").distinct("customer")
    return list(last.values_list("customer__account_id", "plan_id"))


def _owing(accounts: Sequence[UUID]) -> Iterable[UUID]:
    # By what is owed, which is little: most of so many owe nothing.
    unpaid = DunningCase.objects.filter(ended_at=None, invoice__subscription__ended_at=None)
    waits = unpaid.exclude(
        invoice__subscription__grace_until=None, invoice__subscription__held_at=None
    )
    owing = waits.order_by("invoice__subscription", "id")
    drawn = set(accounts)
    found = owing.values_list("invoice__customer__account_id", flat=True)
    return [account for account in found if account in drawn]


def _running(accounts: Sequence[UUID]) -> QuerySet[Subscription]:
    rows = Subscription.objects.filter(_of(accounts), ended_at=None)
    return rows.filter(activated_at__isnull=False).order_by("id")


def _of(accounts: Sequence[UUID]) -> Q:
    # By their ids: of accounts behind a join, all subscriptions that there are would be looked at.
    mine = Customer.objects.filter(account_id__in=among(accounts))
    return Q(customer__in=among(list(mine.values_list("pk", flat=True))))


def _paid(accounts: Sequence[UUID]) -> list[Payment]:
    """The last payment of each of some accounts, where nothing of it was given back."""
    # By their few invoices: asked for at once, all payments of a year would be looked at.
    theirs = Invoice.objects.filter(_of(accounts)).values_list("pk", flat=True)
    paid = Q(status="succeeded", refunded_minor=0, invoice__in=among(list(theirs)))
    last = Payment.objects.filter(paid).order_by("invoice__customer", "-id")
    return list(last.distinct("invoice__customer"))


def _give_back(payment: Payment) -> None:
    half = max(1, payment.amount_minor // 2)
    actions.payment_refund(RefundWish(payment.pk, half, "A bad evening", ids.uuid7()))


def _plans_in(currency: str) -> list[UUID]:
    mine = Plan.objects.filter(prices__currency=currency).order_by("id")
    return list(mine.values_list("pk", flat=True))
