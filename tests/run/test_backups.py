"""Copies of the records without the keys, and how they come back."""

import subprocess
from pathlib import Path

import pytest
from django.db import connections

from matinee.identity.models import Account
from matinee.kernel import sealing, settings
from matinee.kernel.keys.models import DataKey
from matinee.run import backups, services

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

EMAIL = "ada.in.a.backup@example.org"


@pytest.fixture(autouse=True)
def the_tests_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that Django made for the tests, not those of the same home without `test_`."""
    ours = type(settings.get())
    url_of = ours.database
    monkeypatch.setattr(
        ours,
        "database",
        lambda self, name: url_of(self, name).replace(
            f"/matinee_{name}", f"/{connections[name].settings_dict['NAME']}"
        ),
    )


def account() -> Account:
    row = Account(email=EMAIL, password="!")
    row.save(force_insert=True)
    return row


def said(path: Path) -> str:
    command = [backups._beside_postgres("pg_restore"), "--file=-", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.asvs("V11.3.2", "SVC-6")
def test_a_copy_of_the_records_names_nobody_and_has_no_key(tmp_path: Path) -> None:
    owner = account().pk
    records = backups.back_up(settings.get(), tmp_path)
    assert sorted(path.stem for path in records.iterdir()) == sorted(services.ALL)
    for path in records.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        text = said(path)
        assert EMAIL not in text
        assert EMAIL.encode().hex() not in text
    assert str(owner) in said(records / "identity.dump")
    assert str(owner) in said(tmp_path / "keys.dump")


def test_of_the_keys_only_the_newest_copy_is_kept(tmp_path: Path) -> None:
    account()
    backups.back_up(settings.get(), tmp_path)
    first = said(tmp_path / "keys.dump")
    sealing.destroy(Account.objects.get().pk)
    (next(tmp_path.glob("records-*"))).rename(tmp_path / "records-before")
    backups.back_up(settings.get(), tmp_path)
    assert said(tmp_path / "keys.dump") != first
    assert len(list(tmp_path.glob("*keys*"))) == 1


@pytest.mark.asvs("SVC-6")
def test_who_was_erased_comes_back_unreadable_and_everybody_else_whole(tmp_path: Path) -> None:
    erased = account().pk
    other = Account(email="charles@example.org", password="!")
    other.save(force_insert=True)
    records = backups.back_up(settings.get(), tmp_path)
    Account.objects.all().delete()
    sealing.destroy(erased)
    release()
    backups.put_back(settings.get(), records)
    assert Account.objects.get(pk=other.pk).email == "charles@example.org"
    with pytest.raises(sealing.UnreadableError):
        _ = Account.objects.get(pk=erased).email
    assert DataKey._default_manager.get(owner=erased).wrapped is None


def test_a_folder_that_is_no_copy_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(backups.BackupError, match=r"lacks billing\.dump"):
        backups.put_back(settings.get(), tmp_path)


def release() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
