"""A customer's life by the rules alone: every movement is made by them, and what holds is checked.

The same invariants as the docs list: `docs/decisions/0023-exact-billing.md`.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from matinee.billing.rules import course as rules
from matinee.billing.rules import ledger
from matinee.billing.rules.calendar import Stretch
from matinee.billing.rules.course import Course, Payer
from matinee.billing.rules.discounts import Discount
from matinee.billing.rules.invoicing import (
    Bill,
    Charged,
    Credit,
    Item,
    Span,
    bill,
    credit_amount,
    credit_unused,
)
from matinee.billing.rules.ledger import Transfer
from matinee.billing.rules.pricing import Anchor, Terms, change
from matinee.billing.rules.proration import Unit, unused_from
from matinee.billing.rules.taxes import Tax
from matinee.kernel.money import Money

CURRENCY = "EUR"
TAXES = (
    (),
    (Tax("VAT", Decimal(20), inclusive=True),),
    (Tax("GST", Decimal(5)), Tax("QST", Decimal("9.975"))),
)
COLLECTING = timedelta(hours=48)


@dataclass
class Asked:
    """An invoice, and what became of it."""

    sums: Bill
    due: int
    paid: int = 0
    credited: dict[int, Credit] = field(default_factory=dict)

    @property
    def charged(self) -> list[Charged]:
        """Its lines, and what was given back of them."""
        nothing = Credit(0, 0)
        return [
            Charged(line, *vars(self.credited.get(at, nothing)).values())
            for at, line in enumerate(self.sums.lines)
        ]


@dataclass
class Life:
    """A subscription, its invoices and the ledger."""

    terms: Terms
    now: datetime
    zone: str
    taxes: tuple[Tax, ...]
    discount: Discount | None = None
    course: Course = field(init=False)
    invoices: list[Asked] = field(default_factory=list)
    book: list[Transfer] = field(default_factory=list)
    supplied: list[Stretch] = field(default_factory=list)
    next_terms: Terms | None = None
    trial_until: datetime | None = None

    def __post_init__(self) -> None:
        step = rules.start(self.terms, Anchor(self.now, self.zone))
        self._take(step)

    @property
    def payer(self) -> Payer:
        """Somebody who can be charged."""
        return Payer(self.zone, can_be_charged=True)

    @property
    def credit(self) -> int:
        """What stands to the customer's credit."""
        return -ledger.balances(self.book).get(("credit", CURRENCY), 0)

    @property
    def waiting(self) -> Asked | None:
        """The invoice that is still to be paid."""
        return next((each for each in self.invoices if each.due), None)

    def pay(self) -> None:
        """The gateway says yes to what is due."""
        asked = self.waiting
        if asked is None or self.course.ended_at is not None:
            return
        self.book += ledger.payment(Money(asked.due, CURRENCY))
        asked.paid, asked.due = asked.paid + asked.due, 0
        was_held = self.course.held_at is not None
        self.course = rules.settled(self.course, self.terms, self.now, self.zone)
        if was_held:
            self.supplied[-1] = self.course.period
        self.wait(timedelta())

    def wait(self, by: timedelta) -> None:
        """Time passes; what happens by itself happens."""
        self.now += by
        for _ in range(100):
            terms = self.next_terms or self.terms
            step = rules.advance(self.course, terms, self.now, self.payer)
            if step is None:
                return
            if step.course.ended_at is None:
                self.terms, self.next_terms = terms, None
            self._take(step)
        raise AssertionError("more happens by itself than can")

    def change(self, new: Terms) -> None:
        """Choose another plan."""
        refused = rules.why_unchangeable(self.course, self.terms, self.now)
        if refused is not None or not self.course.is_running:
            return
        plan = change(self.terms, new)
        self.course = self.course._replace(cancelled_at=None, paused_from=None, resumes_at=None)
        if plan.manner == "renewal" or self.course.is_trialing:
            self.next_terms = new
            return
        end = self.course.period.end
        self._give_back(Stretch(self.now, end), plan.manner)
        cycle = new.cycle(Anchor(self.course.anchor_at, self.zone)).period(self.now)
        part = Stretch(self.now, cycle.end)
        self.terms, self.next_terms = new, None
        self.supplied = [Stretch(each.start, min(each.end, self.now)) for each in self.supplied]
        onward = self.course._replace(period=part, paid_until=self.now)
        if new.is_free:
            self.course = onward._replace(paid_until=part.end)
            return
        self._take(rules.Step(onward, Span(part, cycle, plan.manner, self.zone)))

    def come_back(self, terms: Terms) -> None:
        """Begin anew after the end; nobody has a second trial."""
        if self.course.ended_at is None:
            return
        asked = self.waiting
        if asked is not None:  # an order that nobody paid
            self._credit(asked, credit_amount(asked.charged, None))
            self.supplied.pop()
        self.terms, self.next_terms = terms, None
        self._take(rules.start(terms, Anchor(self.now, self.zone), self.trial_until))

    def cancel(self) -> None:
        """Let it end with its period; what was asked for and gives nothing is taken back."""
        if not self.course.is_running:
            return
        self.course = rules.cancelled(self.course, self.now)
        asked = self.waiting
        if self.course.ended_at is not None and asked is not None:
            self._credit(asked, credit_amount(asked.charged, None))
            self.supplied.pop()

    def leave(self) -> None:
        """End it now, by the plan's reckoning."""
        if not self.course.is_running or self.course.is_unpaid:
            return
        unit = self.terms.stub_unit
        start = unused_from(self.now, unit, self.zone)
        self._give_back(Stretch(start, self.course.period.end), unit)
        self.supplied = [Stretch(each.start, min(each.end, self.now)) for each in self.supplied]
        self.course = rules.ended(self.course, self.now, "cancelled")

    def hold(self) -> None:
        """The grace is over."""
        if self.course.is_running and self.course.is_unpaid:
            self.course = self.course._replace(held_at=self.now, grace_until=None)

    def pause(self, for_days: int) -> None:
        """Pause from the period's end."""
        if rules.status(self.course, self.now) == "active" and not self.course.is_unpaid:
            end = self.course.period.end
            back = end + timedelta(days=for_days)
            self.course = self.course._replace(paused_from=end, resumes_at=back)

    def refund(self, share: float) -> None:
        """The operator gives a part of the newest paid invoice back."""
        paid = [each for each in self.invoices if each.paid and not each.due]
        if not paid:
            return
        asked = paid[-1]
        left = sum(each.net_left_minor + each.tax_left_minor for each in asked.charged)
        amount = int(left * share)
        if amount:
            parts = credit_amount(asked.charged, Money(amount, CURRENCY))
            self._credit(asked, parts)
            self.book += ledger.refund(Money(amount, CURRENCY))

    def _take(self, step: rules.Step) -> None:
        self.course = step.course
        self.trial_until = step.course.trial_ends_at or self.trial_until
        if step.charge is None:
            return
        item = Item(self.terms.price.amount_minor, self.taxes, step.charge)
        sums = bill([item], CURRENCY, self.discount)
        self.supplied.append(step.charge.part)
        net = Money(sums.net_minor, CURRENCY)
        self.book += ledger.invoice(net, Money(sums.tax_minor, CURRENCY))
        applied = min(self.credit, sums.total_minor)
        self.book += ledger.credit_applied(Money(applied, CURRENCY))
        self.invoices.append(Asked(sums, sums.total_minor - applied))
        if applied == sums.total_minor:
            self.course = rules.settled(self.course, self.terms, self.now, self.zone)

    def _give_back(self, unused: Stretch, unit: Unit) -> None:
        if self.terms.is_free or self.course.is_trialing or not self.invoices:
            return
        asked = self.invoices[-1]
        charged = [
            replace(each, line=replace(each.line, item=_in_unit(each.line.item, unit)))
            for each in asked.charged
        ]
        self._credit(asked, [credit_unused(each, unused) for each in charged])

    def _credit(self, asked: Asked, parts: list[Credit]) -> None:
        for at, part in enumerate(parts):
            before = asked.credited.get(at, Credit(0, 0))
            sums = Credit(before.net_minor + part.net_minor, before.tax_minor + part.tax_minor)
            asked.credited[at] = sums
            unpaid = min(part.total_minor, asked.due)
            asked.due -= unpaid
            credited = ledger.Credited(part.net_minor, part.tax_minor, unpaid, CURRENCY)
            self.book += ledger.credit_note(credited)


def _in_unit(item: Item, unit: Unit) -> Item:
    return item if item.span is None else replace(item, span=replace(item.span, unit=unit))


def begin(terms: Terms, zone: str, taxes: tuple[Tax, ...], discount: Discount | None) -> Life:
    """A life that begins on the last day of a January."""
    return Life(terms, datetime(2027, 1, 31, 23, 30, tzinfo=UTC), zone, taxes, discount)
