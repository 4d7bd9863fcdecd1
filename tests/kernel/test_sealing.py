"""Sealed texts: who may open them, where, and until when."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from matinee.identity.models import Account
from matinee.kernel import clock, ids, sealing
from matinee.kernel.keys import data_keys, resealing
from matinee.kernel.keys.in_file import FILE, FileWrapper
from matinee.kernel.keys.models import DataKey
from matinee.kernel.problems import Gone, Unavailable
from matinee.kernel.sealed_fields import indexes_of
from matinee.kernel.sealing import Place, UnreadableError

pytestmark = pytest.mark.django_db(databases="__all__")

NAMES = sealing.Column("identity_profile", "name")


def place() -> Place:
    return NAMES.of(ids.uuid7())


@examples(max_examples=30, deadline=None)
@given(text=st.text(max_size=200))
def test_what_was_sealed_is_read_again_and_does_not_show(text: str) -> None:
    owner, at = ids.uuid7(), place()
    sealed = sealing.seal(owner, at, text)
    assert sealing.unseal(owner, at, sealed) == text
    assert len(text) < 4 or text.encode() not in sealed
    assert sealed != sealing.seal(owner, at, text)


@pytest.mark.asvs("V11.3.2")
def test_table_column_row_and_owner_are_bound_to_a_sealed_text() -> None:
    owner, at = ids.uuid7(), place()
    sealed = sealing.seal(owner, at, "Ada")
    elsewhere = [
        at._replace(table="billing_customer"),
        at._replace(column="email"),
        at._replace(row=ids.uuid7()),
    ]
    for wrong in elsewhere:
        with pytest.raises(UnreadableError):
            sealing.unseal(owner, wrong, sealed)
    other = ids.uuid7()
    sealing.seal(other, at, "Bob")
    with pytest.raises(UnreadableError):
        sealing.unseal(other, at, sealed)


@examples(max_examples=30, deadline=None)
@given(at_byte=st.integers(min_value=0, max_value=33), bit=st.integers(min_value=0, max_value=7))
def test_a_single_changed_bit_is_noticed(at_byte: int, bit: int) -> None:
    owner, at = ids.uuid7(), place()
    sealed = bytearray(sealing.seal(owner, at, "Ada"))
    sealed[at_byte] ^= 1 << bit
    with pytest.raises(UnreadableError):
        sealing.unseal(owner, at, bytes(sealed))


@pytest.mark.asvs("SVC-6")
def test_a_destroyed_key_reads_nothing_and_never_comes_back() -> None:
    owner, at = ids.uuid7(), place()
    sealed = sealing.seal(owner, at, "Ada")
    sealing.destroy(owner)
    with pytest.raises(UnreadableError):
        sealing.unseal(owner, at, sealed)
    with pytest.raises(Gone):
        sealing.seal(owner, at, "Ada again")
    kept = DataKey._default_manager.get(owner=owner)
    assert kept.wrapped is None


def test_another_process_forgets_a_destroyed_key_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, at = ids.uuid7(), place()
    sealed = sealing.seal(owner, at, "Ada")
    data_keys.destroy(owner)  # as another process does
    assert sealing.unseal(owner, at, sealed) == "Ada"
    later_s = clock.monotonic_s() + sealing.REMEMBERED_S + 1
    monkeypatch.setattr(clock, "monotonic_s", lambda: later_s)
    with pytest.raises(UnreadableError):
        sealing.unseal(owner, at, sealed)


@pytest.fixture
def account() -> Account:
    row = Account(email="ada@example.org", password="!")
    row.save(force_insert=True)
    return row


def raw(model: Any, column: str, pk: UUID) -> bytes:
    value: Any = model.objects.filter(pk=pk).values_list(column, flat=True).get()
    return bytes(value.envelope)


@pytest.mark.asvs("V11.3.2")
def test_a_column_is_text_to_code_and_sealed_in_the_database(account: Account) -> None:
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    assert b"ada" not in raw(Account, "email", account.pk)
    found = indexes_of(Account, "email_index", "ada@example.org")
    assert Account.objects.get(email_index__in=found).pk == account.pk
    account.email = "countess@example.org"
    account.save(update_fields=["email", "email_index"])
    assert not Account.objects.filter(email_index__in=found).exists()
    assert Account.objects.get(pk=account.pk).email == "countess@example.org"


def test_a_column_nobody_looked_at_is_saved_as_it_was(account: Account) -> None:
    before = raw(Account, "email", account.pk)
    Account.objects.get(pk=account.pk).save()
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    assert raw(Account, "email", account.pk) != b""
    assert before[:3] == raw(Account, "email", account.pk)[:3]


def test_a_text_cannot_get_past_the_seal(account: Account) -> None:
    with pytest.raises(TypeError, match="sealed"):
        Account.objects.filter(pk=account.pk).update(email="clear@example.org")
    with pytest.raises(TypeError, match="sealed"):
        Account.objects.filter(email="ada@example.org").exists()


@pytest.mark.asvs("V11.4.2")
def test_keys_rotate_while_old_texts_stay_readable_and_are_sealed_anew(account: Account) -> None:
    before = raw(Account, "email", account.pk)
    old = DataKey._default_manager.get(owner=account.pk)
    data_keys.wrapper().rotate()
    sealing.forget(account.pk)
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"  # not wrapped anew yet
    assert resealing.rewrap_all() >= 1
    new = DataKey._default_manager.get(owner=account.pk)
    assert new.wrapped_with == data_keys.wrapper().newest() != old.wrapped_with
    sealing.forget(account.pk)
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    assert raw(Account, "email", account.pk) == before
    resealing.renew(account.pk)
    after = raw(Account, "email", account.pk)
    assert (sealing.version_of(before), sealing.version_of(after)) == (1, 2)
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    at = Place("identity_account", "email", account.pk)
    assert sealing.unseal(account.pk, at, before) == "ada@example.org"


def test_a_lost_key_file_is_not_made_anew(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_keys, "wrapper", lambda: FileWrapper(tmp_path))
    sealing.forget(account.pk)
    with pytest.raises(Unavailable):
        _ = Account.objects.get(pk=account.pk).email
    with pytest.raises(Unavailable):
        sealing.seal(ids.uuid7(), place(), "Bob")
    assert not (tmp_path / FILE).exists()
