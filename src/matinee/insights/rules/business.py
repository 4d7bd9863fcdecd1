"""What the figures of the business mean, and what subscriptions bring in a month.

Money is exact: whole minor units, and fractions until the last step.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from matinee.contracts.figures import Metric, Side, Unit
from matinee.kernel import money

_DAY_S = 86_400


def _metric(unit: Unit, *by: Side, **told: str | None) -> Metric:
    values = {"unit": unit, "by": by, "finest_s": _DAY_S, "better": "up"}
    return Metric.model_validate({**values, **told})


METRICS: Final[Mapping[str, Metric]] = MappingProxyType(
    {
        one.id: one
        for one in (
            _metric(
                "count",
                "plan",
                id="subscribers",
                name="Subscribers",
                sentence="Customers whose subscription is paid for at the end of the time.",
                formula="Running subscriptions that cost something, without those in a trial, on "
                "hold or paused.",
            ),
            _metric(
                "count",
                "plan",
                id="trials",
                name="Trials",
                sentence="Customers who are trying a plan at the end of the time.",
                formula="Running subscriptions whose trial is not over.",
            ),
            _metric(
                "money",
                id="recurring",
                name="Recurring revenue",
                sentence="What subscriptions bring in a month, with taxes where prices have them.",
                formula="Sum of the subscribers' prices, each as it comes to a month of 365.2425 ÷ "
                "12 days; at the end of the time.",
            ),
            _metric(
                "money",
                id="revenue",
                name="Revenue",
                sentence="What was earned in the time, without taxes, less what was credited.",
                formula="The ledger's credits less debits of the account of revenue.",
            ),
            _metric(
                "money",
                id="received",
                name="Received",
                sentence="What payment gateways took in the time, less what they gave back.",
                formula="The ledger's debits less credits of the account of the gateway.",
            ),
            _metric(
                "count",
                id="joined",
                name="Joined",
                sentence="Customers who had never had a subscription before.",
                formula="Number of customers whose first subscription began in the time.",
            ),
            _metric(
                "count",
                id="left",
                name="Left",
                sentence="Customers who were there before and were not at the end of the time.",
                formula="Number of subscribers at the beginning of the time of whom no "
                "subscription runs at its end.",
                better="down",
            ),
            _metric(
                "share",
                id="churn",
                name="Churn",
                sentence="The share of subscribers that left.",
                formula="Left ÷ subscribers at the beginning of the time.",
                better="down",
            ),
        )
    }
)


class Price(NamedTuple):
    """What some subscriptions cost each, and how many they are."""

    amount_minor: int
    currency: str
    interval: str
    interval_count: int
    subscriptions: int


def recurring(prices: Iterable[Price]) -> dict[str, int]:
    """What subscriptions bring in a month, a sum a currency, rounded once."""
    sums: dict[str, Fraction] = {}
    for one in prices:
        monthly = money.monthly(one.amount_minor, one.interval, one.interval_count)
        sums[one.currency] = sums.get(one.currency, Fraction(0)) + one.subscriptions * monthly
    return {currency: round(total) for currency, total in sorted(sums.items())}
