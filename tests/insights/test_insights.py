"""Insights: reports kept, plays noted in any order, nothing kept for longer than it should be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matinee.contracts.catalog import Artwork, Title
from matinee.contracts.events import (
    PlaybackProgressed,
    PlaybackStarted,
    ProfileRemoved,
    TitleChanged,
)
from matinee.contracts.insights import Summary
from matinee.insights import actions, events, queries, tasks
from matinee.insights.api import app
from matinee.insights.models import ForgottenProfile, Play, Report
from matinee.kernel import clock, ids, problems, stores
from matinee.kernel.clients import Client
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.http.flask_edge import access_tokens
from matinee.kernel.tokens import Caller

assert events  # registers what is heard

pytestmark = pytest.mark.django_db(databases=["insights"])


def tell(event: Event) -> None:
    hear("insights", event.type, event.model_dump(mode="json"))


def client_of(profile_id: UUID | None = None, *roles: str) -> Client:
    caller = Caller(ids.uuid7(), ids.uuid7(), profile_id, roles=frozenset(roles))
    return Client("http://testserver", app=app, token=access_tokens().issue(caller)[0])


@pytest.fixture
def analyst() -> Iterator[Client]:
    with client_of(None, "analyst") as client:
        yield client


def report(profile_id: UUID, session_id: UUID, **changes: Any) -> None:
    body = {
        "session_id": str(session_id),
        "title_id": str(UUID(int=1)),
        "startup_s": 0.4,
        "played_s": 60,
        "stalled_s": 0,
        "stalls": 0,
        **changes,
    }
    with client_of(profile_id) as client:
        client.send("POST", "/api/insights/reports", json=body)


def started(session_id: UUID, profile_id: UUID, title_id: UUID, at: datetime) -> PlaybackStarted:
    return PlaybackStarted(
        session_id=session_id,
        account_id=UUID(int=7),
        profile_id=profile_id,
        title_id=title_id,
        occurred_at=at,
    )


def progressed(started: PlaybackStarted, watched_s: float, at: datetime) -> PlaybackProgressed:
    return PlaybackProgressed(
        session_id=started.session_id,
        account_id=started.account_id,
        profile_id=started.profile_id,
        title_id=started.title_id,
        position_s=watched_s,
        duration_s=5000,
        watched_s=watched_s,
        finished=False,
        maturity_age=0,
        occurred_at=at,
    )


def test_the_newest_report_of_a_session_counts() -> None:
    session_id, profile_id = ids.uuid7(), ids.uuid7()
    report(profile_id, session_id, startup_s=None, played_s=0)
    report(profile_id, session_id, played_s=30, stalls=2, bitrate_bps=3_000_000)
    row = Report.objects.get()
    assert (row.startup_s, row.played_s, row.stalls, row.bitrate_bps) == (0.4, 30, 2, 3_000_000)


def test_nobody_writes_over_the_report_of_another() -> None:
    session_id, profile_id, other = ids.uuid7(), ids.uuid7(), ids.uuid7()
    report(profile_id, session_id)
    report(other, session_id, played_s=1, error_code="1001")
    assert Report.objects.get(profile_id=profile_id).played_s == 60
    now = clock.now()
    tell(started(session_id, profile_id, UUID(int=1), now))
    assert queries.failed_plays(clock.now()) == 0
    assert queries.times_told(clock.now()) == (60, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"played_s": -1},
        {"startup_s": "NaN"},
        {"stalls": 1.5},
        {"error_code": "a\x00b"},
        {"error_code": "x" * 41},
        {"name": "somebody"},
    ],
)
def test_a_wrong_report_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(problems.Unprocessable):
        report(ids.uuid7(), ids.uuid7(), **wrong)
    assert not Report.objects.exists()


def test_reports_come_from_profiles_and_not_too_many() -> None:
    with pytest.raises(problems.Forbidden, match="no_profile"):
        report(None, ids.uuid7())  # type: ignore[arg-type]
    profile_id, session_id = ids.uuid7(), ids.uuid7()
    for _ in range(60):
        report(profile_id, session_id)
    with pytest.raises(problems.TooMany, match="too_many_attempts"):
        report(profile_id, session_id)
    report(ids.uuid7(), session_id)


def test_a_report_is_taken_while_valkey_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = stores.open_store("redis://127.0.0.1:1")
    monkeypatch.setattr(stores, "connect", lambda: gone)
    report(ids.uuid7(), ids.uuid7())
    assert Report.objects.exists()


def test_the_summary_is_for_staff(analyst: Client) -> None:
    summary = analyst.ask(Summary, "GET", "/api/insights/summary")
    assert summary == Summary(
        viewers_now=0,
        plays=0,
        watched_hours=0,
        startup_median_s=None,
        rebuffer_ratio=None,
        bitrate_bps=None,
        failed_plays=0,
        top_titles=[],
    )
    with client_of(ids.uuid7(), "editor") as editor, pytest.raises(problems.Forbidden):
        editor.send("GET", "/api/insights/summary")
    with client_of(None, "owner") as owner:
        assert owner.send("GET", "/api/insights/summary").status_code == 200


def named(title_id: UUID, name: str, at: datetime) -> TitleChanged:
    title = Title(
        id=title_id,
        slug="a-film",
        kind="film",
        name=name,
        tagline="",
        year=None,
        maturity_age=0,
        duration_s=60,
        genres=[],
        artwork=Artwork(),
        description="",
        language="en",
        moods=[],
        credits=[],
        audio_languages=[],
        subtitle_languages=[],
        height=None,
        status="published",
        published_at=None,
        series_id=None,
        season=None,
        episode=None,
        seasons=[],
        play_title_id=None,
        next_episode_id=None,
    )
    return TitleChanged(
        title=title, package=None, audio=[], subtitles=[], storyboard=None, occurred_at=at
    )


def test_a_title_is_called_what_it_was_called_last() -> None:
    now, title_id = clock.now(), ids.uuid7()
    tell(started(ids.uuid7(), ids.uuid7(), title_id, now))
    assert queries.top_titles(clock.now())[0].name == "Unknown title"
    for minutes, name in ((2, "Second"), (3, "Third"), (1, "First")):
        tell(named(title_id, name, now + timedelta(minutes=minutes)))
    assert queries.top_titles(clock.now())[0].name == "Third"


sessions = st.sampled_from([UUID(int=number) for number in (1, 2, 3)])


@st.composite
def facts(draw: st.DrawFn) -> Event:
    session_id = draw(sessions)
    profile_id = UUID(int=50 + session_id.int % 2)
    if draw(st.integers(0, 7)) == 0:
        return ProfileRemoved(account_id=UUID(int=7), profile_id=profile_id)
    moment = clock.now().replace(microsecond=0) - timedelta(minutes=draw(st.integers(0, 99)))
    start = started(session_id, profile_id, UUID(int=9), moment)
    return draw(st.sampled_from([start, progressed(start, draw(st.floats(0, 999)), moment)]))


def state_after(heard: list[Event]) -> list[Any]:
    with transaction_of("insights"):
        for event in heard:
            tell(event)
        columns = ("id", "profile_id", "title_id", "started_at", "seen_at", "watched_s")
        state = [
            sorted(Play.objects.values_list(*columns)),
            sorted(ForgottenProfile.objects.values_list("id")),
        ]
        transaction.set_rollback(True, using="insights")
    return state


@given(heard=st.lists(facts(), max_size=12), data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_order_and_repetition_of_facts_do_not_matter(
    heard: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(heard), max_size=4)) if heard else []
    assert state_after(data.draw(st.permutations(heard + again))) == state_after(heard)


def test_a_removed_profile_leaves_nothing() -> None:
    profile_id, other = ids.uuid7(), ids.uuid7()
    now = clock.now()
    for who in (profile_id, other):
        start = started(ids.uuid7(), who, UUID(int=1), now)
        tell(start)
        report(who, start.session_id)
    tell(ProfileRemoved(account_id=UUID(int=7), profile_id=profile_id))
    report(profile_id, ids.uuid7())
    assert list(Report.objects.values_list("profile_id", flat=True)) == [other]
    assert list(Play.objects.values_list("profile_id", flat=True)) == [other]


def test_what_is_older_than_ninety_days_goes() -> None:
    now = clock.now()
    for days in (1, 89, 91, 400):
        at = now - timedelta(days=days)
        play = {"profile_id": ids.uuid7(), "title_id": ids.uuid7()}
        Play.objects.create(**play, started_at=at, seen_at=at)
        Report.objects.create(
            **play, session_id=ids.uuid7(), reported_at=at, played_s=1, stalled_s=0, stalls=0
        )
    tasks.forget_old_rows()
    assert Play.objects.count() == 2
    assert Report.objects.count() == 2
    with clock.shifted(timedelta(days=5)):
        assert actions.old_rows_forget() == 2
    # What is heard so late is not kept either.
    tell(started(ids.uuid7(), ids.uuid7(), ids.uuid7(), now - timedelta(days=91)))
    assert Play.objects.count() == 1
