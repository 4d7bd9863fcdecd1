"""Figures of subscriptions and money, from what `billing` told of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from matinee.contracts.figures import BreakdownRow, Cohort, Line, Number
from matinee.insights import columns
from matinee.insights.queries import relations
from matinee.insights.rules import business as rules
from matinee.insights.rules.business import Price
from matinee.insights.rules.stretches import Cut

_KNOWN = """
(SELECT *,
    -- What is first heard of a subscription was so since it began.
    CASE WHEN first THEN least(happened_at, activated_at) ELSE happened_at END AS since,
    activated_at <= moment AND (ended_at IS NULL OR moment < ended_at) AS runs,
    runs AND trial_ends_at IS NOT NULL AND moment < trial_ends_at AS tries,
    runs AND NOT tries AND amount_minor > 0
        AND (held_at IS NULL OR moment < held_at)
        AND (paused_from IS NULL OR moment < paused_from) AS pays
FROM (
    SELECT *, row_number() OVER told = 1 AS first, lead(happened_at) OVER told AS next_at
    FROM {subscriptions} WINDOW told AS (PARTITION BY subscription ORDER BY happened_at)
), (SELECT unnest($numbers) AS n, unnest($moments) AS moment)
WHERE moment >= CASE WHEN first THEN least(happened_at, activated_at) ELSE happened_at END
    AND (next_at IS NULL OR moment < next_at))
