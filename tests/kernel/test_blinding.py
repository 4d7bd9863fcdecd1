"""Blind indexes whose keys turn: what is sealed is found before, meanwhile and afterwards."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError

from matinee.identity import queries
from matinee.identity.models import Account, ProviderLink
from matinee.kernel import blinding, clock, sealing
from matinee.kernel.databases import transaction_of
from matinee.kernel.key_rings import SIGNS_AFTER, KeyRing
from matinee.kernel.keys import resealing
from matinee.kernel.sealed_fields import indexes_of

pytestmark = pytest.mark.django_db(databases=["identity", "keys"])

ADA, BO = "ada@example.org", "bo@example.org"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys of this test's own: others go on with theirs."""
    monkeypatch.setattr(blinding, "_folder", lambda: tmp_path)
    return tmp_path


def account(email: str) -> Account:
    row = Account(email=email, password="!")
    with transaction_of("identity"):
        row.save(force_insert=True)
    return row


def index_in(row: Account) -> bytes:
    return bytes(Account.objects.values_list("email_index", flat=True).get(pk=row.pk))


def found(email: str) -> Account | None:
    return queries.account_named(email)


def test_the_first_key_is_the_one_that_was_there(folder: Path) -> None:
    (folder / "blind_index_key").write_text("the only key of a release before\n")
    assert blinding.ring().signing().secret == "the only key of a release before"
    assert len(blinding.blind("column", "text")) == 1
    assert blinding.blind("column", "text") != blinding.blind("other", "text")


@pytest.mark.asvs("V11.4.2")
def test_a_new_key_is_looked_for_at_once_and_written_when_everybody_knows_it() -> None:
    before = account(ADA)
    old = index_in(before)
    blinding.ring().rotate()
    soon = account(BO)
    assert [found(ADA), found(BO)] == [before, soon]
    assert index_in(soon) == indexes_of(Account, "email_index", BO)[0]
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        newest, other = indexes_of(Account, "email_index", ADA)
        assert (other, len({newest, other})) == (old, 2)
        assert [found(ADA), found(BO)] == [before, soon]


@pytest.mark.asvs("V11.4.2")
def test_everything_is_indexed_anew_and_the_old_key_goes(folder: Path) -> None:
    ada, bo = account(ADA), account(BO)
    old = index_in(ada)
    blinding.ring().rotate()
    assert resealing.reindex_all() == (0, 0)  # it does not count yet
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        assert resealing.reindex_all() == (2, 0)
        assert resealing.reindex_all() == (0, 0)
        blinding.retire()
        assert [found(ADA), found(BO)] == [ada, bo]
        assert indexes_of(Account, "email_index", ADA) == [index_in(ada)]
        assert index_in(ada) != old
    assert not (folder / "blind_index_key").exists()
    assert len(KeyRing(folder / blinding.FILE).keys()) == 1


def test_two_keys_do_not_make_one_address_two_accounts() -> None:
    account(ADA)
    blinding.ring().rotate()
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        with pytest.raises(IntegrityError):
            account(ADA)
        bo = account(BO)
        bo.email = ADA
        with pytest.raises(IntegrityError), transaction_of("identity"):
            bo.save(update_fields=["email", "email_index"])
    assert Account.objects.count() == 2


def test_keys_that_are_needed_stay_however_old_they_are() -> None:
    ada = account(ADA)
    for _ in range(3):
        blinding.ring().rotate()
    with clock.shifted(timedelta(days=400)):
        blinding.ring().rotate()
        assert found(ADA) == ada


def test_of_what_is_not_known_the_index_stays() -> None:
    ada = account(ADA)
    link = ProviderLink(account=ada, provider="acme", subject_digest=b"as a release before made it")
    link.save(force_insert=True)
    blinding.ring().rotate()
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        assert resealing.reindex_all() == (1, 1)
        link.refresh_from_db()
        assert bytes(link.subject_digest) == b"as a release before made it"
        link.subject = "https://id.example\0004711"
        link.save(update_fields=["subject", "subject_digest"])
        assert resealing.reindex_all() == (0, 0)
    digests = indexes_of(ProviderLink, "subject_digest", "https://id.example\0004711")
    assert ProviderLink.objects.get(subject_digest__in=digests) == link


def test_an_erased_account_holds_nothing_up() -> None:
    ada, bo = account(ADA), account(BO)
    sealing.destroy(ada.pk)
    blinding.ring().rotate()
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        assert resealing.reindex_all() == (1, 0)
        assert found(BO) == bo
