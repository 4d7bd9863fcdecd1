"""What plays where somebody was signed out stops; what only goes on under another id plays on."""

from typing import Any

import pytest

from matinee.contracts.sessions import EndReason, SessionEnded
from matinee.kernel import ended_sessions, ids
from matinee.kernel.http import callers
from matinee.kernel.problems import Gone, NotSignedIn
from matinee.playback import sessions, settings
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])


@pytest.fixture
def playing(tell: Tell) -> tuple[Viewer, str]:
    """Somebody, and the session that they play in."""
    event, viewer = title_event(), Viewer(tell)
    tell(event)
    viewer.entitle()
    return viewer, viewer.play(event.title.id)["session_id"]


def end(viewer: Viewer, reason: EndReason = "account_disabled", **more: Any) -> SessionEnded:
    return SessionEnded(
        account_id=viewer.account_id, session_id=viewer.session_id, reason=reason, **more
    )


@pytest.mark.asvs("V7.4.2")
def test_the_next_heartbeat_finds_that_it_is_over(playing: tuple[Viewer, str], tell: Tell) -> None:
    viewer, play = playing
    viewer.beat(play, 1)
    tell(end(viewer))
    with pytest.raises(Gone, match="session_ended"):
        viewer.beat(play, 2)
    assert not sessions.find_live(viewer.account_id)
    assert settings.get().heartbeat_interval_s <= 60


def test_a_token_of_the_ended_session_starts_nothing(
    playing: tuple[Viewer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, play = playing
    ended_sessions.tell([viewer.session_id])
    monkeypatch.setattr(callers.ended_sessions(), "_looked_s", float("-inf"))
    with pytest.raises(NotSignedIn, match="signed_out"):
        viewer.beat(play, 2)
    with pytest.raises(NotSignedIn, match="signed_out"):
        viewer.play(ids.uuid7())


def test_other_devices_of_the_account_play_on(playing: tuple[Viewer, str], tell: Tell) -> None:
    viewer, play = playing
    elsewhere = SessionEnded(
        account_id=viewer.account_id, session_id=ids.uuid7(), reason="ended_elsewhere"
    )
    tell(elsewhere)
    viewer.beat(play, 2)


def test_a_renewed_session_plays_on_and_ends_under_its_new_id(
    playing: tuple[Viewer, str], tell: Tell
) -> None:
    viewer, play = playing
    fresh = ids.uuid7()
    tell(end(viewer, "renewed", replaced_by=fresh))
    viewer.session_id = fresh
    viewer.beat(play, 2)
    tell(end(viewer, "signed_out"))
    with pytest.raises(Gone, match="session_ended"):
        viewer.beat(play, 3)