"""
_STANDING = """
SELECT n, plan, amount_minor, currency, price_interval, interval_count, pays, count(*)
FROM {known} WHERE pays OR tries GROUP BY ALL
"""
_LEFT = """
SELECT n, count(*) FROM (
    SELECT n, customer FROM {known} WHERE pays
    EXCEPT SELECT n - 1, customer FROM {known} WHERE runs
) GROUP BY n
"""
_JOINED = """
SELECT n, count(*)
FROM (SELECT min(activated_at) AS begun FROM {subscriptions} GROUP BY customer) ASOF JOIN (
    SELECT unnest($numbers) AS n, unnest($begins) AS begins_at
) ON begun >= begins_at
WHERE begun < $until GROUP BY n
"""
_MONEY = """
SELECT n, currency, sum(CASE WHEN {plus} THEN amount_minor ELSE -amount_minor END)::BIGINT
FROM {money} ASOF JOIN (
    SELECT unnest($numbers) AS n, unnest($begins) AS begins_at
) ON happened_at >= begins_at
WHERE happened_at < $until AND ({plus} OR {minus})
GROUP BY GROUPING SETS ((n, currency), (currency))
"""
_SIDES = {
    "revenue": ("credit = 'revenue'", "debit = 'revenue'"),
    "received": ("debit = 'gateway'", "credit = 'gateway'"),
}
_COHORTS = """
SELECT date_trunc('month', begun)::DATE AS month, n, count(DISTINCT customer)
FROM (SELECT customer, min(activated_at) AS begun FROM {subscriptions} GROUP BY customer)
LEFT JOIN (SELECT DISTINCT n, moment, customer FROM {known} WHERE runs) USING (customer)
WHERE moment IS NULL OR moment > begun
GROUP BY ALL
"""
_SIZES = """
SELECT date_trunc('month', begun)::DATE, count(*)
FROM (SELECT min(activated_at) AS begun FROM {subscriptions} GROUP BY customer) GROUP BY ALL
"""


class _Standing(NamedTuple):
    """How many subscriptions of a plan and price there are at a moment."""

    n: int
    plan: str
    price: Price
    pays: bool


def lines(metrics: Sequence[str], cut: Cut) -> dict[str, list[Line]]:
    """Figures of the business over time; those of money have a line a currency."""
    return {id_: _LINES[id_](id_, cut) for id_ in metrics}


def by_plan(metrics: Sequence[str], cut: Cut) -> list[BreakdownRow]:
    """Subscribers and trials by plan at the end of a stretch, the largest first."""
    standing = _standing([cut.until])
    plans = sorted({each.plan for each in standing})
    rows = [
        BreakdownRow(
            key=plan,
            name=plan,
            values=[
                _count((each for each in standing if each.plan == plan), pays=id_ == "subscribers")
                for id_ in metrics
            ],
            before=None,
        )
        for plan in plans
    ]
    return sorted(rows, key=lambda row: (-(row.values[0] or 0), row.key))


def cohorts(now: datetime) -> list[Cohort]:
    """Customers by the month (UTC) in which they began, and how many stayed."""
    subscriptions = relations.everything("subscription")
    sizes = dict(_asked(_SIZES.format(subscriptions=subscriptions), {}))
    if not sizes:
        return []
    ends = list(_month_ends(min(sizes), now))
    values = _moments(ends)
    known = _KNOWN.format(subscriptions=subscriptions)
    told = _asked(_COHORTS.format(subscriptions=subscriptions, known=known), values)
    kept = {(month, n): count for month, n, count in told}
    return [
        Cohort(
            month=month,
            size=size,
            kept=[kept.get((month, n), 0) for n, end in enumerate(ends) if end.date() > month],
        )
        for month, size in sorted(sizes.items())
    ]


def _subscribers(id_: str, cut: Cut) -> list[Line]:
    pays = id_ == "subscribers"
    standing = _standing(cut.edges[1:])
    counts = [
        _count((each for each in standing if each.n == n), pays=pays)
        for n in range(len(cut.edges) - 1)
    ]
    return [Line(metric=id_, values=list(counts), total=counts[-1])]


def _recurring(id_: str, cut: Cut) -> list[Line]:
    prices: dict[int, list[Price]] = defaultdict(list)
    for each in _standing(cut.edges[1:]):
        if each.pays:
            prices[each.n].append(each.price)
    sums = [rules.recurring(prices[n]) for n in range(len(cut.edges) - 1)]
    currencies = sorted({currency for each in sums for currency in each})
    return [
        Line(
            metric=id_,
            currency=currency,
            values=[each.get(currency, 0) for each in sums],
            total=sums[-1].get(currency, 0),
        )
        for currency in currencies
    ]


def _money(id_: str, cut: Cut) -> list[Line]:
    plus, minus = _SIDES[id_]
    values = _pieces(cut)
    sql = _MONEY.format(money=relations.everything("money"), plus=plus, minus=minus)
    sums = {(n, currency): amount for n, currency, amount in _asked(sql, values)}
    return [
        Line(
            metric=id_,
            currency=currency,
            values=[sums.get((n, currency), 0) for n in values["numbers"]],
            total=sums[None, currency],
        )
        for currency in sorted({currency for _, currency in sums})
    ]


def _joined(id_: str, cut: Cut) -> list[Line]:
    sql = _JOINED.format(subscriptions=relations.everything("subscription"))
    values = _pieces(cut)
    told = dict(_asked(sql, values))
    counts = [told.get(n, 0) for n in values["numbers"]]
    return [Line(metric=id_, values=list(counts), total=sum(counts))]


def _left(id_: str, cut: Cut) -> list[Line]:
    counts, total = _gone(cut.edges), _gone((cut.since, cut.until))
    return [Line(metric=id_, values=list(counts), total=total[0])]


def _churn(id_: str, cut: Cut) -> list[Line]:
    def shares(edges: Sequence[datetime]) -> list[Number]:
        standing = _standing(edges[:-1])
        there = [
            _count((each for each in standing if each.n == n), pays=True)
            for n in range(len(edges) - 1)
        ]
        pairs = zip(_gone(edges), there, strict=True)
        return [gone / before if before else None for gone, before in pairs]

    return [Line(metric=id_, values=shares(cut.edges), total=shares((cut.since, cut.until))[0])]


def _gone(edges: Sequence[datetime]) -> list[int]:
    """Of those who were paying at each edge but the last: how many were gone at the next."""
    known = _KNOWN.format(subscriptions=relations.everything("subscription"))
    told = dict(_asked(_LEFT.format(known=known), _moments(edges)))
    return [told.get(n, 0) for n in range(len(edges) - 1)]


def _standing(moments: Iterable[datetime]) -> list[_Standing]:
    known = _KNOWN.format(subscriptions=relations.everything("subscription"))
    rows = _asked(_STANDING.format(known=known), _moments(moments))
    return [
        _Standing(n, plan, Price(amount, currency, interval, interval_count, count), pays)
        for n, plan, amount, currency, interval, interval_count, pays, count in rows
    ]


def _count(standing: Iterable[_Standing], *, pays: bool) -> int:
    return sum(each.price.subscriptions for each in standing if each.pays is pays)


def _moments(moments: Iterable[datetime]) -> dict[str, Any]:
    told = [columns.naive(moment) for moment in moments]
    return {"numbers": list(range(len(told))), "moments": told}


def _pieces(cut: Cut) -> dict[str, Any]:
    begins = [columns.naive(edge) for edge in cut.edges]
    numbers = list(range(len(begins) - 1))
    return {"numbers": numbers, "begins": begins[:-1], "until": begins[-1]}


def _month_ends(first: date, now: datetime) -> Iterable[datetime]:
    """The ends of the months from the first one on that are over, and now."""
    month = datetime(first.year, first.month, 1, tzinfo=UTC)
    while True:
        years, before = divmod(month.month, 12)
        month = month.replace(year=month.year + years, month=before + 1)
        if month > now:
            yield now
            return
        yield month


def _asked(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with columns.connection() as own:
        return own.execute(sql, dict(values)).fetchall()


_LINES: Mapping[str, Callable[[str, Cut], list[Line]]] = {
    "subscribers": _subscribers,
    "trials": _subscribers,
    "recurring": _recurring,
    "revenue": _money,
    "received": _money,
    "joined": _joined,
    "left": _left,
    "churn": _churn,
}
