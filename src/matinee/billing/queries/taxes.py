"""Which taxes a territory has, from the operator's own table."""

from collections import defaultdict
from datetime import datetime

from matinee.billing.models import TaxRate
from matinee.billing.rules.taxes import Tax
from matinee.contracts import offers as messages


class OwnTable:
    """The table of rates, read once and kept for as long as this object lives.

    A part of a country (CA-QC) has the country's taxes and its own.
    """

    def __init__(self) -> None:
        self._rates: dict[str, list[TaxRate]] = defaultdict(list)
        for rate in TaxRate.objects.order_by("name", "valid_from", "id"):
            self._rates[rate.territory].append(rate)

    def taxes(self, territory: str, at: datetime) -> tuple[Tax, ...]:
        """The taxes that apply there at that moment."""
        country = territory.partition("-")[0]
        rates = [
            rate for place in dict.fromkeys((country, territory)) for rate in self._rates[place]
        ]
        return tuple(
            Tax(rate.name, rate.percent, rate.inclusive)
            for rate in rates
            if rate.valid_from <= at and (rate.valid_until is None or at < rate.valid_until)
        )


def tax_rates() -> list[messages.TaxRate]:
    """The table, by territory, the newest rate of each first."""
    return [
        messages.TaxRate(
            id=rate.id,
            territory=rate.territory,
            name=rate.name,
            percent=rate.percent,
            inclusive=rate.inclusive,
            valid_from=rate.valid_from,
            valid_until=rate.valid_until,
        )
        for rate in TaxRate.objects.order_by("territory", "name", "-valid_from")
    ]
