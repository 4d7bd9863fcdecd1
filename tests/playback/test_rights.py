"""Where and when a title may be played."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from matinee.contracts.catalog import RightsWindow
from matinee.contracts.events import TitleGranted
from matinee.kernel import clock, ids, problems, settings
from matinee.playback.models import Outbox
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])
MINUTE = timedelta(minutes=1)
Later = Callable[[float], None]


@pytest.fixture
def _in_iceland(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.get().model_copy(update={"country": "IS", "country_header": "X-Country"})
    monkeypatch.setattr(settings, "get", lambda: chosen)


@pytest.mark.usefixtures("_in_iceland")
def test_territories_and_moments_decide_who_may_play(tell: Tell, viewer: Viewer) -> None:
    hour = timedelta(hours=1)
    here = title_event(rights=[RightsWindow(territories=["IS"])])
    there = title_event(rights=[RightsWindow(territories=["NO"])])
    over = title_event(rights=[RightsWindow(ends_at=clock.now() - hour)])
    again = title_event(rights=[*over.title.rights, RightsWindow(starts_at=clock.now() - hour)])
    for event in (here, there, over, again):
        tell(event)
    for event in (here, again):
        viewer.play(event.title.id)
    for event in (there, over):
        with pytest.raises(problems.Forbidden, match="cannot be watched in your country"):
            viewer.play(event.title.id)
    countries = Outbox.objects.filter(type="playback.started").values_list("body", flat=True)
    assert {body["country"] for body in countries} == {"IS"}


def test_nothing_is_played_on_a_guess(tell: Tell, viewer: Viewer) -> None:
    event = title_event(rights=[RightsWindow(territories=["IS"])])
    tell(event)
    with pytest.raises(problems.Forbidden):
        viewer.play(event.title.id)


@pytest.mark.usefixtures("_in_iceland")
def test_a_trusted_header_says_the_country(tell: Tell, viewer: Viewer) -> None:
    event = title_event(rights=[RightsWindow(territories=["NO"])])
    tell(event)
    with viewer.client() as client:
        body = {"title_id": str(event.title.id)}
        for told, expected in (("no", 201), ("Norway", 403), ("", 403)):
            try:
                answer = client.send(
                    "POST", "/api/playback/sessions", json=body, headers={"X-Country": told}
                )
                status = answer.status_code
            except problems.Forbidden as problem:
                status = problem.status
            assert status == expected


def test_devices_and_plans_decide_who_may_play(tell: Tell, viewer: Viewer) -> None:
    on_tv = title_event(rights=[RightsWindow(platforms=["tv"])])
    for_families = title_event(rights=[RightsWindow(plans=["family"])])
    tell(on_tv)
    tell(for_families)
    viewer.entitle(plan="basic")
    with pytest.raises(problems.Forbidden, match="not_available_here"):
        viewer.play(on_tv.title.id)
    with pytest.raises(problems.Forbidden, match="not_in_plan"):
        viewer.play(for_families.title.id)
    viewer.platform = "tv"
    viewer.play(on_tv.title.id)
    viewer.entitle(plan="family")
    viewer.play(for_families.title.id)


def test_who_has_no_plan_is_asked_to_choose_one_and_a_buyer_is_not(tell: Tell) -> None:
    event = title_event(rights=[RightsWindow(plans=["family"])])
    tell(event)
    somebody = Viewer(tell)
    with pytest.raises(problems.PaymentRequired):
        somebody.play(event.title.id)
    tell(TitleGranted(account_id=somebody.account_id, title_id=event.title.id, ends_at=None))
    somebody.play(event.title.id)


def closing(tell: Tell, within: timedelta) -> tuple[Any, datetime]:
    """A film whose rights close soon, on the second, and when."""
    until = (clock.now() + within).replace(microsecond=0)
    event = title_event(rights=[RightsWindow(ends_at=until)])
    tell(event)
    return event.title.id, until


def expiry_of(answer: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(answer["media_expires_at"])


def test_no_token_outlives_the_rights(tell: Tell, viewer: Viewer, later: Later) -> None:
    film, until = closing(tell, 5 * MINUTE)
    session = viewer.play(film)
    assert expiry_of(session) == until
    with viewer.client() as client:
        warm = client.send("POST", "/api/playback/warm", json={"title_id": str(film)}).json()
    assert expiry_of(warm) <= until
    later(4 * 60)
    assert expiry_of(viewer.beat(session["session_id"], 1)) == until
    with viewer.client() as client:
        warm = client.send("POST", "/api/playback/warm", json={"title_id": str(film)}).json()
    assert expiry_of(warm) <= until


def test_a_play_ends_with_the_rights(tell: Tell, viewer: Viewer, later: Later) -> None:
    film, _ = closing(tell, 5 * MINUTE)
    session = viewer.play(film)["session_id"]
    later(5 * 60)
    with pytest.raises(problems.Forbidden, match="not_available_here"):
        viewer.beat(session, 1)
    with pytest.raises(problems.Gone):  # its slot is free
        viewer.beat(session, 1)


def test_windows_that_follow_each_other_are_one(tell: Tell, viewer: Viewer) -> None:
    turn = (clock.now() + 5 * MINUTE).replace(microsecond=0)
    event = title_event(
        rights=[
            RightsWindow(starts_at=turn, ends_at=turn + 2 * MINUTE),
            RightsWindow(ends_at=turn),
            RightsWindow(starts_at=turn + 3 * MINUTE),
        ]
    )
    tell(event)
    assert expiry_of(viewer.play(event.title.id)) == turn + 2 * MINUTE


def test_the_next_episode_is_offered_only_where_it_may_be_watched(
    tell: Tell, viewer: Viewer
) -> None:
    following = title_event(id=ids.uuid7(), rights=[RightsWindow(ends_at=clock.now() - MINUTE)])
    first = title_event(kind="episode", next_episode_id=following.title.id)
    for event in (following, first):
        tell(event)
    assert viewer.play(first.title.id)["next_title_id"] is None
    tell(title_event(id=following.title.id))
    assert viewer.play(first.title.id)["next_title_id"] == str(following.title.id)


@pytest.mark.parametrize("status", ["review", "scheduled"])
def test_what_was_not_published_yet_is_not_there(tell: Tell, viewer: Viewer, status: str) -> None:
    event = title_event(status=status)
    tell(event)
    with pytest.raises(problems.NotFound):
        viewer.play(event.title.id)
