"""Several requests and facts at once leave what one after the other would have left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from matinee.kernel import ids
from matinee.kernel.problems import Conflict
from matinee.viewing import actions, settings
from matinee.viewing.models import ListedTitle, Outbox, ResumePoint, Viewer
from tests.viewing.facts import progress, tell

pytestmark = pytest.mark.django_db(databases=["viewing"], transaction=True)

CROWD = 6
NOON = datetime(2027, 5, 4, 12, tzinfo=UTC)


def at_once(act: Callable[[int], object]) -> list[str]:
    """What came of doing something from many threads: `done`, or the code of the problem."""

    def one(number: int) -> str:
        try:
            act(number)
        except Conflict as conflict:
            return conflict.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(one, range(CROWD)))


def test_the_bound_of_my_list_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    small = settings.Settings(my_list_titles=4)
    monkeypatch.setattr(settings, "get", lambda: small)
    profile_id = ids.uuid7()
    came = at_once(lambda _: actions.my_list_add(profile_id, ids.uuid7()))
    assert came == ["done"] * 4 + ["list_full"] * 2
    assert (ListedTitle.objects.count(), Outbox.objects.count()) == (4, 4)


def test_a_title_is_listed_and_told_once() -> None:
    profile_id, title_id = ids.uuid7(), ids.uuid7()
    at_once(lambda _: actions.my_list_add(profile_id, title_id))
    assert (ListedTitle.objects.count(), Outbox.objects.count()) == (1, 1)
    assert Viewer.objects.count() == 1


def test_the_newest_progress_stays() -> None:
    profile_id, title_id = ids.uuid7(), ids.uuid7()
    facts = [
        progress(profile_id, title_id, NOON + timedelta(seconds=number), position_s=float(number))
        for number in range(CROWD)
    ]
    at_once(lambda number: tell(facts[-number], facts[number]))
    assert ResumePoint.objects.get().position_s == CROWD - 1
