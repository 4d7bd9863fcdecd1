"""Who gets a content key to play with: whoever plays the title now, in a live stream slot."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from matinee.kernel import ids, problems, settings
from matinee.kernel.clients import Client
from matinee.kernel.edge_tokens import MediaTokens
from matinee.playback import actions, rules
from matinee.playback import settings as own_settings
from matinee.playback.api import app
from matinee.playback.models import SealedKey
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases="__all__")


def key_id_of(title_id: UUID) -> UUID:
    return SealedKey.objects.get(title_id=title_id).pk


def ask_licence(viewer: Viewer, *key_ids: UUID) -> dict[str, Any]:
    """As a CDM asks: without a content type."""
    kids = ",".join(f'"{rules.key_id_text(key_id)}"' for key_id in key_ids)
    body = f'{{"kids":[{kids}],"type":"temporary"}}'.encode()
    with viewer.client() as client:
        answer = client.send("POST", "/api/playback/licence", content=body)
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def test_a_player_gets_the_key_of_what_it_plays(viewer: Viewer, locked: UUID) -> None:
    session = viewer.play(locked)
    key_id = key_id_of(locked)
    assert session["licence"]["key_id"] == str(key_id)
    assert session["licence"]["clearkey_url"].endswith("/api/playback/licence")
    licence = ask_licence(viewer, key_id, ids.uuid7())
    key = actions.key_of_title(locked).key
    assert licence == {
        "keys": [{"kty": "oct", "kid": rules.key_id_text(key_id), "k": key}],
        "type": "temporary",
    }
    assert key not in str(session)


@pytest.mark.asvs("SVC-3")
def test_without_a_live_play_there_is_no_key(
    viewer: Viewer, locked: UUID, tell: Tell, later: Callable[[float], None]
) -> None:
    def refused() -> None:
        with pytest.raises(problems.Forbidden, match="not_playing"):
            ask_licence(viewer, key_id_of(locked))

    refused()
    session = viewer.play(locked)
    ask_licence(viewer, key_id_of(locked))
    # Not for another title's key, another profile, another account.
    other = ids.uuid7()
    actions.key_of_title(other)
    with pytest.raises(problems.Forbidden, match="not_playing"):
        ask_licence(viewer, key_id_of(other))
    profile, viewer.profile_id = viewer.profile_id, ids.uuid7()
    refused()
    viewer.profile_id = profile
    stranger = Viewer(tell)
    stranger.entitle()
    with pytest.raises(problems.Forbidden, match="not_playing"):
        ask_licence(stranger, key_id_of(locked))
    viewer.stop(session["session_id"], 5)
    refused()
    # A player that fell silent has lost its slot, and with it the right to keys.
    viewer.play(locked)
    later(own_settings.get().slot_s + 1)
    refused()


@pytest.mark.asvs("SVC-3")
def test_who_may_not_go_on_gets_no_key(viewer: Viewer, locked: UUID, tell: Tell) -> None:
    viewer.play(locked)
    viewer.maturity_age = 6
    with pytest.raises(problems.Forbidden, match="above_maturity"):
        ask_licence(viewer, key_id_of(locked))
    viewer.maturity_age = 18
    tell(title_event(id=locked, status="withdrawn", key_id=key_id_of(locked)))
    with pytest.raises(problems.Gone):
        ask_licence(viewer, key_id_of(locked))


def test_asking_without_end_is_refused(
    viewer: Viewer, locked: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_PLAYBACK_LICENCES_PER_MINUTE", "3")
    own_settings.get.cache_clear()
    viewer.play(locked)
    for _ in range(3):
        ask_licence(viewer, key_id_of(locked))
    with pytest.raises(problems.TooMany):
        ask_licence(viewer, key_id_of(locked))
    own_settings.get.cache_clear()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x08\x04",
        b"[]",
        b'{"kids":[]}',
        b'{"kids":["x"]}',
        b'{"kids":["AAAAAAAAAAAAAAAAAAAAAA"],"type":"persistent-license"}',
        b'{"kids":[' + b",".join([b'"AAAAAAAAAAAAAAAAAAAAAA"'] * 17) + b"]}",
    ],
)
def test_what_is_no_licence_request_is_told(viewer: Viewer, body: bytes) -> None:
    with viewer.client() as client, pytest.raises(problems.Unprocessable):
        client.send("POST", "/api/playback/licence", content=body)


def test_a_film_that_is_not_encrypted_plays_as_ever(viewer: Viewer, film: UUID) -> None:
    assert viewer.play(film)["licence"] is None


def test_a_vendor_has_its_own_licence_servers(
    viewer: Viewer, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = '{"com.widevine.alpha": "https://drm.example.org/widevine"}'
    monkeypatch.setenv("MATINEE_PLAYBACK_LICENCE_SERVERS", servers)
    own_settings.get.cache_clear()
    key_id = ids.random_uuid()
    event = title_event(key_id=key_id)
    tell(event)
    assert viewer.play(event.title.id)["licence"] == {
        "clearkey_url": None,
        "servers": {"com.widevine.alpha": "https://drm.example.org/widevine"},
        "key_id": str(key_id),
    }
    own_settings.get.cache_clear()


# --- fetched by a native HLS player


def hls_key(token: str, package: str) -> httpx.Response:
    with Client("http://testserver", app=app) as client:
        return client.send("GET", f"/api/playback/media/{token}/{package}/key")


def test_a_media_token_of_a_live_play_opens_the_key(viewer: Viewer, locked: UUID) -> None:
    session = viewer.play(locked)
    _, _, token, package, _ = session["hls_url"].rsplit("/", 4)
    answer = hls_key(token, package)
    key = base64.urlsafe_b64decode(actions.key_of_title(locked).key + "==")
    assert answer.content == key
    assert answer.headers["cache-control"] == "no-store"
    with pytest.raises(problems.Forbidden):
        hls_key(token, "another")
    with pytest.raises(problems.Forbidden):
        hls_key(f"{token[:-2]}xx", package)
    viewer.stop(session["session_id"], 5)
    with pytest.raises(problems.Gone):
        hls_key(token, package)


@pytest.mark.asvs("SVC-3")
def test_a_media_token_without_a_play_opens_no_key(viewer: Viewer, locked: UUID) -> None:
    made_up, _ = MediaTokens(settings.get().secrets).issue(ids.uuid7(), "f1lm-2")
    with pytest.raises(problems.Gone):
        hls_key(made_up, "f1lm-2")
    with viewer.client() as client:
        body = {"title_id": str(locked)}
        warm = client.send("POST", "/api/playback/warm", json=body).json()
    _, _, token, package, _ = warm["dash_url"].rsplit("/", 4)
    with pytest.raises(problems.Gone):
        hls_key(token, package)


def test_an_open_film_has_no_hls_key(viewer: Viewer, film: UUID) -> None:
    _, _, token, package, _ = viewer.play(film)["hls_url"].rsplit("/", 4)
    with pytest.raises(problems.NotFound):
        hls_key(token, package)
