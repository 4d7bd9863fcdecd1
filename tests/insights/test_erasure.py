"""A play whose viewer wants it forgotten still counts, and nobody knows any more whose it was."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.events import HistoryErased
from matinee.insights import actions, queries
from matinee.insights.models import Erasure, Measured, Play, Report
from matinee.kernel import clock, ids
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import INBOX_KEPT
from tests.insights.test_insights import progressed, report, started, tell

pytestmark = pytest.mark.django_db(databases=["insights"])

FILM, OTHER = UUID(int=1), UUID(int=2)


def known_of(profile_id: UUID) -> int:
    return sum(table.objects.filter(profile_id=profile_id).count() for table in (Play, Report))


def erased(profile_id: UUID, title_id: UUID | None = None) -> HistoryErased:
    now = clock.now()
    return HistoryErased(profile_id=profile_id, title_id=title_id, until=now, occurred_at=now)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whose_play_it_was_is_forgotten_in_any_order(order: tuple[int, ...]) -> None:
    profile_id, session_id = ids.uuid7(), ids.uuid7()
    at = clock.now() - timedelta(minutes=5)
    begun = started(session_id, profile_id, FILM, at)
    report(profile_id, session_id)
    facts: list[Event] = [begun, progressed(begun, 60, at), erased(profile_id)]
    for number in order:
        tell(facts[number])
    assert known_of(profile_id) == 0
    play = Play.objects.get()
    assert (play.title_id, play.watched_s) == (FILM, 60)
    assert queries.times_told(clock.now()) == (60, 0), "its report still counts"


def test_one_title_is_forgotten_and_the_others_are_not() -> None:
    profile_id = ids.uuid7()
    for title_id in (FILM, OTHER):
        session_id = ids.uuid7()
        tell(started(session_id, profile_id, title_id, clock.now()))
        report(profile_id, session_id, title_id=str(title_id))
    tell(erased(profile_id, FILM))
    kept = Play.objects.get(profile_id=profile_id)
    assert (kept.title_id, known_of(profile_id)) == (OTHER, 2)
    assert Play.objects.count() == 2


def test_what_is_watched_afterwards_is_known_again() -> None:
    profile_id = ids.uuid7()
    tell(erased(profile_id))
    tell(started(ids.uuid7(), profile_id, FILM, clock.now()))
    assert known_of(profile_id) == 1


def test_a_report_on_a_forgotten_play_brings_nobody_back() -> None:
    profile_id, session_id = ids.uuid7(), ids.uuid7()
    tell(started(session_id, profile_id, FILM, clock.now()))
    tell(erased(profile_id))
    report(profile_id, session_id)
    assert known_of(profile_id) == 0


def test_another_profile_is_left_alone() -> None:
    profile_id, other = ids.uuid7(), ids.uuid7()
    for who in (profile_id, other):
        tell(started(ids.uuid7(), who, FILM, clock.now()))
    tell(erased(profile_id))
    assert (known_of(profile_id), known_of(other)) == (0, 1)


def test_an_erasure_is_forgotten_once_nothing_late_can_come() -> None:
    tell(erased(ids.uuid7()))
    actions.old_rows_forget()
    assert Erasure.objects.exists()
    with clock.shifted(INBOX_KEPT + timedelta(minutes=1)):
        actions.old_rows_forget()
    assert not Erasure.objects.exists()
    assert not Measured.objects.exists()
