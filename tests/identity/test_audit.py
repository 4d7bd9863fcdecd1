"""The audit log: what is noted comes into a chain that nobody can change unnoticed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from matinee.contracts.audit import AuditPage
from matinee.identity import actions, queries
from matinee.identity.actions.auditing import WRITER
from matinee.identity.models import AuditCheckpoint, AuditEntry
from matinee.identity.queries.audit import CHECKPOINTS_FILE, Wish
from matinee.kernel import audit, clock, ids, sealing, settings
from matinee.kernel.databases import transaction_of
from matinee.run.operator import operator_token
from tests.identity.conftest import Visitor
from tests.identity.told import tell_all

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def file_of_checkpoints() -> Iterator[Path]:
    """Rows are rolled back after each test; so must the file be."""
    path = settings.get().home / "audit" / CHECKPOINTS_FILE
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def note(action: str = "test.done", service: str = "identity", **more: Any) -> None:
    with transaction_of(service):
        audit.note(service, action, by=more.pop("by", audit.COMMAND_LINE), **more)


def tamper(sql: str) -> None:
    """As somebody who owns the database and has taken the trigger away."""
    with connections["identity"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def whole() -> bool:
    return not queries.verdict().troubles


def written(count: int) -> None:
    for number in range(count):
        note(facts={"number": number})
    tell_all()
    assert whole()


def test_notes_of_every_service_become_entries_without_gaps() -> None:
    who = audit.Doer(ids.uuid7(), ids.uuid7(), place=audit.place("203.0.113.77"))
    note("sign_in.failed", by=who, facts={"why": "wrong_password", "tries": 3, "known": False})
    note("refund.made", service="billing", about=ids.uuid7())
    tell_all()
    entries = list(AuditEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2]
    first = next(entry for entry in entries if entry.action == "sign_in.failed")
    assert (first.account_id, first.place) == (who.account_id, "203.0.113.0/24")
    assert first.facts == {"why": "wrong_password", "tries": 3, "known": False}
    assert {entry.service for entry in entries} == {"identity", "billing"}
    assert whole()


def test_a_note_of_what_was_undone_is_none() -> None:
    def undone() -> None:
        with transaction_of("identity"):
            audit.note("identity", "test.undone", by=audit.COMMAND_LINE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    tell_all()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "fact", ["ada@example.org", "Ada Lovelace", "a\nb", "x" * 81, "Fähre", None, ["a"]]
)
def test_what_may_be_personal_is_no_fact(fact: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        note(facts={"fact": fact})


def test_a_reason_is_read_until_its_account_is_erased() -> None:
    about = ids.uuid7()
    staff = audit.Doer(ids.uuid7(), reason="Ada Lovelace called about her card")
    note("account.looked_at", by=staff, about=about)
    tell_all()
    entry = AuditEntry.objects.get()
    assert b"Lovelace" not in bytes(entry.sealed_reason)
    (shown,) = queries.audit_page(Wish()).entries
    assert shown.reason == "Ada Lovelace called about her card"
    sealing.destroy(about)
    (shown,) = queries.audit_page(Wish()).entries
    assert shown.reason is None
    assert whole()


@pytest.mark.asvs("V16.4.2")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity_auditentry SET action = 'test.other' WHERE number = 2",
        "UPDATE identity_auditentry SET facts = '{}' WHERE number = 3",
        "UPDATE identity_auditentry SET noted_at = noted_at + interval '1 ms' WHERE number = 1",
        "UPDATE identity_auditentry SET about = gen_random_uuid() WHERE number = 4",
        "UPDATE identity_auditentry SET sealed_reason = 'x' WHERE number = 2",
        "DELETE FROM identity_auditentry WHERE number = 1",
        "DELETE FROM identity_auditentry WHERE number = 3",
        "DELETE FROM identity_auditentry WHERE number >= 3",
        "DELETE FROM identity_auditentry",
        "UPDATE identity_auditentry SET number = 15 - number WHERE number IN (2, 3)",
        "UPDATE identity_auditcheckpoint SET digest = '\\x00'",
        "UPDATE identity_auditcheckpoint SET number = 2",
    ],
)
def test_every_edit_gap_and_swap_is_found(change: str) -> None:
    written(4)
    assert actions.checkpoint_sign()
    tamper(change)
    assert not whole()


@pytest.mark.asvs("V16.4.2")
def test_an_end_that_is_cut_off_with_its_checkpoint_is_found_by_the_file() -> None:
    written(4)
    actions.checkpoint_sign()
    tamper("DELETE FROM identity_auditentry WHERE number > 2")
    tamper("DELETE FROM identity_auditcheckpoint")
    (trouble,) = queries.verdict().troubles
    assert trouble.words == "entry 4 was signed and is missing"


@pytest.mark.parametrize("line", ["{}", "no json", '{"number": 1}'])
def test_a_file_of_checkpoints_that_was_damaged_is_found(
    file_of_checkpoints: Path, line: str
) -> None:
    written(2)
    actions.checkpoint_sign()
    file_of_checkpoints.write_text(file_of_checkpoints.read_text() + line + "\n")
    assert not whole()


def test_a_forged_checkpoint_is_found(file_of_checkpoints: Path) -> None:
    written(2)
    actions.checkpoint_sign()
    kept = json.loads(file_of_checkpoints.read_text())
    file_of_checkpoints.write_text(json.dumps({**kept, "number": 1}) + "\n")
    assert not whole()


def test_a_checkpoint_is_made_only_where_there_is_news() -> None:
    assert not actions.checkpoint_sign()
    written(1)
    assert actions.checkpoint_sign()
    assert not actions.checkpoint_sign()
    assert AuditCheckpoint.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity_auditentry SET action = 'test.other'",
        "DELETE FROM identity_auditentry",
        "UPDATE identity_auditcheckpoint SET number = 9",
        "DELETE FROM identity_auditcheckpoint",
    ],
)
@pytest.mark.parametrize("role", ["", WRITER])
def test_the_database_refuses_to_change_the_log(change: str, role: str) -> None:
    written(1)
    actions.checkpoint_sign()
    with pytest.raises(DatabaseError):
        as_role(role or "NONE", change)
    assert whole()


def as_role(role: str, sql: str) -> None:
    with transaction.atomic(using="identity"), connections["identity"].cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(sql)


def test_the_role_that_writes_the_log_can_do_nothing_else() -> None:
    for sql in ("TRUNCATE identity_auditentry", "SELECT * FROM identity_account", "DROP TABLE x"):
        with pytest.raises(DatabaseError):
            as_role(WRITER, sql)


def test_a_page_shows_the_newest_and_leads_on() -> None:
    account = ids.uuid7()
    for _ in range(51):
        note("test.many")
    note("test.one", about=account)
    with clock.shifted(timedelta(seconds=1)):
        note("test.two", by=audit.Doer(account))
    tell_all()
    page = queries.audit_page(Wish())
    assert [entry.number for entry in page.entries] == list(range(53, 3, -1))
    assert page.chain.is_whole
    rest = queries.audit_page(Wish(before=page.before))
    assert [entry.number for entry in rest.entries] == [3, 2, 1]
    assert rest.before is None
    of_account = queries.audit_page(Wish(account_id=account)).entries
    assert {entry.action for entry in of_account} == {"test.one", "test.two"}
    assert len(queries.audit_page(Wish(action="test.one")).entries) == 1


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_a_place_is_a_network_and_nobodys_address(address: str, place: str) -> None:
    assert audit.place(address) == place


@pytest.mark.asvs("V16.3.1")
def test_a_refused_request_is_noted_with_who_when_and_where(visitor: Visitor) -> None:
    session = visitor.sign_up(f"{ids.uuid7().hex}@example.org")
    visitor.address = "203.0.113.77"
    before = clock.now()
    assert visitor.send("GET", "studio/audit").status_code == 403
    tell_all()
    entry = AuditEntry.objects.get(action="access.denied")
    assert entry.account_id == session.account.id
    assert entry.session_id is not None
    assert entry.place == "203.0.113.0/24"
    assert before <= entry.noted_at <= clock.now()
    assert entry.facts == {"code": "not_staff", "asked": "GET:/api/identity/studio/audit"}


def test_refusals_of_one_session_do_not_fill_the_log(visitor: Visitor) -> None:
    visitor.sign_up(f"{ids.uuid7().hex}@example.org")
    for _ in range(25):
        assert visitor.send("GET", "studio/audit").status_code == 403
    tell_all()
    assert AuditEntry.objects.filter(action="access.denied").count() == 20


def test_an_owner_reads_the_log_by_the_api(visitor: Visitor) -> None:
    note("test.shown", facts={"count": 2})
    tell_all()
    visitor.token = operator_token()
    answer = visitor.send("GET", "studio/audit?action=test.shown")
    assert answer.status_code == 200, answer.content
    page = AuditPage.model_validate_json(answer.content)
    assert [(entry.action, entry.part, entry.facts) for entry in page.entries] == [
        ("test.shown", "command_line", {"count": 2})
    ]
    assert page.chain.is_whole
