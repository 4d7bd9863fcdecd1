"""Copies end up the same, in whatever order and however often their facts are heard."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.contracts.billing import Entitlement
from matinee.contracts.events import (
    EdgeRemoved,
    EntitlementChanged,
    HistoryErased,
    ProfileRemoved,
    TitleRemoved,
)
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.playback import actions
from matinee.playback.actions import PastPlay
from matinee.playback.models import (
    EdgeCopy,
    EntitlementCopy,
    Erasure,
    Inbox,
    Outbox,
    Position,
    TitleCopy,
)
from tests.playback.conftest import edge_event, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])

START = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = [UUID(int=number) for number in (11, 12)]
PROFILES = [UUID(int=number) for number in (21, 22)]
ACCOUNT = UUID(int=31)

moments = st.integers(0, 6).map(lambda minutes: START + timedelta(minutes=minutes))
titles = st.sampled_from(TITLES)
profiles = st.sampled_from(PROFILES)


def state_after(facts: list[Event | PastPlay]) -> list[list[Any]]:
    """What the tables hold after hearing these facts from nothing; takes it back."""
    with transaction_of("playback"):
        for fact in facts:
            if isinstance(fact, PastPlay):
                actions.plays_import([fact])
            else:
                hear("playback", fact.type, fact.model_dump(mode="json"))
        state = [
            rows_of(TitleCopy),
            rows_of(EntitlementCopy),
            rows_of(EdgeCopy, "id"),
            rows_of(Position, "id"),
            rows_of(Erasure, "id"),
        ]
        transaction.set_rollback(True, using="playback")
    return state


def rows_of(table: type[Model], *beside: str) -> list[dict[str, Any]]:
    """All rows in a steady order, without what differs from run to run."""
    drop = {"created_at", *beside}
    rows = table._default_manager.values()
    return sorted(({k: v for k, v in row.items() if k not in drop} for row in rows), key=repr)


@st.composite
def title_facts(draw: st.DrawFn) -> Event:
    title_id, moment = draw(titles), draw(moments)
    if draw(st.integers(0, 9)) == 0:
        return TitleRemoved(title_id=title_id, occurred_at=moment)
    name = draw(st.sampled_from(["A", "B", "C"]))
    status = draw(st.sampled_from(["published", "withdrawn"]))
    return title_event(id=title_id, name=name, status=status, occurred_at=moment)


@st.composite
def entitlement_facts(draw: st.DrawFn) -> Event:
    ends_at = draw(st.none() | moments)
    entitlement = Entitlement(
        account_id=ACCOUNT,
        streams_at_once=draw(st.integers(1, 4)),
        height_max=1080,
        ends_at=ends_at,
    )
    return EntitlementChanged(entitlement=entitlement, occurred_at=draw(moments))


@st.composite
def edge_facts(draw: st.DrawFn) -> Event:
    name, moment = draw(st.sampled_from(["a", "b"])), draw(moments)
    if draw(st.booleans()):
        return EdgeRemoved(edge_id=name, occurred_at=moment)
    return edge_event(name, latency_ms=draw(st.integers(1, 9)), occurred_at=moment)


@st.composite
def viewing_facts(draw: st.DrawFn) -> Event | PastPlay:
    kind = draw(st.sampled_from(["play", "play", "play", "erase", "remove"]))
    profile_id = draw(profiles)
    if kind == "remove":
        return ProfileRemoved(account_id=ACCOUNT, profile_id=profile_id)
    if kind == "erase":
        title_id = draw(st.none() | titles)
        return HistoryErased(profile_id=profile_id, title_id=title_id, until=draw(moments))
    # One profile is at one moment in one place: the position follows from the moment.
    moment = draw(moments)
    position_s = (moment - START).total_seconds() / 10
    return PastPlay(
        session_id=UUID(int=99),
        account_id=ACCOUNT,
        profile_id=profile_id,
        title_id=draw(titles),
        position_s=position_s,
        duration_s=100,
        watched_s=5,
        finished=False,
        maturity_age=0,
        occurred_at=moment,
    )


facts = st.lists(
    st.one_of(title_facts(), entitlement_facts(), edge_facts(), viewing_facts()), max_size=12
)


@given(facts=facts, data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_order_and_repetition_of_facts_do_not_matter(
    facts: list[Event | PastPlay], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(facts), max_size=4)) if facts else []
    shuffled = data.draw(st.permutations(facts + again))
    assert state_after(shuffled) == state_after(facts)


@given(facts=st.lists(viewing_facts(), min_size=1, max_size=14))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_that_was_erased_is_there(facts: list[Event | PastPlay]) -> None:
    """Told again in plain Python: the newest play of each title that no erasure covers."""
    expected: dict[tuple[UUID, UUID], datetime] = {}
    for play in facts:
        if not isinstance(play, PastPlay):
            continue
        covered = any(
            (isinstance(fact, ProfileRemoved) and fact.profile_id == play.profile_id)
            or (
                isinstance(fact, HistoryErased)
                and fact.profile_id == play.profile_id
                and fact.title_id in (None, play.title_id)
                and fact.until >= play.occurred_at
            )
            for fact in facts
        )
        if not covered:
            key = (play.profile_id, play.title_id)
            expected[key] = max(expected.get(key, START), play.occurred_at)
    positions = state_after(facts)[3]
    assert {(p["profile_id"], p["title_id"]): p["watched_at"] for p in positions} == expected


def test_an_import_announces_every_play_as_of_when_it_happened() -> None:
    plays = [
        PastPlay(
            session_id=UUID(int=number),
            account_id=ACCOUNT,
            profile_id=PROFILES[0],
            title_id=TITLES[0],
            position_s=number,
            duration_s=100,
            watched_s=number,
            finished=False,
            maturity_age=6,
            occurred_at=START + timedelta(hours=number),
        )
        for number in (3, 1, 2)
    ]
    assert actions.plays_import(plays) == 3
    bodies = Outbox.objects.values_list("body", flat=True)
    assert {(body["watched_s"], body["occurred_at"]) for body in bodies} == {
        (float(number), f"2026-01-01T0{number}:00:00Z") for number in (1, 2, 3)
    }
    assert Position.objects.get().position_s == 3
    assert not Inbox.objects.exists()
