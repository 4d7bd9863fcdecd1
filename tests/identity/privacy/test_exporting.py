"""Everything about a person is handed to them, from every service."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.identity import actions
from matinee.identity.models import Export
from matinee.identity.rules.archive import archive
from matinee.kernel import audit, clock, ids, people, settings
from matinee.kernel.people import Person, PersonalRecords, Sheet
from matinee.kernel.tokens import ServiceTokens
from matinee.run import services
from tests.identity.conftest import Visitor
from tests.identity.privacy.records import (
    EMAIL,
    NAME,
    Committed,
    exported,
    reached,
)
from tests.identity.told import tell_all

pytestmark = pytest.mark.django_db(databases="__all__")


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


def test_a_spreadsheet_takes_nothing_in_a_copy_for_a_formula() -> None:
    rows = [{"name": '=HYPERLINK("http://x")', "count": -3, "other": "-2+3"}]
    parts = [PersonalRecords(service="a", sheets=[Sheet(name="b", about="c", rows=rows)])]
    zipped = zipfile.ZipFile(io.BytesIO(archive(parts, "now")))
    (row,) = csv.DictReader(io.StringIO(zipped.read("a/b.csv").decode("utf-8-sig")))
    assert row == {"name": '\'=HYPERLINK("http://x")', "count": "-3", "other": "'-2+3"}
    assert json.loads(zipped.read("a/b.json")) == rows
