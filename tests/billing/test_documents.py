"""Invoices, credit notes, credit and single titles, as customers reach them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse

from matinee.billing import actions, queries
from matinee.billing.drawing import drawn
from matinee.billing.models import CreditNote, Invoice
from matinee.billing.rules.document import Document, Row
from matinee.kernel import ids
from matinee.kernel.money import Money
from tests.billing.money import pay, plan, subscribed

pytestmark = pytest.mark.django_db(databases=["billing"])

Call = Callable[..., HttpResponse]
DAY = datetime(2027, 1, 31, tzinfo=UTC)


def told(answer: HttpResponse, status: int = 200) -> Any:
    """What an answer says."""
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_invoices_are_listed_and_drawn(call: Call, account_id: UUID) -> None:
    subscribed(account_id, plan("premium", 1299))
    named = {"name": "Łucja Ørsted", "address": "Rue 1\nParis", "territory": "FR"}
    assert call("PUT", "customer", named).status_code == 204
    (invoice,) = told(call("GET", "invoices"))
    assert (invoice["number"], invoice["status"], invoice["total_minor"]) == (
        "INV-00000001",
        "paid",
        1299,
    )
    pdf = call("GET", f"invoices/{invoice['id']}/document")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == 'attachment; filename="INV-00000001.pdf"'
    said = queries.invoice_document(account_id, Invoice.objects.get().id)
    assert [str(row.amount) for row in said.sums] == ["12.99 EUR", "12.99 EUR", "0.00 EUR"]
    actions.subscription_cancel_now(account_id, refund=True)
    note = CreditNote.objects.get()
    assert call("GET", f"credit-notes/{note.id}/document").content.startswith(b"%PDF")
    assert told(call("GET", "credit")) == [{"amount_minor": note.total_minor, "currency": "EUR"}]


def test_nobody_sees_what_is_not_theirs(call: Call) -> None:
    subscribed(ids.uuid7(), plan("premium", 1299))
    invoice = Invoice.objects.get()
    assert told(call("GET", "invoices")) == []
    for path in (f"invoices/{invoice.id}", f"credit-notes/{invoice.id}"):
        assert told(call("GET", f"{path}/document"), 404)["code"] == "unknown_document"
    assert told(call("PUT", "customer", {"time_zone": "Mars/Olympus"}), 422)["code"] == (
        "unknown_time_zone"
    )


def test_a_gift_card_and_a_title(call: Call, account_id: UUID) -> None:
    _, code = actions.gift_card_give(Money(300, "EUR"))
    assert told(call("POST", "credit/gift-card", {"code": code}))[0]["amount_minor"] == 300
    assert told(call("POST", "credit/gift-card", {"code": code}), 404)["code"] == (
        "unknown_gift_card"
    )
    title_id = ids.uuid7()
    actions.title_price_set(title_id, Money(999, "EUR"), None)
    actions.title_price_set(title_id, Money(399, "EUR"), 48)
    actions.title_price_set(title_id, Money(299, "EUR"), 48)
    offers = told(call("GET", f"titles/{title_id}/offers"))
    assert [(offer["kind"], offer["amount_minor"]) for offer in offers] == [
        ("rental", 299),
        ("purchase", 999),
    ]
    rented = told(call("POST", f"offers/{offers[0]['id']}/order"), 201)
    assert (rented["status"], rented["credit_applied_minor"]) == ("paid", 299)
    again = call("POST", f"offers/{offers[1]['id']}/order")
    assert told(again, 409)["code"] == "granted_already"
    assert account_id


def test_pausing_and_resuming(call: Call, account_id: UUID) -> None:
    assert told(call("POST", "subscription/resume"), 404)["code"] == "no_subscription"
    subscribed(account_id, plan("premium", 1299))
    assert told(call("POST", "subscription/resume"), 409)["code"] == "not_paused"
    early = {"resumes_at": "2020-01-01T00:00:00Z"}
    assert told(call("POST", "subscription/pause", early), 422)["code"] == "too_early"
    assert told(call("POST", "subscription/pause", {}))["resumes_at"] is None
    assert told(call("POST", "subscription/resume"))["status"] == "active"
    assert not Invoice.objects.filter(status="open").exists()
    pay(actions.subscription_order(ids.uuid7(), actions.Wish(plan("x", 100).id)).invoice)


@pytest.mark.parametrize("name", ["Łucja", "李小龍", "Ünal Öz €", "\N{DROMEDARY CAMEL}", ""])
def test_any_name_can_be_drawn(name: str) -> None:
    row = Row(f"For {name}", Money(1500, "JPY"))
    document = Document("Invoice", "INV-1", DAY, ("Matinee",), (name,), (row,) * 60, (row,))
    assert drawn(document) == drawn(document)
