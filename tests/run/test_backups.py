"""Copies of the records without the keys, and how they come back."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from matinee.identity.models import Account
from matinee.insights import columns
from matinee.insights import settings as insights_settings
from matinee.insights.models import Part
from matinee.kernel import clock, sealing, settings
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


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the files of figures are, in a folder of the test's own."""
    folder = tmp_path / "figures"
    monkeypatch.setenv("MATINEE_INSIGHTS_FACTS_URL", folder.as_uri())
    for known in (insights_settings.get, columns.storage):
        known.cache_clear()
    yield folder
    monkeypatch.undo()
    for known in (insights_settings.get, columns.storage):
        known.cache_clear()


def part(folder: Path, number: int, replaced_at: datetime | None = None) -> Part:
    """A file of figures that is named; what it holds is of no matter here."""
    key = f"search/2026-01-02/{UUID(int=number)}.parquet"
    (folder / key).parent.mkdir(parents=True, exist_ok=True)
    (folder / key).write_bytes(b"facts %d" % number)
    day = date(2026, 1, 2)
    return Part.objects.create(
        kind="search", day=day, key=key, rows=1, size_bytes=7, replaced_at=replaced_at
    )


def test_figures_come_back_with_the_records(figures: Path, tmp_path: Path) -> None:
    kept, gone = part(figures, 1), part(figures, 2, replaced_at=clock.now())
    first = backups.back_up(settings.get(), tmp_path)
    assert (first / "insights" / kept.key).read_bytes() == b"facts 1"
    assert not (first / "insights" / gone.key).exists(), "nobody reads it any more"
    late = part(figures, 3)
    first = first.rename(tmp_path / "records-20260102T030405Z")
    second = backups.back_up(settings.get(), tmp_path)
    assert (second / "insights" / kept.key).samefile(first / "insights" / kept.key)
    assert (second / "insights" / late.key).read_bytes() == b"facts 3"
    shutil.rmtree(figures)
    shutil.rmtree(first)
    Part.objects.all().delete()
    release()
    backups.put_back(settings.get(), second)
    assert (figures / kept.key).read_bytes() == b"facts 1"
    assert columns.path_of(late.key).read_bytes() == b"facts 3"
    assert set(Part.objects.values_list("key", flat=True)) == {kept.key, gone.key, late.key}


def test_figures_that_are_nowhere_are_told_of(
    figures: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (figures / part(figures, 1).key).unlink()
    records = backups.back_up(settings.get(), tmp_path)
    assert "1 files of figures are not in their store" in caplog.text
    release()
    backups.put_back(settings.get(), records)
    assert "1 files of figures are not in this copy" in caplog.text


def test_a_folder_that_is_no_copy_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(backups.BackupError, match=r"lacks billing\.dump"):
        backups.put_back(settings.get(), tmp_path)


def release() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
