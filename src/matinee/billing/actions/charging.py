"""What a subscription's time costs its customer: price, coupon and taxes of the moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from matinee.billing import queries
from matinee.billing.actions.invoicing import Ask, Charge
from matinee.billing.actions.saving import among
from matinee.billing.models import PlanPrice, Redemption, Subscription
from matinee.billing.rules.calendar import local_day
from matinee.billing.rules.discounts import Discount, Rounding
from matinee.billing.rules.invoicing import Item, Span
from matinee.billing.rules.taxes import TaxSource
from matinee.kernel.money import Money


class Till:
    """Makes asks for subscriptions' time; reads taxes and coupons of all at once."""

    def __init__(self, rows: Sequence[Subscription], taxes: TaxSource | None = None) -> None:
        self._rows = rows
        self._taxes = taxes

    def ask(
        self, row: Subscription, price: PlanPrice, span: Span, *, is_order: bool = False
    ) -> Ask:
        """Ask a subscription's customer for the time of a span at a price."""
        taxes = self._table.taxes(row.customer.territory, span.part.start)
        return Ask(
            customer=row.customer,
            currency=price.currency,
            charges=(Charge(_words(price, span), Item(price.amount_minor, taxes, span), price),),
            subscription=row,
            discount=self._discount(row, span.part.start),
            is_order=is_order,
        )

    @cached_property
    def _table(self) -> TaxSource:
        return queries.OwnTable() if self._taxes is None else self._taxes

    @cached_property
    def _coupons(self) -> dict[UUID, list[Redemption]]:
        coupons: dict[UUID, list[Redemption]] = defaultdict(list)
        mine = among([row.pk for row in self._rows])
        used = Redemption.objects.filter(subscription_id__in=mine)
        for redemption in used.select_related("coupon").order_by("starts_at", "id"):
            coupons[redemption.subscription_id].append(redemption)
        return coupons

    def _discount(self, row: Subscription, at: datetime) -> Discount | None:
        for used in self._coupons.get(row.pk, ()):
            if used.starts_at <= at and (used.ends_at is None or at < used.ends_at):
                coupon = used.coupon
                rounding: Rounding = "down" if coupon.rounding == "down" else "half_up"
                if coupon.percent is not None:
                    return Discount(percent=coupon.percent, rounding=rounding)
                return Discount(amount=Money(coupon.amount_minor or 0, coupon.currency))
        return None


def _words(price: PlanPrice, span: Span) -> str:
    first, end = (local_day(moment, span.zone) for moment in span.part)
    return f"{price.plan.name}, {first.isoformat()} to {end.isoformat()}"
