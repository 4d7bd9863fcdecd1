"""Content keys: one per title, sealed at rest, and given to nobody who is not playing it."""

import base64
import logging
import threading
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
from matinee.kernel.tokens import Caller, ServiceTokens
from matinee.playback import actions, rules, vault
from matinee.playback.api import app
from matinee.playback.models import SealedKey
from tests.patience import PATIENCE_S
from tests.playback.conftest import Tell, Viewer

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("kek")]


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


@pytest.mark.asvs("V12.3.3")
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


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_many_who_ask_at_once_get_the_same_key() -> None:
    title_id = ids.uuid7()
    gate = threading.Barrier(8)
    found: list[tuple[UUID, str]] = []

    def ask() -> None:
        gate.wait(PATIENCE_S)
        key = actions.key_of_title(title_id)
        found.append((key.key_id, key.key))
        connections["playback"].close()

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(PATIENCE_S)
    assert len(found) == 8
    assert len(set(found)) == 1
