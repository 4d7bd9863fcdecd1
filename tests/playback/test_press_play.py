"""Pressing play: who may, who may not and why, and what the player is given."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.events import EdgeRemoved, ProfileRemoved, TitleRemoved
from matinee.kernel import clock, ids, problems, settings
from matinee.kernel.edge_tokens import MediaTokens
from matinee.playback.models import Outbox
from tests.playback.conftest import Tell, Viewer, edge_event, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])


def told(event_type: str) -> list[dict[str, object]]:
    return list(Outbox.objects.filter(type=event_type).values_list("body", flat=True))


def test_the_answer_has_all_that_a_player_needs(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)
    assert session["title_name"] == "A film"
    assert session["duration_s"] == 100
    assert session["height_max"] == 1080
    assert session["resume_s"] == 0
    assert session["audio"] == [{"language": "en", "label": "English"}]
    assert session["next_title_id"] is None
    assert session["heartbeat_interval_s"] > 0
    folder, _, manifest = session["dash_url"].rpartition("/")
    assert manifest == "manifest.mpd?steering=home"
    assert session["hls_url"] == f"{folder}/master.m3u8?steering=home&mix=stereo"
    assert session["storyboard"] == {"url": f"{folder}/storyboard.vtt", "interval_s": 2}
    assert session["pathways"] == [{"id": "own", "base_url": "http://testserver/"}]
    assert folder.startswith("http://testserver/media/")


@pytest.mark.asvs("SVC-2")
def test_the_media_token_opens_this_package_and_no_other(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)
    *_, token, package, _ = session["dash_url"].split("/")
    kid, expiry, session_hex, signature = token.split("~")
    assert package == "f1lm-2"
    assert UUID(session_hex) == UUID(session["session_id"])
    # Stretched to a round time, so that who asks again soon gets the same one.
    assert 14 * 60 < int(expiry) - clock.unix_s() <= 20 * 60
    # Checked as the edge does it, with nothing but the keys.
    keys = MediaTokens(settings.get().secrets).ring.keys()
    (key,) = [one.secret.encode() for one in keys if one.kid == kid]

    def signed(what: str) -> str:
        digest = hmac.new(
            key, f"{kid}~{expiry}~{session_hex}~{what}".encode(), hashlib.sha256
        ).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    assert signature == signed(package)
    assert signature != signed("another")


@pytest.mark.parametrize("key", ["packages/f1lm-2", "f1lm-2"])
def test_a_package_is_called_as_the_edge_calls_it(viewer: Viewer, tell: Tell, key: str) -> None:
    event = title_event(package=key)
    tell(event)
    *_, package, manifest = viewer.play(event.title.id)["dash_url"].split("/")
    assert (package, manifest) == ("f1lm-2", "manifest.mpd?steering=home")


def test_starting_is_announced_once(viewer: Viewer, film: UUID) -> None:
    session = viewer.play(film)
    (event,) = told("playback.started")
    assert event["session_id"] == session["session_id"]
    assert event["account_id"] == str(viewer.account_id)
    assert event["profile_id"] == str(viewer.profile_id)
    assert event["title_id"] == str(film)


def test_a_title_nobody_knows(viewer: Viewer) -> None:
    with pytest.raises(problems.NotFound, match="unknown_title"):
        viewer.play(ids.uuid7())


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_title_that_is_not_shown_is_unknown(viewer: Viewer, tell: Tell, status: str) -> None:
    event = title_event(status=status)
    tell(event)
    with pytest.raises(problems.NotFound, match="unknown_title"):
        viewer.play(event.title.id)


@pytest.mark.parametrize(
    ("status", "package"), [("processing", None), ("processing", "p"), ("published", None)]
)
def test_a_title_that_is_being_prepared(
    viewer: Viewer, tell: Tell, status: str, package: str | None
) -> None:
    event = title_event(status=status, package=package)
    tell(event)
    with pytest.raises(problems.Conflict, match="not_playable_yet"):
        viewer.play(event.title.id)


def test_a_series_sends_to_its_episodes(viewer: Viewer, tell: Tell) -> None:
    event = title_event(kind="series", package=None, duration_s=None)
    tell(event)
    with pytest.raises(problems.Conflict, match="choose_episode"):
        viewer.play(event.title.id)


def test_a_removed_title_stays_unknown(viewer: Viewer, tell: Tell, film: UUID) -> None:
    tell(TitleRemoved(title_id=film))
    tell(title_event(id=film))
    with pytest.raises(problems.NotFound, match="unknown_title"):
        viewer.play(film)


@pytest.mark.asvs("V8.3.1")
def test_maturity_is_the_profiles(viewer: Viewer, film: UUID) -> None:
    viewer.maturity_age = 6
    with pytest.raises(problems.Forbidden, match="above_maturity"):
        viewer.play(film)
    viewer.maturity_age = 12
    assert viewer.play(film)


def test_without_a_subscription_there_is_a_way_out(tell: Tell, film: UUID) -> None:
    with pytest.raises(problems.PaymentRequired, match="not_entitled") as caught:
        Viewer(tell).play(film)
    assert "Choose a plan" in caught.value.detail


def test_an_entitlement_ends_when_its_time_has_come(
    viewer: Viewer, film: UUID, later: Callable[[float], None]
) -> None:
    viewer.entitle(ends_at=clock.now() + timedelta(seconds=30))
    session = viewer.play(film)["session_id"]
    later(31)
    with pytest.raises(problems.PaymentRequired, match="not_entitled"):
        viewer.play(film)
    with pytest.raises(problems.PaymentRequired, match="not_entitled"):
        viewer.beat(session, 3)
    viewer.entitle()
    assert viewer.play(film)


def test_a_caller_without_a_profile_or_with_a_removed_one(
    viewer: Viewer, tell: Tell, film: UUID
) -> None:
    tell(ProfileRemoved(account_id=viewer.account_id, profile_id=viewer.profile_id))
    with pytest.raises(problems.Forbidden, match="no_profile"):
        viewer.play(film)
    viewer.profile_id = None  # type: ignore[assignment]
    with pytest.raises(problems.Forbidden, match="no_profile"):
        viewer.play(film)


def test_a_stranger_is_asked_to_sign_in(viewer: Viewer, film: UUID) -> None:
    with viewer.client() as client, pytest.raises(problems.NotSignedIn):
        client.send(
            "POST",
            "/api/playback/sessions",
            json={"title_id": str(film)},
            headers={"Authorization": "Bearer nonsense"},
        )


@pytest.mark.parametrize("body", [{}, {"title_id": "x"}, {"title_id": str(UUID(int=1)), "a": 1}])
def test_a_wrong_body_is_told(viewer: Viewer, body: dict[str, object]) -> None:
    with viewer.client() as client, pytest.raises(problems.Unprocessable, match="invalid"):
        client.send("POST", "/api/playback/sessions", json=body)


def test_the_next_episode_is_offered_only_if_it_can_be_played(viewer: Viewer, tell: Tell) -> None:
    viewer.entitle(streams_at_once=3)
    following = title_event(kind="episode", maturity_age=16)
    first = title_event(kind="episode", next_episode_id=following.title.id)
    tell(first)
    assert viewer.play(first.title.id)["next_title_id"] is None
    tell(following)
    assert viewer.play(first.title.id)["next_title_id"] == str(following.title.id)
    viewer.maturity_age = 12
    assert viewer.play(first.title.id)["next_title_id"] is None


@pytest.mark.parametrize(
    ("headers", "base_url"),
    [
        ({"Host": "tv.home:8480"}, "http://tv.home:8480/"),
        ({"Host": "tv.example.org", "X-Forwarded-Proto": "https"}, "https://tv.example.org/"),
        ({"Host": "[::1]:8480"}, "http://[::1]:8480/"),
        ({"Host": 'evil"/><b>'}, "http://127.0.0.1:8480/"),
    ],
)
def test_media_has_the_origin_that_the_page_was_asked_at(
    viewer: Viewer, film: UUID, headers: dict[str, str], base_url: str
) -> None:
    with viewer.client() as client:
        answer = client.send(
            "POST", "/api/playback/sessions", json={"title_id": str(film)}, headers=headers
        )
    assert answer.json()["pathways"] == [{"id": "own", "base_url": base_url}]


def test_a_public_address_goes_before_what_was_asked(
    viewer: Viewer, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = settings.Settings(public_url="https://watch.example.org/")
    monkeypatch.setattr(settings, "get", lambda: ours)
    assert viewer.play(film)["dash_url"].startswith("https://watch.example.org/media/")


def test_the_best_edge_comes_first_and_a_removed_one_never(
    viewer: Viewer, tell: Tell, film: UUID
) -> None:
    for event in (
        edge_event("far", latency_ms=90),
        edge_event("near", latency_ms=9),
        edge_event("ill", latency_ms=1, health="down"),
        edge_event("gone", latency_ms=2),
        EdgeRemoved(edge_id="gone"),
        edge_event("local", base_url="", latency_ms=50),
    ):
        tell(event)
    session = viewer.play(film)
    assert [way["id"] for way in session["pathways"]] == ["near", "local", "far"]
    assert session["pathways"][1]["base_url"] == "http://testserver/"
    assert session["dash_url"].startswith("https://near.example.org/media/")
