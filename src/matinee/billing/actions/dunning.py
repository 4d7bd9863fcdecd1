"""What is done about payments that failed: told, tried again, put on hold, given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from matinee.billing.actions.saving import add_many, among, save_many
from matinee.billing.actions.settling import (
    invoice_give_up,
    subscription_end_unpaid,
    subscription_hold,
)
from matinee.billing.actions.settling_many import invoices_unpaid
from matinee.billing.actions.webhooks import Told, operator_tell
from matinee.billing.gateways.gateway import FINAL_DECLINES
from matinee.billing.models import Customer, DunningCase, Invoice, Notice
from matinee.billing.queries.payments import schedule
from matinee.billing.queries.reading import fresh, read
from matinee.billing.rules import dunning as rules
from matinee.kernel import clock
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of, transaction_of

AT_ONCE = 100
# A retry that is being made: the next step is set when its outcome is known, or else then.
_RETRY_LASTS = timedelta(days=2)
_COLUMNS = {
    "tries": "smallint",
    "decline": "text",
    "next_step": "text",
    "next_at": "timestamptz",
}
_PAID = """
UPDATE billing_dunningcase SET ended_at = %(now)s::timestamptz, outcome = 'paid'
WHERE invoice_id = ANY(%(ids)s::uuid[]) AND ended_at IS NULL RETURNING invoice_id
"""
_UNPAID = """
SELECT {invoice} FROM billing_invoice AS invoice
WHERE id = ANY(%(ids)s::uuid[]) AND status = 'open' ORDER BY id
"""
_CASES = """
SELECT {dunning} FROM billing_dunningcase AS dunning WHERE invoice_id = ANY(%(ids)s::uuid[])
"""
_FINAL = FINAL_DECLINES | {"no_method", "refused"}


def cases_failed(declines: Mapping[UUID, str], now: datetime) -> None:
    """Tries to collect invoices failed, and why; their customers are locked.

    Orders are nobody's debt.
    """
    if not declines:
        return
    unpaid: list[Invoice] = [
        row for (row,) in read(_UNPAID, {"ids": array(declines)}, invoice=Invoice)
    ]
    cases = read(_CASES, {"ids": array([row.pk for row in unpaid])}, dunning=DunningCase)
    known: dict[UUID, DunningCase] = {row.invoice_id: row for (row,) in cases}
    fresh = [invoice for invoice in unpaid if invoice.pk not in known]
    invoices_unpaid(fresh, now, rules.grace_until(now, schedule()))
    begun = [DunningCase(invoice=invoice, failed_at=now, tries=0) for invoice in fresh]
    for case in [*begun, *known.values()]:
        case.tries += 1
        case.decline = declines[case.invoice_id]
        _look_ahead(case, now)
    add_many(begun)
    save_many(list(known.values()), _COLUMNS)
    _tell(unpaid, "payment_failed", declines)


def cases_settled(invoice_ids: Sequence[UUID], now: datetime) -> None:
    """Invoices were paid: whoever owed them is told that all is well again."""
    # Mostly there is none, which is found out with every page of payments.
    ended = rows_of("billing", _PAID, {"ids": array(invoice_ids), "now": now})
    if ended:
        mended = Invoice.objects.filter(pk__in=among([id_ for (id_,) in ended])).order_by("pk")
        _tell(list(mended), "payment_mended", {})


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
    if invoice.status == "paid":
        cases_settled([invoice.pk], now)
        return
    if invoice.status != "open":
        DunningCase.objects.filter(pk=case.pk).update(ended_at=now, outcome="void")
        return
    if case.next_step == "end":
        _give_up(case, invoice, now)
        return
    if case.next_step == "hold":
        _hold(case, invoice, now)
    _look_ahead(case, now)
    case.save()


def _hold(case: DunningCase, invoice: Invoice, now: datetime) -> None:
    case.held_at = now
    if invoice.subscription is not None:
        subscription_hold(invoice.subscription, now)
        _tell([invoice], "on_hold", {invoice.pk: case.decline})


def _give_up(case: DunningCase, invoice: Invoice, now: datetime) -> None:
    if invoice.subscription is not None:
        subscription_end_unpaid(invoice.subscription, now)
    invoice_give_up(invoice, now)
    case.ended_at, case.outcome = now, "given_up"
    case.save(update_fields=["ended_at", "outcome"])
    _tell([invoice], "ended_unpaid", {invoice.pk: case.decline})


def _look_ahead(case: DunningCase, now: datetime) -> None:
    """Set what comes next, after something was done just now; does not save it."""
    state = rules.Case(case.failed_at, case.held_at is not None, case.decline in _FINAL)
    due = rules.following(state, now, schedule())
    case.next_step, case.next_at = due.step, due.at


def _tell(invoices: Sequence[Invoice], kind: str, declines: Mapping[UUID, str]) -> None:
    """Let customers be told, and the operator's systems of what comes of it."""
    add_many(
        [
            fresh(
                Notice,
                customer_id=invoice.customer_id,
                subscription_id=invoice.subscription_id,
                kind=kind,
                data={
                    "invoice_id": str(invoice.pk),
                    "due_minor": invoice.due_minor,
                    "currency": invoice.currency,
                    "decline": declines.get(invoice.pk, ""),
                },
            )
            for invoice in invoices
        ]
    )
    if kind in {"on_hold", "ended_unpaid"}:
        operator_tell(
            Told(
                f"subscription.{kind}",
                {"account_id": str(invoice.customer.account_id), "invoice_id": str(invoice.pk)},
            )
            for invoice in invoices
        )
