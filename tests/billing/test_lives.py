"""Whatever customers, gateways and time do in any order, the invariants of billing hold.

`bin/bench billing.lives` lives a million steps of these.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from matinee.billing.rules import course, ledger
from matinee.billing.rules.discounts import Discount
from matinee.billing.rules.pricing import Manner, Terms
from matinee.billing.rules.taxes import Tax
from matinee.kernel.money import Money
from tests.billing import lives

MANNERS = st.sampled_from(get_args(Manner))
TERMS = st.builds(
    Terms,
    price=st.sampled_from([0, 1, 799, 1299, 11999]).map(lambda minor: Money(minor, "EUR")),
    interval=st.sampled_from(["week", "month", "year"]),
    trial_days=st.sampled_from([0, 7]),
    streams_at_once=st.integers(1, 4),
    height_max=st.just(1080),
    alignment=st.sampled_from(["anniversary", "calendar"]),
    upgrades=MANNERS,
    downgrades=MANNERS,
)
DISCOUNTS = st.sampled_from(
    [
        None,
        Discount(percent=Decimal("33.3")),
        Discount(percent=Decimal(100)),
        Discount(amount=Money(500, "EUR")),
    ]
)
Rule = Callable[..., Any]
ZONES = st.sampled_from(["UTC", "America/Los_Angeles", "Australia/Lord_Howe"])


def while_it(holds: Callable[[lives.Life], bool]) -> Callable[[Rule], Rule]:
    """Tries a step only where it does something: a million of others would prove nothing."""
    kept: Callable[[Rule], Rule] = precondition(lambda self: holds(self.life))
    return kept


class Lives(RuleBasedStateMachine):
    """One customer, from their first choice on."""

    life: lives.Life

    @initialize(terms=TERMS, zone=ZONES, taxes=st.sampled_from(lives.TAXES), discount=DISCOUNTS)
    def begin(
        self, terms: Terms, zone: str, taxes: tuple[Tax, ...], discount: Discount | None
    ) -> None:
        self.life = lives.begin(terms, zone, taxes, discount)

    @rule(hours=st.sampled_from([1, 13, 24, 100, 24 * 8, 24 * 31, 24 * 70]))
    def wait(self, hours: int) -> None:
        self.life.wait(timedelta(hours=hours))

    @while_it(lambda life: life.waiting is not None and life.course.ended_at is None)
    @rule()
    def pay(self) -> None:
        self.life.pay()

    @while_it(lambda life: life.course.is_running)
    @rule(terms=TERMS)
    def change(self, terms: Terms) -> None:
        self.life.change(terms)

    @while_it(lambda life: life.course.ended_at is not None)
    @rule(terms=TERMS)
    def come_back(self, terms: Terms) -> None:
        self.life.come_back(terms)

    @while_it(lambda life: life.course.is_running and life.course.cancelled_at is None)
    @rule()
    def cancel(self) -> None:
        self.life.cancel()

    @while_it(lambda life: life.course.is_running)
    @rule(days=st.integers(1, 90))
    def pause(self, days: int) -> None:
        self.life.pause(days)

    @while_it(
        lambda life: life.course.is_running and life.course.is_unpaid and not life.course.held_at
    )
    @rule()
    def hold(self) -> None:
        self.life.hold()

    @while_it(lambda life: any(each.paid for each in life.invoices))
    @rule(share=st.floats(0, 1))
    def refund(self, share: float) -> None:
        self.life.refund(share)

    @while_it(lambda life: life.course.is_running and not life.course.is_unpaid)
    @rule()
    def leave(self) -> None:
        self.life.leave()

    @invariant()
    def the_ledger_balances(self) -> None:
        balances = ledger.balances(self.life.book)
        assert sum(balances.values()) == 0
        assert balances.get(("receivable", "EUR"), 0) == sum(x.due for x in self.life.invoices)
        assert self.life.credit >= 0

    @invariant()
    def nobody_is_asked_for_two_at_once(self) -> None:
        assert sum(bool(asked.due) for asked in self.life.invoices) <= 1

    @invariant()
    def no_time_is_charged_twice(self) -> None:
        stretches = sorted(each for each in self.life.supplied if each.start < each.end)
        for before, after in pairwise(stretches):
            assert before.end <= after.start, (before, after)

    @invariant()
    def nothing_is_given_back_that_was_not_charged(self) -> None:
        for asked in self.life.invoices:
            assert asked.paid >= 0
            assert asked.due >= 0
            for each in asked.charged:
                assert 0 <= each.net_left_minor <= each.line.net_minor
                assert 0 <= each.tax_left_minor <= sum(each.line.tax_minor)

    @invariant()
    def the_gateway_holds_what_was_paid_less_what_was_refunded(self) -> None:
        balances = ledger.balances(self.life.book)
        gateway = balances.get(("gateway", "EUR"), 0)
        revenue = -balances.get(("revenue", "EUR"), 0) - balances.get(("tax", "EUR"), 0)
        receivable = balances.get(("receivable", "EUR"), 0)
        assert gateway + receivable == revenue + self.life.credit
        assert gateway >= 0
        assert revenue >= 0

    @invariant()
    def what_is_unpaid_or_over_is_not_watched_for_long(self) -> None:
        life = self.life
        terms = life.next_terms or life.terms
        end = course.entitled_until(life.course, terms, life.payer, lives.COLLECTING)
        if life.course.ended_at is not None:
            assert end == life.course.ended_at <= life.now
        elif end is None:
            assert terms.is_free
        elif life.course.is_running and life.course.grace_until is None:
            reach = life.course.paid_until or life.course.started_at
            assert end <= max(reach + lives.COLLECTING, life.course.period.end, life.now)

    @invariant()
    def what_runs_has_a_present_period_or_waits_for_somebody(self) -> None:
        now = self.life.course
        assert now.period.start < now.period.end
        if now.is_running and not now.is_unpaid and not now.paused_from:
            assert now.due_at == now.period.end > self.life.now


Lives.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase
