"""Figures of subscriptions and money are what plain counting of what billing told comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest

from matinee.contracts.business import Booked, MoneyBooked, SubscriptionChanged, SubscriptionTerms
from matinee.contracts.figures import Line
from matinee.insights import actions
from matinee.insights.queries import business, figures
from matinee.insights.rules.stretches import Cut
from tests.insights.test_insights import tell
from tests.insights.told import session_at

pytestmark = pytest.mark.django_db(databases=["insights"])

BEGIN = datetime(2027, 1, 31, 23, 59, 50, tzinfo=UTC)
CUT = Cut(tuple(BEGIN + timedelta(days=10 * number) for number in range(13)))
MONTHLY = SubscriptionTerms(
    plan="small", amount_minor=999, currency="EUR", interval="month", interval_count=1
)
YEARLY = SubscriptionTerms(
    plan="large", amount_minor=10_001, currency="ISK", interval="year", interval_count=1
)
FREE = MONTHLY.model_copy(update={"plan": "free", "amount_minor": 0})
# Of the mean Gregorian month, as the glossary of prices has it.
A_MONTH = {"month": Fraction(1), "year": Fraction(1, 12)}


@dataclass(frozen=True)
class Life:
    """All that was told of one subscription, and when."""

    changes: tuple[tuple[datetime, SubscriptionChanged], ...]

    def at(self, moment: datetime) -> SubscriptionChanged | None:
        """How it stood; what was first heard of it was so since it began."""
        first = self.changes[0][1]
        known = [told for at, told in self.changes if at <= moment]
        if known:
            return known[-1]
        return first if first.activated_at <= moment else None


def lives(random: Random) -> list[Life]:
    """Subscriptions that begin, are tried, held, paused, changed and left."""
    made = []
    for number in range(40):
        customer = UUID(int=number // 2 + 1)  # some come again
        began = BEGIN + timedelta(seconds=random.uniform(0, 110 * 86_400))
        told = SubscriptionChanged(
            subscription_id=session_at(began, random),
            customer_id=customer,
            terms=random.choice([MONTHLY, YEARLY, FREE]),
            activated_at=began - timedelta(days=random.choice([0, 0, 30])),
            trial_ends_at=random.choice([None, began + timedelta(days=14)]),
            held_at=None,
            paused_from=None,
            ended_at=None,
            end_reason="",
            occurred_at=began,
        )
        changes = [told]
        for step in ("held_at", "back", "paused_from", "terms", "ended_at"):
            if random.random() < 0.4:
                at = changes[-1].occurred_at + timedelta(seconds=random.uniform(60, 20 * 86_400))
                changes.append(changed(changes[-1], step, at, random))
        made.append(Life(tuple((one.occurred_at, one) for one in changes)))
    return made


def changed(
    before: SubscriptionChanged, step: str, at: datetime, random: Random
) -> SubscriptionChanged:
    values: dict[str, object] = {step: at}
    if step == "back":
        values = {"held_at": None, "paused_from": None}
    if step == "terms":
        values = {"terms": random.choice([MONTHLY, YEARLY])}
    fresh = session_at(at, random)
    return before.model_copy(update={**values, "occurred_at": at, "id": fresh})


def runs(told: SubscriptionChanged | None, at: datetime) -> bool:
    return (
        told is not None
        and told.activated_at <= at
        and (told.ended_at is None or at < told.ended_at)
    )


def tries(told: SubscriptionChanged | None, at: datetime) -> bool:
    return (
        runs(told, at)
        and told is not None
        and told.trial_ends_at is not None
        and at < told.trial_ends_at
    )


def pays(told: SubscriptionChanged | None, at: datetime) -> bool:
    if told is None or not runs(told, at) or tries(told, at) or not told.terms.amount_minor:
        return False
    return all(since is None or at < since for since in (told.held_at, told.paused_from))


@pytest.fixture
def told() -> list[Life]:
    random = Random(3)  # noqa: S311 - the same lives each time
    made = lives(random)
    events = [one for life in made for _, one in life.changes]
    random.shuffle(events)
    for event in events:
        tell(event)
    while actions.facts_file():
        pass
    return made


def line(metric: str) -> Line:
    (found,) = figures.lines([metric], CUT)
    return found


def standing(lives: Sequence[Life], at: datetime) -> list[SubscriptionChanged]:
    return [one for one in (life.at(at) for life in lives) if one is not None and pays(one, at)]


def test_who_subscribes_and_tries(told: list[Life]) -> None:
    ends = CUT.edges[1:]
    assert line("subscribers").values == [len(standing(told, at)) for at in ends]
    assert line("trials").values == [sum(tries(life.at(at), at) for life in told) for at in ends]
    assert line("subscribers").total == len(standing(told, CUT.until)) > 0
    plans = {row.key: row.values[0] for row in figures.breakdown("plan", ["subscribers"], CUT, 9)}
    for plan in ("small", "large"):
        wanted = sum(one.terms.plan == plan for one in standing(told, CUT.until))
        assert plans.get(plan, 0) == wanted


def test_what_subscriptions_bring_in_a_month_is_exact(told: list[Life]) -> None:
    found = {one.currency: one for one in figures.lines(["recurring"], CUT)}
    for currency in ("EUR", "ISK"):
        for number, at in enumerate(CUT.edges[1:]):
            total = sum(
                (
                    one.terms.amount_minor * A_MONTH[one.terms.interval]
                    for one in standing(told, at)
                    if one.terms.currency == currency
                ),
                Fraction(0),
            )
            assert found[currency].values[number] == round(total), (currency, at)


def test_who_came_and_left(told: list[Life]) -> None:
    first: dict[UUID, datetime] = {}
    for life in told:
        one = life.changes[0][1]
        known = first.setdefault(one.customer_id, one.activated_at)
        first[one.customer_id] = min(known, one.activated_at)
    joined, left, churn = line("joined"), line("left"), line("churn")
    for number, (since, until) in enumerate(pairwise(CUT.edges)):
        assert joined.values[number] == sum(since <= at < until for at in first.values())
        before = {one.customer_id for one in standing(told, since)}
        there = {life.changes[0][1].customer_id for life in told if runs(life.at(until), until)}
        assert left.values[number] == len(before - there)
        share = len(before - there) / len(standing(told, since)) if standing(told, since) else None
        assert churn.values[number] == pytest.approx(share)
    assert sum(value or 0 for value in left.values) > 0
    for cohort in business.cohorts(CUT.until):
        month = [who for who, at in first.items() if at.date().replace(day=1) == cohort.month]
        assert cohort.size == len(month)
        running = {
            life.changes[0][1].customer_id for life in told if runs(life.at(CUT.until), CUT.until)
        }
        assert cohort.kept[-1] == len(running & set(month))


def test_what_was_earned_and_received_is_the_ledgers() -> None:
    random = Random(5)  # noqa: S311 - the same money each time
    booked = [some_transfer(random) for _ in range(80)]
    for number in range(0, len(booked), 8):
        tell(MoneyBooked(id=UUID(int=number + 1), transfers=booked[number : number + 8]))
    actions.facts_file()
    sides = {"revenue": ("credit", "debit", "revenue"), "received": ("debit", "credit", "gateway")}
    for metric, (plus, minus, account) in sides.items():
        found = {one.currency: one for one in figures.lines([metric], CUT)}
        for currency in ("EUR", "ISK"):
            sums = [
                sum(
                    one.amount_minor * ((getattr(one, plus) == account) * 2 - 1)
                    for one in booked
                    if one.currency == currency
                    and account in {getattr(one, plus), getattr(one, minus)}
                    and since <= one.at < until
                )
                for since, until in pairwise(CUT.edges)
            ]
            assert found[currency].values == sums, (metric, currency)
            assert found[currency].total == sum(sums)


def some_transfer(random: Random) -> Booked:
    debit, credit = random.sample(["revenue", "gateway", "receivable", "tax", "credit"], 2)
    return Booked(
        debit=debit,
        credit=credit,
        amount_minor=random.randrange(1, 10**15),
        currency=random.choice(["EUR", "ISK"]),
        at=BEGIN + timedelta(seconds=random.uniform(-90_000, 121 * 86_400)),
    )
