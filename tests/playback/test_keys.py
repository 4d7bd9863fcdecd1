"""Content keys: one per title, sealed at rest, and given to nobody who is not playing it."""

import base64
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import connections
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from matinee.contracts.events import TitleRemoved
from matinee.kernel import ids, problems, settings
from matinee.kernel.clients import Client
from matinee.kernel.http.flask_edge import access_tokens
from matinee.kernel.tokens import Caller, MediaTokens, ServiceTokens
from matinee.playback import actions, rules, vault
from matinee.playback import settings as own_settings
from matinee.playback.api import app
from matinee.playback.models import SealedKey
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def kek() -> Iterator[None]:
    """Each test begins without a key-encryption key, as there are no keys."""
    vault.path().unlink(missing_ok=True)
    yield
    vault.path().unlink(missing_ok=True)


@pytest.fixture
def locked(tell: Tell) -> UUID:
    """A film whose package is encrypted with a key of our own."""
    title_id = ids.uuid7()
    key = actions.key_of_title(title_id)
    tell(title_event(id=title_id, key_id=key.key_id))
    return title_id


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


def test_a_title_has_one_key_for_good() -> None:
    one, other = ids.uuid7(), ids.uuid7()
    first = actions.key_of_title(one)
    assert actions.key_of_title(one) == first
    second = actions.key_of_title(other)
    assert second.key_id != first.key_id
    assert second.key != first.key
    assert len(base64.urlsafe_b64decode(first.key + "==")) == 16


def test_a_key_is_sealed_at_rest() -> None:
    given_key = actions.key_of_title(ids.uuid7())
    row = SealedKey.objects.get()
    plain = base64.urlsafe_b64decode(given_key.key + "==")
    assert row.pk == given_key.key_id
    assert plain not in bytes(row.sealed)
    assert row.pk.bytes not in plain
    assert vault.path().stat().st_mode & 0o077 == 0


def test_a_key_stands_in_no_representation_and_no_error() -> None:
    secret = actions.key_of_title(ids.uuid7())
    assert secret.key not in repr(secret)
    assert secret.key not in str(secret)
    with pytest.raises(ValueError, match="key_id") as caught:
        type(secret).model_validate({"key": secret.key, "key_id": "no id"})
    assert secret.key not in str(caught.value)


def test_a_sealed_key_opens_only_in_its_own_place() -> None:
    actions.key_of_title(ids.uuid7())
    actions.key_of_title(ids.uuid7())
    one, other = SealedKey.objects.all()
    SealedKey.objects.filter(pk=one.pk).update(sealed=other.sealed)
    with pytest.raises(problems.Unavailable):
        actions.key_of_title(one.title_id)


def test_without_its_key_nothing_is_made_anew(caplog: pytest.LogCaptureFixture) -> None:
    title_id = ids.uuid7()
    actions.key_of_title(title_id)
    kept = vault.path().read_text()
    vault.path().unlink()
    for asked in (title_id, ids.uuid7()):
        with (
            caplog.at_level(logging.ERROR),
            pytest.raises(problems.Unavailable, match="keys_unreadable"),
        ):
            actions.key_of_title(asked)
    assert not vault.path().exists()
    assert "is missing; put the file back from a backup" in caplog.text
    vault.path().write_text(ids.secret())
    with pytest.raises(problems.Unavailable):
        actions.key_of_title(title_id)
    assert "is not the key" in caplog.text
    vault.path().write_text(kept)
    assert actions.key_of_title(title_id)


@limits(max_examples=10)
@given(st.binary(min_size=16, max_size=16), st.uuids())
def test_what_was_sealed_is_unsealed(key: bytes, key_id: UUID) -> None:
    sealed = vault.seal(key, key_id, is_first=True)
    assert vault.unseal(sealed, key_id) == key
    assert vault.seal(key, key_id, is_first=True) != sealed
    for at in range(len(sealed.text)):
        text = bytearray(sealed.text)
        text[at] ^= 1
        with pytest.raises(problems.Unavailable):
            vault.unseal(sealed._replace(text=bytes(text)), key_id)


@given(st.uuids())
def test_key_ids_are_written_as_a_cdm_writes_them(key_id: UUID) -> None:
    text = rules.key_id_text(key_id)
    assert "=" not in text
    assert rules.key_id_of(text) == key_id


def test_a_removed_title_takes_its_key_along(tell: Tell, locked: UUID) -> None:
    tell(TitleRemoved(title_id=locked))
    assert not SealedKey.objects.exists()
    with pytest.raises(problems.NotFound):
        actions.key_of_title(locked)


# --- asked by the service that packages


def ask_key(token: str | None, title_id: UUID) -> httpx.Response:
    with Client("http://testserver", app=app, token=token) as client:
        return client.send("POST", "/api/playback/keys", json={"title_id": str(title_id)})


def service_tokens() -> ServiceTokens:
    return ServiceTokens(settings.get().secrets)


def test_encoding_gets_the_key_of_a_title() -> None:
    title_id = ids.uuid7()
    token = service_tokens().issue("encoding", to="playback")
    answer = ask_key(token, title_id)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["key"] == actions.key_of_title(title_id).key
    assert ask_key(token, title_id).json() == answer.json()


def test_nobody_else_gets_it(viewer: Viewer) -> None:
    owner, _ = access_tokens().issue(
        Caller(viewer.account_id, ids.uuid7(), viewer.profile_id, 18, frozenset({"owner"}))
    )
    for token in (None, owner, service_tokens().issue("encoding", to="catalog")):
        with pytest.raises(problems.NotSignedIn):
            ask_key(token, ids.uuid7())
    with pytest.raises(problems.Forbidden):
        ask_key(service_tokens().issue("insights", to="playback"), ids.uuid7())
    assert not SealedKey.objects.exists()


# --- asked by a player


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


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_many_who_ask_at_once_get_the_same_key() -> None:
    title_id = ids.uuid7()
    gate = threading.Barrier(8)
    found: list[tuple[UUID, str]] = []

    def ask() -> None:
        gate.wait(10)
        key = actions.key_of_title(title_id)
        found.append((key.key_id, key.key))
        connections["playback"].close()

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(20)
    assert len(found) == 8
    assert len(set(found)) == 1
