"""A season at a gateway that fails in every way, by workers that die: the books agree at the end.

`bench/billing/year.py` lives a whole year with processes that are really killed.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bench.billing import audit, habits
from tests.billing.at_the_gateway import Till
from tests.billing.money import START, SetClock

pytestmark = pytest.mark.django_db(databases=["billing"])

DAYS, PEOPLE = 70, 10
# So few people do something by chance only if each does it often.
LIVELY = habits.Shares(leaves=0.005, returns=0.05, changes=0.01, mends=0.2, wants_back=0.005)
PLANS = (("basic", 799, "EUR"), ("yen", 980, "JPY"))
FAULTS = {
    "declined": 0.1,
    "processing": 0.05,
    "disputed": 0.02,
    "lost_before": 0.05,
    "lost_after": 0.05,
    "doubled": 0.3,
    "dropped": 0.1,
}


class KilledError(BaseException):
    """The worker dies here, in the middle of what it does."""


@pytest.fixture
def deaths(till: Till, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Workers die now and then, just before the gateway is asked or just after."""
    chance = random.Random(3)  # noqa: S311 - a simulation
    died: list[str] = []
    ask = till.gateway._http.request

    def mortal(method: str, path: str, **more: Any) -> httpx.Response:
        draw = chance.random()
        if "/v1/" in path and till.bank.faults.declined and draw < 0.07:
            died.append(f"before {path}")
            raise KilledError
        answer = ask(method, path, **more)
        if "/v1/" in path and till.bank.faults.declined and draw > 0.93:
            died.append(f"after {path}")
            raise KilledError
        return answer

    monkeypatch.setattr(till.gateway._http, "request", mortal)
    yield died
    monkeypatch.setattr(till.gateway._http, "request", ask)


def a_day(till: Till, people: habits.People, day: int) -> None:
    """A day's work, begun anew by another worker whenever one dies."""
    for _ in range(20):
        try:
            till.bank.time_passed()
            people.act(day)
            habits.work_is_done()
            till.news()
        except KilledError:
            continue
        return
    raise AssertionError("no worker lived through the day")


def test_the_books_agree_with_the_gateways_own(
    till: Till, deaths: list[str], clock_at: SetClock
) -> None:
    start: datetime = START
    with clock_at(start):
        habits.people_come(till.bank, PEOPLE, PLANS)
    people = habits.People(3, PEOPLE, till.use, LIVELY)
    till.faults(**FAULTS)
    for day in range(1, DAYS):
        with clock_at(start + timedelta(days=day)):
            a_day(till, people, day)
    till.faults()
    for day in range(DAYS, DAYS + 3):
        with clock_at(start + timedelta(days=day)):
            a_day(till, people, day)
            held = audit.books()
    assert len(deaths) > 10
    assert audit.payments_made() > 20
    assert audit.unanswered() == 0
    assert audit.charged_twice() == 0
    assert audit.entitlements_lost() == 0
    assert set(audit.sums(held).values()) == {0}
    assert audit.apart_from_gateway(held, till.gateway.control("GET", "totals")) == 0
    audit.hear_all_again()
    assert audit.books() == held
