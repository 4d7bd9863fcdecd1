"""Facts come in any order and more than once; the newest counts, and what is erased stays so."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import HistoryErased, MyListChanged, ProfileRemoved, ThumbChanged
from matinee.kernel.events import Event
from matinee.kernel.ids import uuid7
from matinee.recommendations.models import KnownTitle, Play, Viewer
from matinee.recommendations.queries.viewers import facts_of, latest_of
from matinee.recommendations.rules.taste import ViewerFacts
from tests.recommendations import builders

# Reproducible: a failure names its seed.
SHUFFLES = [random.Random(seed) for seed in range(12)]  # noqa: S311 - orders, not secrets

pytestmark = pytest.mark.django_db(databases=["recommendations"])


def at(hour: int) -> datetime:
    return builders.NOW + timedelta(hours=hour)


def known_after(profile_id: UUID, events: Sequence[Event]) -> ViewerFacts:
    """What is known of a profile after some events, each of which comes twice."""
    for event in [*events, *events[::2]]:
        builders.tell(event)
    return facts_of(profile_id, latest_of(profile_id, profile_id).revision)


def as_told_to(profile_id: UUID, event: Event) -> Event:
    return event.model_copy(update={"id": uuid7(), "profile_id": profile_id})


def told(profile_id: UUID) -> list[Event]:
    one, two = builders.title_id(1), builders.title_id(2)
    listed: dict[str, Any] = {"profile_id": profile_id, "title_id": two}
    return [
        builders.progressed(profile_id, 1, 1.0, at(1)),
        builders.progressed(profile_id, 1, 0.2, at(3)),
        builders.progressed(profile_id, 2, 0.5, at(2)),
        builders.progressed(profile_id, 3, 0.9, at(6)),
        HistoryErased(profile_id=profile_id, title_id=two, until=at(4), occurred_at=at(4)),
        ThumbChanged(profile_id=profile_id, title_id=one, value="up", occurred_at=at(1)),
        ThumbChanged(profile_id=profile_id, title_id=one, value="down", occurred_at=at(2)),
        MyListChanged(**listed, listed=True, occurred_at=at(1)),
        MyListChanged(**listed, listed=False, occurred_at=at(2)),
        MyListChanged(**listed, listed=True, occurred_at=at(5)),
    ]


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_facts_does_not_matter(seed: int) -> None:
    in_order, shuffled = uuid7(), uuid7()
    events = told(in_order)
    expected = known_after(in_order, events)
    other = [as_told_to(shuffled, event) for event in events]
    SHUFFLES[seed].shuffle(other)
    found = known_after(shuffled, other)
    assert found.plays == expected.plays
    assert dict(found.thumbs) == dict(expected.thumbs) == {builders.title_id(1): False}
    assert found.listed == expected.listed == (builders.title_id(2),)


def test_the_newest_play_counts_and_an_end_is_remembered() -> None:
    profile_id = uuid7()
    facts = known_after(profile_id, told(profile_id))
    plays = {play.title_id: play for play in facts.plays}
    assert set(plays) == {builders.title_id(1), builders.title_id(3)}
    again = plays[builders.title_id(1)]
    assert (again.fraction, again.finished, again.ever_finished) == (0.2, False, True)


@pytest.mark.parametrize("late", [False, True])
def test_an_erased_history_does_not_come_back(late: bool) -> None:  # noqa: FBT001 - a case
    profile_id = uuid7()
    erased = HistoryErased(profile_id=profile_id, title_id=None, until=at(2), occurred_at=at(2))
    plays: list[Event] = [
        builders.progressed(profile_id, 1, 1.0, at(1)),
        builders.progressed(profile_id, 2, 1.0, at(2)),
        builders.progressed(profile_id, 2, 0.3, at(3)),
    ]
    facts = known_after(profile_id, [erased, *plays] if late else [*plays, erased])
    assert [(play.title_id, play.ever_finished) for play in facts.plays] == [
        (builders.title_id(2), False)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_removed_profile_is_forgotten_for_good(seed: int) -> None:
    profile_id = uuid7()
    events = [*told(profile_id), ProfileRemoved(account_id=uuid7(), profile_id=profile_id)]
    SHUFFLES[seed].shuffle(events)
    facts = known_after(profile_id, events)
    assert (facts.plays, dict(facts.thumbs), facts.listed) == ((), {}, ())
    assert not Play.objects.filter(profile_id=profile_id).exists()
    assert Viewer.objects.get(pk=profile_id).removed


@pytest.mark.parametrize("seed", range(4))
def test_the_newest_of_a_title_counts(seed: int) -> None:
    changes = [
        builders.title_changed(builders.title(0, name=f"Name {hour}"), at(hour))
        for hour in range(4)
    ]
    SHUFFLES[seed].shuffle(changes)
    for change in changes:
        builders.tell(change)
    body = KnownTitle.objects.get(pk=builders.title_id(0)).body
    assert body is not None
    assert body["name"] == "Name 3"
