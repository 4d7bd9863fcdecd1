"""What may be fetched before play is pressed: everything but a slot, a word and a key."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.kernel import clock, ids, problems, settings
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.tokens import CmcdTokens
from matinee.playback import sessions
from matinee.playback import settings as own_settings
from matinee.playback.models import Outbox
from tests.playback.conftest import Tell, Viewer, edge_event, title_event

pytestmark = pytest.mark.django_db(databases="__all__")


def warm(viewer: Viewer, title_id: UUID) -> dict[str, Any]:
    with viewer.client() as client:
        answer = client.send("POST", "/api/playback/warm", json={"title_id": str(title_id)})
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def without_token(url: str) -> list[str]:
    return [part for part in url.split("/") if "~" not in part]


def test_what_was_fetched_is_what_will_be_played(viewer: Viewer, tell: Tell, film: UUID) -> None:
    tell(edge_event("near", latency_ms=5.0))
    tell(edge_event("far", latency_ms=50.0))
    session = viewer.play(film)
    viewer.beat(session["session_id"], 30)
    viewer.stop(session["session_id"], 42)
    ready = warm(viewer, film)
    played = viewer.play(film)
    assert without_token(ready["dash_url"]) == without_token(played["dash_url"])
    assert ready["dash_url"] != played["dash_url"]
    for same in ("pathways", "resume_s", "licence", "title_id"):
        assert ready[same] == played[same], same
    assert ready["resume_s"] == 42


def test_it_takes_no_slot_and_tells_nobody(viewer: Viewer, film: UUID) -> None:
    viewer.entitle(streams_at_once=1)
    told = Outbox.objects.count()
    for _ in range(5):
        warm(viewer, film)
    assert sessions.find_live(viewer.account_id) == []
    assert Outbox.objects.count() == told
    viewer.play(film)
    # Whose one slot is taken may still make ready what comes next.
    warm(viewer, film)


def test_its_token_opens_the_package_and_ends_soon(viewer: Viewer, film: UUID) -> None:
    ready = warm(viewer, film)
    _, _, token, package, _ = ready["dash_url"].rsplit("/", 4)
    media = MediaTokens(settings.get().secrets)
    assert sessions.find_by_id(media.verify(token, package)) is None
    left = datetime.fromisoformat(ready["media_expires_at"]) - clock.now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    with clock.shifted(timedelta(seconds=61)), pytest.raises(problems.Forbidden):
        media.verify(token, package)


def test_what_speaks_against_playing_is_told(viewer: Viewer, tell: Tell, film: UUID) -> None:
    with pytest.raises(problems.NotFound):
        warm(viewer, ids.uuid7())
    with pytest.raises(problems.PaymentRequired):
        warm(Viewer(tell), film)
    unready = title_event(package=None)
    tell(unready)
    with pytest.raises(problems.Conflict):
        warm(viewer, unready.title.id)
    viewer.maturity_age = 6
    with pytest.raises(problems.Forbidden):
        warm(viewer, film)


def test_it_is_bounded(viewer: Viewer, film: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_PLAYBACK_WARMS_PER_MINUTE", "2")
    own_settings.get.cache_clear()
    warm(viewer, film)
    warm(viewer, film)
    with pytest.raises(problems.TooMany):
        warm(viewer, film)
    own_settings.get.cache_clear()


def test_a_player_reports_under_an_address_of_its_play(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)
    before, _, token = session["cmcd_url"].rpartition("/")
    assert before == "http://testserver/api/insights/cmcd"
    play = CmcdTokens(settings.get().secrets).verify(token)
    assert str(play.session_id) == session["session_id"]
    assert play.title_id == film
    assert viewer.account_id.hex not in token
    assert viewer.profile_id.hex not in token


def test_a_long_play_goes_on_with_new_tokens(
    viewer: Viewer, film: UUID, later: Callable[[float], None]
) -> None:
    session = viewer.play(film)
    _, _, first, package, _ = session["dash_url"].rsplit("/", 4)
    media = MediaTokens(settings.get().secrets)
    # Longer than a token lives, in steps in which the slot is kept.
    for _ in range(30):
        later(50)
        token = viewer.beat(session["session_id"], 1)["media_token"]
    assert media.verify(token, package) == UUID(session["session_id"])
    with pytest.raises(problems.Forbidden, match="expired"):
        media.verify(first, package)
