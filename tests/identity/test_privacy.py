"""Everything about a person is handed to them, and goes with them, from every service."""

import csv
import importlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.db.models import CASCADE

from matinee.billing.models import Customer, Invoice
from matinee.contracts import privacy as messages
from matinee.contracts.events import PlaybackProgressed
from matinee.identity import actions, asking
from matinee.identity.models import Account, AuditEntry, Erasure, Export
from matinee.identity.rules.archive import archive
from matinee.kernel import audit, clock, ids, mailing, people, sealing, settings
from matinee.kernel.clients import Client
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce, hearing
from matinee.kernel.keys.models import DataKey
from matinee.kernel.people import Person, PersonalRecords, Sheet
from matinee.kernel.problems import Gone
from matinee.kernel.tokens import ServiceTokens
from matinee.run import questions, services
from tests.identity.conftest import Visitor
from tests.identity.told import tell_all

pytestmark = pytest.mark.django_db(databases="__all__")

EMAIL, NAME = "countess.lovelace@example.org", "Augusta-Ada"
Committed = Callable[..., Any]


def reached() -> Client:
    """A request within this process would close connections that a test has transactions on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return questions.services_client()


@pytest.fixture(autouse=True)
def services_are_reached() -> Iterator[None]:
    services.load_edges_of_work("events", "tasks")
    asking.reach_services(reached)
    yield
    asking._Way.open = None
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ada(visitor: Visitor) -> UUID:
    account_id = visitor.sign_up(EMAIL, NAME).account.id
    profile_id = visitor.refresh().profile_id
    assert profile_id is not None
    tell_all()
    watched(account_id, profile_id, 3)
    with transaction_of("billing"):
        customer = Customer.objects.get(account_id=account_id)
        customer.name, customer.address = "Ada King", "12 St James's Square\nLondon"
        customer.email = EMAIL
        customer.save()
        Invoice.objects.create(
            customer=customer,
            number="M-1",
            status="paid",
            currency="EUR",
            subtotal_minor=900,
            total_minor=900,
            due_minor=0,
        )
    return account_id


def watched(account_id: UUID, profile_id: UUID, count: int) -> None:
    for _ in range(count):
        with transaction_of("playback"):
            announce(
                "playback",
                PlaybackProgressed(
                    session_id=ids.uuid7(),
                    account_id=account_id,
                    profile_id=profile_id,
                    title_id=ids.uuid7(),
                    position_s=60.0,
                    duration_s=600.0,
                    watched_s=60.0,
                    finished=False,
                    maturity_age=6,
                ),
            )
    tell_all()


def exported(visitor: Visitor, committed: Committed) -> zipfile.ZipFile:
    with committed(using="identity", execute=False):
        asked = visitor.send("POST", "privacy/exports", {})
    assert asked.status_code == 202, asked.content
    export = messages.Export.model_validate_json(asked.content)
    assert export.state == "waiting"
    assert actions.export_make(export.id)
    answer = visitor.send("GET", f"privacy/exports/{export.id}/archive")
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.asvs("SVC-6")
def test_a_copy_has_everything_and_nothing_of_anybody_else(
    ada: UUID, visitor: Visitor, visitors: Any, django_capture_on_commit_callbacks: Committed
) -> None:
    visitors().sign_up("charles@example.org", "Babbage")
    tell_all()
    zipped = exported(visitor, django_capture_on_commit_callbacks)
    text = b"".join(zipped.read(name) for name in zipped.namelist()).decode()
    for own in (EMAIL, NAME, "Ada King", "St James", "M-1", str(ada)):
        assert own in text
    for foreign in ("charles@example.org", "Babbage"):
        assert foreign not in text
    history = json.loads(zipped.read("viewing/history.json"))
    assert len(history) == 3
    rows = list(csv.DictReader(io.StringIO(zipped.read("viewing/history.csv").decode("utf-8-sig"))))
    assert [row["title_id"] for row in rows] == [row["title_id"] for row in history]
    assert "viewing/" in zipped.read("README.txt").decode()


@pytest.mark.asvs("V11.3.2", "SVC-6")
def test_a_copy_lies_sealed_and_only_its_owner_gets_it(
    ada: UUID, visitor: Visitor, visitors: Any, django_capture_on_commit_callbacks: Committed
) -> None:
    exported(visitor, django_capture_on_commit_callbacks)
    row = Export.objects.get(account_id=ada)
    assert row.archive is not None
    assert b"README" not in bytes(row.archive)
    other = visitors()
    other.sign_up("charles@example.org")
    assert other.send("GET", f"privacy/exports/{row.id}/archive").status_code == 404
    assert json.loads(other.send("GET", "privacy/exports").content) == []
    with clock.shifted(timedelta(days=8)):
        actions.exports_prune()
    assert not Export.objects.exists()


def test_only_one_copy_is_made_at_a_time(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    assert ada
    with django_capture_on_commit_callbacks(using="identity"):
        assert visitor.send("POST", "privacy/exports", {}).status_code == 202
        again = visitor.send("POST", "privacy/exports", {})
    assert again.status_code == 409
    assert json.loads(again.content)["code"] == "export_waiting"


def test_a_copy_that_fails_says_so_and_another_can_be_asked_for(
    ada: UUID,
    visitor: Visitor,
    django_capture_on_commit_callbacks: Committed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_by = audit.Doer(ada)
    with django_capture_on_commit_callbacks(using="identity"):
        first = actions.export_ask(ada, asked_by)
    with monkeypatch.context() as away:
        away.delitem(people._gatherers, "viewing")
        assert not actions.export_make(first.id)
    assert Export.objects.get(pk=first.id).state == "failed"
    exported(visitor, django_capture_on_commit_callbacks)


def erase(visitor: Visitor, committed: Committed, email: str = EMAIL) -> Any:
    with committed(using="identity", execute=True):
        return visitor.send("POST", "privacy/erasure", {"confirm_email": email})


def look(visitor: Visitor, begun: messages.Erasure) -> messages.Erasure:
    wish = {"id": str(begun.id), "secret": begun.secret}
    answer = visitor.send("POST", "privacy/erasures/look", wish)
    assert answer.status_code == 200, answer.content
    return messages.Erasure.model_validate_json(answer.content)


@pytest.mark.asvs("SVC-6")
def test_an_erased_account_is_gone_from_every_service_with_a_receipt_of_each(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    mailing.send(EMAIL, "Welcome", "Hello Ada")
    person = Person(account_id=ada, profile_ids=profiles_of(ada))
    begun = messages.Erasure.model_validate_json(
        erase(visitor, django_capture_on_commit_callbacks).content
    )
    assert look(visitor, begun).waiting_for
    tell_all()
    done = look(visitor, begun)
    assert done.is_done
    assert done.secret is None
    assert [each.service for each in sorted(done.receipts, key=lambda one: one.service)] == sorted(
        services.ALL
    )
    receipts = {each.service: each for each in done.receipts}
    assert receipts["viewing"].erased == 3
    assert receipts["billing"].kept.startswith("1 invoices")
    for service in services.ALL:
        kept = people.gathered(service, person)
        sheets = {sheet.name for sheet in kept.sheets if sheet.rows}
        assert sheets <= {"audit_log"}, (service, sheets)
    assert not any(EMAIL in path.read_text() for path in (settings.get().home / "mail").iterdir())
    assert visitor.sign_in(EMAIL).status_code == 401
    assert Invoice.objects.get(number="M-1").customer.name == ""


@pytest.mark.asvs("SVC-6")
def test_nothing_of_an_erased_person_is_in_any_table(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    exported(visitor, django_capture_on_commit_callbacks)
    before = dump()
    for personal in (EMAIL, NAME, "Ada King", "St James"):
        assert personal not in before
    erase(visitor, django_capture_on_commit_callbacks)
    tell_all()
    after = dump()
    wanted = {"identity_auditentry", "identity_erasure", "identity_inbox"}
    assert {table for table, text in tables() if str(ada) in text} <= wanted | {"keys_datakey"}
    assert EMAIL not in after
    assert DataKey._default_manager.get(owner=ada).wrapped is None
    # What a backup brings back stays closed.
    with pytest.raises(Gone):
        sealing.seal(ada, sealing.Place("a", "b", ids.uuid7()), "Ada")


def profiles_of(account_id: UUID) -> list[UUID]:
    profiles = apps.get_model("identity", "Profile")._default_manager
    return list(profiles.filter(account_id=account_id).values_list("pk", flat=True))


def tables() -> Iterator[tuple[str, str]]:
    """Every row of every table of every service as text."""
    for model in apps.get_models():
        table = model._meta.db_table
        with connections[model._meta.app_label].cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - our own tables' names
            yield table, "\n".join(row for (row,) in cursor.fetchall())


def dump() -> str:
    """Bytes are shown in hexadecimal, so they are looked at as what they say."""
    text = "\n".join(rows for _, rows in tables())
    return text + bytes.fromhex("".join(hexadecimals(text))).decode("latin-1")


def hexadecimals(text: str) -> Iterator[str]:
    for part in text.split("\\x")[1:]:
        digits = part[: len(part) - len(part.lstrip("0123456789abcdef"))]
        yield digits[: len(digits) // 2 * 2]


def test_an_erasure_must_be_meant(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    wrong = erase(visitor, django_capture_on_commit_callbacks, "charles@example.org")
    assert wrong.status_code == 422
    assert Account.objects.filter(pk=ada).exists()
    right = erase(visitor, django_capture_on_commit_callbacks, " Countess.Lovelace@Example.org")
    assert right.status_code == 202


@pytest.mark.asvs("V7.5.1")
def test_an_erasure_wants_a_fresh_proof_of_who_asks(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    with clock.shifted(timedelta(minutes=6)):
        visitor.refresh()
        refused = erase(visitor, django_capture_on_commit_callbacks)
    assert refused.status_code == 403
    assert json.loads(refused.content)["code"] == "step_up_needed"
    assert Account.objects.filter(pk=ada).exists()


def test_how_an_erasure_goes_is_told_to_who_has_its_secret_alone(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    assert ada
    begun = json.loads(erase(visitor, django_capture_on_commit_callbacks).content)
    wish = {"id": begun["id"], "secret": ids.secret()}
    assert visitor.send("POST", "privacy/erasures/look", wish).status_code == 404


def test_what_a_crash_left_is_finished(ada: UUID) -> None:
    actions.account_erase(ada, EMAIL, audit.Doer(ada))  # dies before what follows the commit
    assert DataKey._default_manager.get(owner=ada).wrapped is not None
    assert actions.erasures_finish() == 1
    assert DataKey._default_manager.get(owner=ada).wrapped is None
    assert Erasure.objects.get().key_destroyed_at is not None
    assert actions.erasures_finish() == 0


def test_an_account_that_a_backup_brought_back_is_erased_again(ada: UUID) -> None:
    sealing.destroy(ada)
    assert actions.erasures_finish() == 1
    assert not Account.objects.filter(pk=ada).exists()
    tell_all()
    assert not Customer.objects.filter(account_id=ada).exists()


def test_a_service_that_finds_something_after_erasing_gives_no_receipt(
    ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_handlers", {})
    monkeypatch.setattr(people, "_gatherers", {})
    left = PersonalRecords(service="encoding", sheets=[Sheet(name="a", about="", rows=[{"b": 1}])])
    people.keeps("encoding", lambda _person: left, lambda _person: people.Erased(1))
    event = people.AccountErased(erasure_id=ids.uuid7(), person=Person(account_id=ada))
    with pytest.raises(people.StillThereError):
        hearing.hear("encoding", event.type, event.model_dump(mode="json"))


@pytest.mark.asvs("V12.3.3")
@pytest.mark.parametrize("service", ["identity", "billing", "viewing", "playback", "delivery"])
def test_only_identity_may_ask_what_is_kept_of_a_person(service: str, visitor: Visitor) -> None:
    own = visitor.sign_up("ada@example.org").access_token
    person = Person(account_id=ids.uuid7())
    tokens = ServiceTokens(settings.get().secrets)
    wrong_audience = "billing" if service != "billing" else "viewing"
    with reached() as client:
        for token, status in (
            (None, 401),
            (own, 401),
            (tokens.issue("encoding", to=service), 403),
            (tokens.issue("identity", to=wrong_audience), 401),
            (tokens.issue("identity", to=service), 200),
        ):
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            answer = client.http.post(
                f"/api/{service}/person", json=person.model_dump(mode="json"), headers=headers
            )
            assert answer.status_code == status, (service, status, answer.text)


def test_every_service_says_what_it_keeps() -> None:
    assert people.keepers() == sorted(services.ALL)


# Columns that name a person by id, and why an erasure leaves them alone.
_TRACES = {
    "identity_auditentry": "the log's own account, by an id that leads nowhere",
    "identity_erasure": "that it was erased",
    "viewing_viewer": "keeps late facts away; pruned after 30 days",
    "playback_erasure": "keeps late facts away",
    "insights_forgottenprofile": "keeps late facts away",
    "recommendations_viewer": "keeps late facts away; says only that it is gone",
}


_NAMES_A_PERSON = {"account_id", "profile_id", "by_account", "asked_by", "owner"}


def test_every_column_that_names_a_person_is_known_to_whoever_erases() -> None:
    for model in apps.get_models():
        service, table = model._meta.app_label, model._meta.db_table
        columns = {field.attname for field in model._meta.concrete_fields} & _NAMES_A_PERSON
        if not columns or table in _TRACES or service == "keys":
            continue
        if service == "identity":
            account = model._meta.get_field("account")
            assert account.remote_field is not None, table
            assert account.remote_field.on_delete is CASCADE, table
        else:
            package = importlib.import_module(f"matinee.{service}").__path__[0]
            sources = (Path(package) / "person.py", *Path(package).glob("actions/erasing.py"))
            text = "\n".join(path.read_text() for path in sources if path.exists())
            assert model.__name__ in text, table


def test_no_table_names_a_person_that_an_erasure_would_miss(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    gone = {str(ada), *map(str, profiles_of(ada))}
    erase(visitor, django_capture_on_commit_callbacks)
    tell_all()
    for table, text in tables():
        is_events = table.endswith(("_inbox", "_outbox", "_deadletter")) or table == "keys_datakey"
        if not is_events and table not in _TRACES:
            assert not any(name in text for name in gone), table


def test_the_log_keeps_that_it_was_exported_and_erased(
    ada: UUID, visitor: Visitor, django_capture_on_commit_callbacks: Committed
) -> None:
    exported(visitor, django_capture_on_commit_callbacks)
    erase(visitor, django_capture_on_commit_callbacks)
    tell_all()
    noted = set(AuditEntry.objects.filter(about=ada).values_list("action", flat=True))
    assert {"export.asked", "export.made", "export.fetched", "account.erased"} <= noted


def test_a_spreadsheet_takes_nothing_in_a_copy_for_a_formula() -> None:
    rows = [{"name": '=HYPERLINK("http://x")', "count": -3, "other": "-2+3"}]
    parts = [PersonalRecords(service="a", sheets=[Sheet(name="b", about="c", rows=rows)])]
    zipped = zipfile.ZipFile(io.BytesIO(archive(parts, "now")))
    (row,) = csv.DictReader(io.StringIO(zipped.read("a/b.csv").decode("utf-8-sig")))
    assert row == {"name": '\'=HYPERLINK("http://x")', "count": "-3", "other": "'-2+3"}
    assert json.loads(zipped.read("a/b.json")) == rows
