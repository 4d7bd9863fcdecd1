"""What billing's rules answer to worked cases that other systems have published."""

from collections.abc import Callable
from typing import cast

from tests.billing.cases.changes import plan_change_answer
from tests.billing.cases.charges import (
    coupon_answer,
    currency_answer,
    refund_answer,
    taxes_answer,
    trial_answer,
)
from tests.billing.cases.reading import (
    Answer,
    Case,
)
from tests.billing.cases.times import (
    anchor_answer,
    by_day_answer,
    by_second_answer,
    timezone_answer,
)


def answer(case: Case) -> Answer:
    """What we say to a case; KeyError where it is of no kind that we know."""
    return _BY_CATEGORY[case["category"]](case, case["input"])


_BY_CATEGORY = cast(
    "dict[str, Callable[[Case, Answer], Answer]]",
    {
        "anchor": anchor_answer,
        "timezone": timezone_answer,
        "proration_second": by_second_answer,
        "proration_day": by_day_answer,
        "plan_change": plan_change_answer,
        "trial": trial_answer,
        "coupon": coupon_answer,
        "tax": taxes_answer,
        "refund": refund_answer,
        "currency": currency_answer,
    },
)
