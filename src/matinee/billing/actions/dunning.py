"""What is done about payments that failed: told, tried again, put on hold, given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from matinee.billing.actions.settling import (
    invoice_give_up,
    invoice_unpaid,
    subscription_end_unpaid,
    subscription_hold,
)
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.gateways.gateway import FINAL_DECLINES
from matinee.billing.models import Customer, DunningCase, Invoice, Notice
from matinee.billing.queries.payments import schedule
from matinee.billing.rules import dunning as rules
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

AT_ONCE = 100
# A retry that is being made: the next step is set when its outcome is known, or else then.
_RETRY_LASTS = timedelta(days=2)
_FINAL = FINAL_DECLINES | {"no_method", "refused"}


def case_failed(invoice: Invoice, decline: str, now: datetime) -> None:
    """A try to collect an invoice failed; its customer is locked. Orders are nobody's debt."""
    invoice.refresh_from_db(fields=["status", "due_minor"])
    if invoice.status != "open":
        return
    case = DunningCase.objects.filter(invoice=invoice).first()
    if case is None:
        case = DunningCase(invoice=invoice, failed_at=now, tries=0)
        invoice_unpaid(invoice, now, rules.grace_until(now, schedule()))
    case.tries += 1
    case.decline = decline
    _go_on(case, now)
    _told(invoice, "payment_failed", decline)


def case_closed(invoice: Invoice, outcome: str, now: datetime) -> None:
    """There is nothing to collect any more."""
    cases = DunningCase.objects.filter(invoice=invoice, ended_at=None)
    if cases.update(ended_at=now, outcome=outcome) and outcome == "paid":
        _told(invoice, "payment_mended", "")


def cases_settled(invoice_ids: Sequence[UUID], now: datetime) -> None:
    """Invoices were paid: whoever owed them is told that all is well again."""
    cases = DunningCase.objects.filter(invoice__in=invoice_ids, ended_at=None)
    for case in cases.select_related("invoice"):
        case_closed(case.invoice, "paid", now)


def retry_soon(customer: Customer, now: datetime) -> None:
    """Another card is there: try what is unpaid with it at once."""
    cases = DunningCase.objects.filter(invoice__customer=customer, ended_at=None)
    cases.update(next_step="retry", next_at=now)


def cases_step() -> int:
    """Hold or end what is due, at most 100; how many. Retries are made by collecting."""
    now = clock.now()
    due = DunningCase.objects.filter(ended_at=None, next_at__lte=now)
    late = due.filter(next_step="retry", next_at__lte=now - _RETRY_LASTS)
    steps = due.filter(next_step__in=["hold", "end"]) | late
    found = list(steps.order_by("next_at").values_list("pk", flat=True)[:AT_ONCE])
    for case_id in found:
        with transaction_of("billing"):
            _step(case_id, now)
    return len(found)


def _step(case_id: UUID, now: datetime) -> None:
    case = DunningCase.objects.select_related("invoice__subscription").get(pk=case_id)
    Customer.objects.select_for_update().get(pk=case.invoice.customer_id)
    case.refresh_from_db()
    if case.ended_at is not None or case.next_at > now:
        return
    invoice = case.invoice
    invoice.refresh_from_db()
    if invoice.status != "open":
        case_closed(invoice, "paid" if invoice.status == "paid" else "void", now)
        return
    if case.next_step == "end":
        _give_up(case, invoice, now)
        return
    if case.next_step == "hold":
        _hold(case, invoice, now)
    _go_on(case, now)


def _hold(case: DunningCase, invoice: Invoice, now: datetime) -> None:
    case.held_at = now
    if invoice.subscription is not None:
        subscription_hold(invoice.subscription, now)
        _told(invoice, "on_hold", case.decline)


def _give_up(case: DunningCase, invoice: Invoice, now: datetime) -> None:
    if invoice.subscription is not None:
        subscription_end_unpaid(invoice.subscription, now)
    invoice_give_up(invoice, now)
    case.ended_at, case.outcome = now, "given_up"
    case.save(update_fields=["ended_at", "outcome"])
    _told(invoice, "ended_unpaid", case.decline)


def _go_on(case: DunningCase, now: datetime) -> None:
    """Set what comes next, after something was done just now."""
    state = rules.Case(case.failed_at, case.held_at is not None, case.decline in _FINAL)
    due = rules.following(state, now, schedule())
    case.next_step, case.next_at = due.step, due.at
    case.save()


def _told(invoice: Invoice, kind: str, decline: str) -> None:
    """Let the customer be told, and the operator's systems of what comes of it."""
    Notice.objects.create(
        customer_id=invoice.customer_id,
        subscription_id=invoice.subscription_id,
        kind=kind,
        data={
            "invoice_id": str(invoice.pk),
            "due_minor": invoice.due_minor,
            "currency": invoice.currency,
            "decline": decline,
        },
    )
    if kind in {"on_hold", "ended_unpaid"}:
        data = {"account_id": str(invoice.customer.account_id), "invoice_id": str(invoice.pk)}
        operator_tell([Told(f"subscription.{kind}", data)])
