"""The HTTP edge of the staff's side: figures, subscribers, refunds, ledger."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Header, Router, Status

from matinee.billing import actions, queries
from matinee.contracts import payments as paying
from matinee.contracts import revenue as messages
from matinee.contracts.figures import Moment
from matinee.contracts.staff import Reason
from matinee.kernel import access, audit
from matinee.kernel.http.django_edge import address_of, caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router()
_REFUSALS = may_answer(NotSignedIn, Forbidden)
_WRITES = may_answer(NotSignedIn, Forbidden, NotFound, Conflict, Unprocessable)


@router.get(
    "/revenue",
    auth=may(access.staff("finance", "analyst")),
    operation_id="get_revenue",
    response={200: messages.Revenue},
    openapi_extra=_REFUSALS,
)
def get_revenue(request: HttpRequest) -> messages.Revenue:
    """Recurring revenue, churn, trial conversion, and what is owed."""
    return queries.revenue()


@router.get(
    "/debts",
    auth=may(access.staff("finance", "support")),
    operation_id="list_debts",
    response={200: list[messages.Debt]},
    openapi_extra=_REFUSALS,
)
def list_debts(request: HttpRequest, after: UUID | None = None) -> list[messages.Debt]:
    """Invoices that could not be collected, and what is done about them."""
    return queries.debts(after)


@router.get(
    "/subscribers",
    auth=may(access.staff("finance", "support")),
    operation_id="list_subscribers",
    response={200: list[messages.Subscriber]},
    openapi_extra=_REFUSALS,
)
def list_subscribers(
    request: HttpRequest,
    before: UUID | None = None,
    account_id: UUID | None = None,
    reason: Annotated[Reason | None, Header(alias="Matinee-Reason")] = None,
) -> list[messages.Subscriber]:
    """Subscriptions, the newest first; with addresses for a reason, which the audit log keeps."""
    shown = queries.subscribers(before, account_id, with_email=reason is not None)
    if reason is not None:
        by = audit.Doer.of(caller(request), address_of(request), reason)
        actions.subscribers_look((each.account_id for each in shown), by)
    return shown


@router.get(
    "/payments",
    auth=may(access.staff("finance", "support")),
    operation_id="list_payments",
    response={200: list[paying.Payment]},
    openapi_extra=_REFUSALS,
)
def list_payments(
    request: HttpRequest, before: UUID | None = None, account_id: UUID | None = None
) -> list[paying.Payment]:
    """Payments, the newest first."""
    return queries.payments_found(account_id, before)


@router.post(
    "/payments/{uuid:payment_id}/refund",
    auth=may(access.staff("finance", "support")),
    operation_id="refund_payment",
    response={201: paying.Refund},
    openapi_extra=_WRITES,
)
def refund_payment(
    request: HttpRequest, payment_id: UUID, wish: paying.GiveBack
) -> Status[paying.Refund]:
    """Give a part of a payment back."""
    who = caller(request)
    wanted = actions.RefundWish(payment_id, wish.amount_minor, wish.reason, who.account_id)
    return Status(201, queries.refund_message(actions.payment_refund(wanted)))


@router.get(
    "/ledger",
    auth=may(access.staff("finance")),
    operation_id="get_ledger",
    response={200: messages.Ledger},
    openapi_extra=_REFUSALS,
)
def get_ledger(request: HttpRequest) -> messages.Ledger:
    """What every account of the ledger holds."""
    return queries.ledger()


@router.get(
    "/ledger.csv",
    auth=may(access.staff("finance")),
    operation_id="export_ledger",
    openapi_extra=_REFUSALS,
)
def export_ledger(request: HttpRequest, since: Moment, until: Moment) -> StreamingHttpResponse:
    """The journal of a time as CSV; its debits and credits are equal."""
    name = f"ledger-{since.date()}-{until.date()}.csv"
    return StreamingHttpResponse(
        queries.ledger_csv(since, until),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
