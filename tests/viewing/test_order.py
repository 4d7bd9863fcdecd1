"""Facts in any order, and any of them twice, come to the same in the end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.contracts.events import TitleRemoved
from matinee.kernel import clock, ids
from matinee.kernel.events import Event
from matinee.viewing import actions
from matinee.viewing.models import ResumePoint
from tests.viewing.facts import progress, removal, tell

pytestmark = pytest.mark.django_db(databases=["viewing"])

NOON = datetime(2027, 5, 4, 12, tzinfo=UTC)
PROFILES = [ids.uuid7() for _ in range(2)]
TITLES = [ids.uuid7() for _ in range(2)]
# Few moments, so that many facts share one; far apart, so that what is done between two of them
# may take a while.
MOMENTS = st.integers(0, 4).map(lambda minute: NOON + timedelta(minutes=minute))
PROGRESS = st.builds(
    progress,
    st.sampled_from(PROFILES),
    st.sampled_from(TITLES),
    MOMENTS,
    position_s=st.integers(0, 30).map(float),
    finished=st.booleans(),
)
REMOVALS = st.builds(removal, st.sampled_from(PROFILES)) | st.builds(
    TitleRemoved, title_id=st.sampled_from(TITLES)
)
BOUNDED = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def state_after(*steps: Any) -> dict[tuple[UUID, UUID], tuple[float, bool, datetime]]:
    """What is kept after facts (events) and erasures (functions), from empty tables."""
    with transaction.atomic(using="viewing"):
        for step in steps:
            if isinstance(step, Event):
                tell(step)
            else:
                step()
        kept = {
            (row.viewer.profile_id, row.title_id): (row.position_s, row.finished, row.watched_at)
            for row in ResumePoint.objects.select_related("viewer")
        }
        transaction.set_rollback(True, using="viewing")
    return kept


@given(st.data())
@BOUNDED
def test_facts_in_any_order_come_to_the_same(data: st.DataObject) -> None:
    facts = data.draw(st.lists(PROGRESS, max_size=8)) + data.draw(st.lists(REMOVALS, max_size=2))
    twice = facts + data.draw(
        st.lists(st.sampled_from(facts), max_size=4) if facts else st.just([])
    )
    shuffled = data.draw(st.permutations(twice))
    assert state_after(*shuffled) == state_after(*facts)


@given(st.data())
@BOUNDED
def test_the_newest_fact_of_each_place_is_kept(data: st.DataObject) -> None:
    facts = data.draw(st.lists(PROGRESS, max_size=10))
    expected = {}
    for fact in sorted(facts, key=lambda fact: (fact.occurred_at, fact.id)):
        place = (fact.profile_id, fact.title_id)
        expected[place] = (fact.position_s, fact.finished, fact.occurred_at)
    assert state_after(*facts) == expected


@given(st.data())
@BOUNDED
def test_what_was_erased_does_not_come_back(data: st.DataObject) -> None:
    facts = data.draw(st.lists(PROGRESS, min_size=1, max_size=8))
    erased_at = data.draw(MOMENTS)
    profile = data.draw(st.sampled_from(PROFILES))

    def erase() -> None:
        # A clock that moves on by itself; half a minute is between two of the moments.
        with clock.shifted(erased_at + timedelta(seconds=30) - clock.now()):
            actions.history_erase(profile)

    position = data.draw(st.integers(0, len(facts)))
    left = [fact for fact in facts if fact.profile_id != profile or fact.occurred_at > erased_at]
    with_erasure = state_after(*facts[:position], erase, *facts[position:])
    assert with_erasure == state_after(*left)


@given(st.data())
@BOUNDED
def test_nor_does_an_erased_title(data: st.DataObject) -> None:
    profile, title = PROFILES[0], TITLES[0]
    first = progress(profile, title, NOON - timedelta(minutes=9))
    facts = data.draw(st.lists(PROGRESS, max_size=8))
    erased_at = data.draw(MOMENTS)

    def erase() -> None:
        with clock.shifted(erased_at + timedelta(seconds=30) - clock.now()):
            actions.history_erase_titles(profile, [title])

    def is_left(fact: Any) -> bool:
        place = (fact.profile_id, fact.title_id)
        return place != (profile, title) or fact.occurred_at > erased_at

    # The erasure is asked for by somebody who sees the title in the history, at that moment.
    known = [fact for fact in facts if fact.occurred_at <= erased_at]
    later = [fact for fact in facts if fact.occurred_at > erased_at]
    early = data.draw(st.permutations(known))
    position = data.draw(st.integers(0, len(early)))
    steps = (first, *early[:position], erase, *data.draw(st.permutations(early[position:] + later)))
    assert state_after(*steps) == state_after(*filter(is_left, facts))
