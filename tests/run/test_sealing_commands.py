"""The commands that look at the audit log and change keys, while everything runs."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connections

from matinee.identity import queries
from matinee.identity.models import Account, AuditEntry, ProviderLink
from matinee.kernel import audit, blinding, clock, sealing
from matinee.kernel.databases import transaction_of
from matinee.kernel.keys import data_keys
from matinee.kernel.keys.in_file import FileWrapper
from matinee.run.commands import sealing as commands
from tests.identity.told import tell_all

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def set_up_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "set_up", lambda: None)


@pytest.fixture
def account() -> Account:
    row = Account(email="ada@example.org", password="!")
    row.save(force_insert=True)
    return row


def run(*arguments: str) -> Result:
    group = commands.audit if arguments[0] == "audit" else commands.seals
    return CliRunner().invoke(group, arguments[1:])


@pytest.mark.asvs("V16.4.2")
def test_verify_tells_a_whole_log_from_a_changed_one() -> None:
    for _ in range(3):
        with transaction_of("identity"):
            audit.note("identity", "test.done", by=audit.COMMAND_LINE)
    tell_all()
    whole = run("audit", "verify")
    assert (whole.exit_code, "3 entries" in whole.output) == (0, True), whole.output
    with connections["identity"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE identity_auditentry SET part = 'me' WHERE number = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    changed = run("audit", "verify")
    assert changed.exit_code == 1
    assert "entry 2 was changed" in changed.output


@pytest.mark.asvs("V11.4.2")
def test_addresses_are_found_by_a_new_key(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blinding, "_folder", lambda: tmp_path)
    account.save()
    before = blinding.ring().signing()
    with ExitStack() as waited:
        monkeypatch.setattr(
            clock, "pause", lambda s: waited.enter_context(clock.shifted(timedelta(seconds=s)))
        )
        again = run("seals", "reindex", "--retire")
        assert "1 rows are found by a new key now" in again.output
        assert blinding.ring().signing() != before
        assert len(blinding.ring().keys()) == 1
        assert queries.account_named("ada@example.org") == account


def test_the_older_keys_stay_while_something_is_found_by_them_alone(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blinding, "_folder", lambda: tmp_path)
    monkeypatch.setattr(clock, "pause", lambda _s: None)
    ProviderLink.objects.create(account=account, provider="acme", subject_digest=b"unknown")
    refused = run("seals", "reindex", "--retire")
    assert (refused.exit_code, "of 1 links" in refused.output) == (1, True), refused.output
    assert len(blinding.ring().keys()) == 2


def test_before_the_first_account_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_keys, "wrapper", lambda: FileWrapper(tmp_path))
    for command in ("list", "rotate"):
        done = run("seals", command)
        assert done.exit_code == 0, done.output
    assert "wraps 0 data keys now" in done.output


@pytest.mark.asvs("V11.4.2")
def test_keys_are_rotated_and_renewed_and_everything_stays_readable(account: Account) -> None:
    before = data_keys.wrapper().newest()
    rotated = run("seals", "rotate", "--retire")
    assert rotated.exit_code == 0, rotated.output
    assert data_keys.wrapper().newest() != before
    sealing.forget(account.pk)
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    renewed = run("seals", "renew")
    assert "1 rows of 1 accounts" in renewed.output
    assert Account.objects.get(pk=account.pk).email == "ada@example.org"
    listed = run("seals", "list")
    assert "2 data keys  (newest)" in listed.output
    tell_all()
    noted = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"keys.rotated", "keys.renewed"} <= noted
