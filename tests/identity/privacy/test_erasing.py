"""Everything about a person goes with them, from every service."""

import importlib
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import CASCADE, ForeignKey

from matinee.billing.models import Customer, Invoice
from matinee.contracts import privacy as messages
from matinee.identity import actions
from matinee.identity.models import Account, AuditEntry, Erasure
from matinee.kernel import audit, clock, ids, mailing, people, sealing, settings
from matinee.kernel.events import hearing
from matinee.kernel.keys.models import DataKey
from matinee.kernel.people import Person, PersonalRecords, Sheet
from matinee.kernel.problems import Gone
from matinee.run import services
from tests.identity.conftest import Visitor
from tests.identity.privacy.records import (
    EMAIL,
    NAME,
    Committed,
    dump,
    erase,
    exported,
    look,
    profiles_of,
    tables,
)
from tests.identity.told import tell_all

pytestmark = pytest.mark.django_db(databases="__all__")


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
    monkeypatch.setattr(hearing, "_hearings", {})
    monkeypatch.setattr(people, "_gatherers", {})
    left = PersonalRecords(service="encoding", sheets=[Sheet(name="a", about="", rows=[{"b": 1}])])
    people.keeps("encoding", lambda _person: left, lambda _person: people.Erased(1))
    event = people.AccountErased(erasure_id=ids.uuid7(), person=Person(account_id=ada))
    with pytest.raises(people.StillThereError):
        hearing.hear("encoding", event.type, event.model_dump(mode="json"))


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
            assert isinstance(account, ForeignKey), table
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
