"""Heartbeats: position, watched time, resume points, and plays that may not go on."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError, connections

from matinee.contracts.events import HistoryErased, ProfileRemoved, TitleRemoved
from matinee.kernel import clock, ids, problems
from matinee.playback.actions import sessions
from matinee.playback.models import Outbox, Position
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])
Later = Callable[[float], None]


def progress() -> list[dict[str, object]]:
    rows = Outbox.objects.filter(type="playback.progressed").order_by("id")
    return list(rows.values_list("body", flat=True))


def test_a_heartbeat_renews_the_media_token(viewer: Viewer, film: UUID, later: Later) -> None:
    session = viewer.play(film)
    later(300)
    answer = viewer.beat(session["session_id"], 5)
    _, expiry, session_hex, signature = answer["media_token"].split("~")
    assert UUID(session_hex) == UUID(session["session_id"])
    assert int(expiry) - clock.unix_s() > 14 * 60
    assert len(signature) == 43


def beginnings() -> list[dict[str, object]]:
    rows = Outbox.objects.filter(type="playback.started").order_by("id")
    return list(rows.values_list("body", flat=True))


@pytest.mark.parametrize("falls", [True, False])
def test_that_a_play_began_is_told_again_only_where_the_database_may_have_lost_it(
    viewer: Viewer,
    film: UUID,
    later: Later,
    monkeypatch: pytest.MonkeyPatch,
    falls: bool,  # noqa: FBT001 - a case
) -> None:
    wrapper = connections["playback"]
    monkeypatch.setattr(wrapper, "opened_at", clock.now() - timedelta(hours=1))
    session = viewer.play(film)["session_id"]
    told = beginnings()
    Outbox.objects.filter(type="playback.started").delete()
    if falls:
        monkeypatch.setattr(wrapper, "opened_at", clock.now())
    later(10)
    viewer.beat(session, 10)
    assert beginnings() == (told if falls else [])
    Outbox.objects.filter(type="playback.started").delete()
    later(10)
    viewer.beat(session, 20)
    assert beginnings() == [], "it was told with the first news already"


def test_where_a_viewer_stopped_is_where_it_resumes(
    viewer: Viewer, film: UUID, later: Later
) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 10)
    later(5)
    viewer.stop(session, 14.5)
    assert viewer.play(film)["resume_s"] == 14.5
    assert [(event["position_s"], event["finished"]) for event in progress()] == [
        (10.0, False),
        (14.5, False),
    ]
    assert {event["duration_s"] for event in progress()} == {100.0}
    assert {event["maturity_age"] for event in progress()} == {12}


def test_a_clock_that_was_set_back_holds_nobody_where_they_were(viewer: Viewer, film: UUID) -> None:
    with clock.shifted(timedelta(minutes=5)):
        viewer.stop(viewer.play(film)["session_id"], 20)
    viewer.stop(viewer.play(film)["session_id"], 30)
    assert viewer.play(film)["resume_s"] == 30


def test_what_was_finished_starts_again(viewer: Viewer, film: UUID, later: Later) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.stop(session, 96)
    assert progress()[-1]["finished"] is True
    assert viewer.play(film)["resume_s"] == 0


def test_a_position_behind_the_end_is_the_end(viewer: Viewer, film: UUID, later: Later) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 500, "ended")
    assert Position.objects.get().position_s == 100


def test_pauses_are_not_watched(viewer: Viewer, film: UUID, later: Later) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 9)  # a second went by before the picture came
    later(10)
    viewer.beat(session, 19, "paused")
    later(10)
    viewer.beat(session, 19, "playing")
    later(10)
    viewer.stop(session, 29)
    watched = [event["watched_s"] for event in progress()]
    assert watched[-1] == pytest.approx(29, abs=1)
    assert watched == sorted(watched)  # type: ignore[type-var]


def test_an_unchanged_pause_is_told_once(viewer: Viewer, film: UUID, later: Later) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 10)
    later(2)
    viewer.beat(session, 12, "paused")  # too soon to tell
    for _ in range(3):
        later(10)
        viewer.beat(session, 12, "paused")
    assert [event["position_s"] for event in progress()] == [10, 12]


def test_a_stop_that_could_not_be_stored_is_stored_when_it_is_asked_again(
    viewer: Viewer, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_: object, **__: object) -> None:
        raise OperationalError("the database is away")

    session = viewer.play(film)["session_id"]
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sessions, "position_store", is_away)
        with pytest.raises(problems.Unavailable):
            viewer.stop(session, 20)
    viewer.stop(session, 20)
    assert viewer.play(film)["resume_s"] == 20


def test_a_stopped_session_is_over(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)["session_id"]
    viewer.stop(session, 5)
    viewer.stop(session, 6)
    assert Position.objects.get().position_s == 5
    with pytest.raises(problems.Gone, match="session_ended"):
        viewer.beat(session, 7)


def test_a_session_of_somebody_else_is_unknown(viewer: Viewer, tell: Tell, film: UUID) -> None:
    session = viewer.play(film)["session_id"]
    stranger = Viewer(tell)
    stranger.entitle()
    sibling = Viewer(tell, viewer.account_id)
    for other in (stranger, sibling):
        with pytest.raises(problems.Gone, match="session_ended"):
            other.beat(session, 50)
        other.stop(session, 50)
    viewer.beat(session, 5)
    assert set(Position.objects.values_list("profile_id", flat=True)) <= {viewer.profile_id}


def test_an_unknown_session_has_ended(viewer: Viewer) -> None:
    with pytest.raises(problems.Gone, match="session_ended"):
        viewer.beat(str(ids.uuid7()), 5)


@pytest.mark.parametrize("is_removed", [False, True])
def test_a_title_that_goes_ends_its_plays(
    viewer: Viewer, tell: Tell, film: UUID, *, is_removed: bool
) -> None:
    session = viewer.play(film)["session_id"]
    withdrawn = title_event(id=film, status="withdrawn")
    tell(TitleRemoved(title_id=film) if is_removed else withdrawn)
    for _ in range(2):
        with pytest.raises(problems.Gone, match="session_ended"):
            viewer.beat(session, 5)


@pytest.mark.asvs("V8.3.1")
def test_a_lowered_age_limit_ends_plays_above_it(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)["session_id"]
    viewer.maturity_age = 6
    with pytest.raises(problems.Forbidden, match="above_maturity"):
        viewer.beat(session, 5)


def test_a_play_goes_on_with_the_package_it_started_with(
    viewer: Viewer, tell: Tell, film: UUID
) -> None:
    session = viewer.play(film)
    tell(title_event(id=film, status="processing", package=None))
    assert viewer.beat(session["session_id"], 5)
    tell(title_event(id=film, package="better-3"))
    assert viewer.beat(session["session_id"], 6)
    assert "/better-3/" in viewer.play(film)["dash_url"]


@pytest.mark.parametrize("position_s", [-1, "NaN", 1e9])
def test_a_wrong_position_is_refused(viewer: Viewer, film: UUID, position_s: float) -> None:
    session = viewer.play(film)["session_id"]
    with pytest.raises(problems.Unprocessable, match="position_s"):
        viewer.beat(session, position_s)


def test_erased_history_does_not_resume(
    viewer: Viewer, tell: Tell, film: UUID, later: Later
) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.stop(session, 40)
    tell(HistoryErased(profile_id=viewer.profile_id, title_id=film, until=clock.now()))
    assert viewer.play(film)["resume_s"] == 0


def test_what_is_watched_after_an_erasure_counts(
    viewer: Viewer, tell: Tell, film: UUID, later: Later
) -> None:
    session = viewer.play(film)["session_id"]
    tell(HistoryErased(profile_id=viewer.profile_id, title_id=None, until=clock.now()))
    later(10)
    viewer.stop(session, 40)
    assert viewer.play(film)["resume_s"] == 40


def test_erasing_one_title_leaves_the_others(
    viewer: Viewer, tell: Tell, film: UUID, later: Later
) -> None:
    other = title_event()
    tell(other)
    for title_id in (film, other.title.id):
        session = viewer.play(title_id)["session_id"]
        later(10)
        viewer.stop(session, 40)
    tell(HistoryErased(profile_id=viewer.profile_id, title_id=film, until=clock.now()))
    assert viewer.play(film)["resume_s"] == 0
    assert viewer.play(other.title.id)["resume_s"] == 40


def test_a_removed_profile_leaves_nothing_and_is_told_to_nobody(
    viewer: Viewer, tell: Tell, film: UUID, later: Later
) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 10)
    tell(ProfileRemoved(account_id=viewer.account_id, profile_id=viewer.profile_id))
    assert not Position.objects.exists()
    before = len(progress())
    later(10)
    viewer.stop(session, 20)
    assert not Position.objects.exists()
    assert len(progress()) == before


def test_a_silence_longer_than_two_intervals_was_no_watching(
    viewer: Viewer, film: UUID, later: Later
) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 10)
    later(timedelta(hours=2).total_seconds())
    viewer.beat(session, 90)
    assert progress()[-1]["watched_s"] == pytest.approx(30, abs=1)
