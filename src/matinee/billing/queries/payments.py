"""How an account pays, and what was tried, as the messages that others read."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from matinee.billing import settings
from matinee.billing.gateways.chosen import chosen
from matinee.billing.models import (
    Dispute,
    DunningCase,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentMethod,
    Refund,
)
from matinee.billing.rules import dunning, payments
from matinee.contracts import payments as messages
from matinee.contracts.billing import Price

PAGE = 50


def paying_of(account_id: UUID) -> messages.Paying:
    """An account's cards and what is still to be paid."""
    return messages.Paying(
        is_simulated=chosen().name == "simulator",
        methods=_methods(account_id),
        due=_dues(account_id),
    )


def payments_found(account_id: UUID | None, before: UUID | None) -> list[messages.Payment]:
    """The newest payments of an account, or of all; `before` is the last of the page before."""
    rows = Payment.objects.select_related("invoice__customer").order_by("-id")
    if account_id is not None:
        rows = rows.filter(invoice__customer__account_id=account_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    disputed = Dispute.objects.filter(payment=OuterRef("pk"))
    return [_payment(row) for row in rows.annotate(is_disputed=Exists(disputed))[:PAGE]]


def schedule() -> dunning.Schedule:
    """When retries, hold and end of unpaid invoices come, as the settings say."""
    ours = settings.get()
    return dunning.Schedule(
        retry_days=ours.retry_days, grace_days=ours.grace_days, end_days=ours.unpaid_days
    )


def refund_message(row: Refund) -> messages.Refund:
    """A refund as the staff see it."""
    return messages.Refund(
        id=row.pk,
        payment_id=row.payment_id,
        amount=Price(amount_minor=row.amount_minor, currency=row.payment.currency),
        status=row.status,
        reason=row.reason,
    )


def _payment(row: Payment) -> messages.Payment:
    return messages.Payment(
        id=row.pk,
        account_id=row.invoice.customer.account_id,
        invoice_id=row.invoice_id,
        invoice_number=row.invoice.number,
        amount=Price(amount_minor=row.amount_minor, currency=row.currency),
        refunded_minor=row.refunded_minor,
        status=payments.status_of(row.status),
        decline=row.decline,
        is_disputed=bool(getattr(row, "is_disputed", False)),
        created_at=row.created_at,
    )


def _methods(account_id: UUID) -> list[messages.PaymentMethod]:
    rows = PaymentMethod.objects.filter(
        customer__account_id=account_id, removed_at=None, gateway=chosen().name
    )
    return [
        messages.PaymentMethod(
            id=row.pk,
            brand=row.brand,
            last4=row.last4,
            expires=row.expires,
            is_charged=place == 0,
        )
        for place, row in enumerate(rows.order_by("-chosen_at"))
    ]


def _dues(account_id: UUID) -> list[messages.Due]:
    rows = Invoice.objects.filter(
        customer__account_id=account_id, status__in=["draft", "open"], due_minor__gt=0
    )
    live = Payment.objects.filter(invoice=OuterRef("pk"), status__in=payments.LIVE)
    at_a_page = live.filter(method=None, status="started")
    titles = InvoiceLine.objects.filter(invoice=OuterRef("pk"), title_price__isnull=False)
    found = rows.annotate(
        is_live=Exists(live),
        is_open_page=Exists(at_a_page),
        title_id=Subquery(titles.values("title_price__title_id")[:1]),
    )
    return [_due(row) for row in found.select_related("dunning").order_by("-id")[:PAGE]]


def _due(row: Invoice) -> messages.Due:
    case: DunningCase | None = getattr(row, "dunning", None)
    is_live = bool(getattr(row, "is_live", False))
    is_open_page = bool(getattr(row, "is_open_page", False))
    is_held = case is not None and case.held_at is not None
    return messages.Due(
        invoice_id=row.pk,
        amount=Price(amount_minor=row.due_minor, currency=row.currency),
        is_order=row.status == "draft",
        title_id=getattr(row, "title_id", None),
        is_under_way=is_live and not is_open_page,
        decline="" if case is None else case.decline,
        retry_at=case.next_at if case is not None and case.next_step == "retry" else None,
        hold_at=None
        if case is None or is_held
        else dunning.grace_until(case.failed_at, schedule()),
        end_at=None if case is None else dunning.end_at(case.failed_at, schedule()),
    )
