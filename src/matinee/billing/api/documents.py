"""The HTTP edge of invoices, credit, and titles that are bought alone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.billing import actions, queries, settings
from matinee.billing.actions import CustomerFacts
from matinee.billing.rules.document import Document
from matinee.contracts import invoices as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn, TooMany, Unprocessable

router = Router(auth=may(access.HOLDER))


@router.get(
    "/invoices",
    operation_id="list_invoices",
    response={200: list[messages.Invoice]},
    openapi_extra=may_answer(NotSignedIn),
)
def list_invoices(request: HttpRequest, before: UUID | None = None) -> list[messages.Invoice]:
    """The account's invoices, newest first, at most 100."""
    return queries.invoices_of(caller(request).account_id, before)


@router.get(
    "/invoices/{uuid:invoice_id}/document",
    operation_id="get_invoice_document",
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def get_invoice_document(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    """An invoice as PDF."""
    return _pdf(queries.invoice_document(caller(request).account_id, invoice_id))


@router.get(
    "/credit-notes/{uuid:note_id}/document",
    operation_id="get_credit_note_document",
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def get_credit_note_document(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """A credit note as PDF."""
    return _pdf(queries.credit_note_document(caller(request).account_id, note_id))


@router.get(
    "/credit",
    operation_id="get_credit",
    response={200: list[messages.Credit]},
    openapi_extra=may_answer(NotSignedIn),
)
def get_credit(request: HttpRequest) -> list[messages.Credit]:
    """What the account has to its credit; it pays the next invoices."""
    return queries.credit_of(caller(request).account_id)


@router.post(
    "/credit/gift-card",
    operation_id="redeem_gift_card",
    response={200: list[messages.Credit]},
    openapi_extra=may_answer(NotSignedIn, NotFound, TooMany),
)
def redeem_gift_card(request: HttpRequest, card: messages.RedeemGiftCard) -> list[messages.Credit]:
    """Put what is on a gift card to the account's credit."""
    account_id = caller(request).account_id
    actions.gift_card_redeem(account_id, card.code)
    return queries.credit_of(account_id)


@router.put(
    "/customer",
    operation_id="keep_customer",
    response={204: None},
    openapi_extra=may_answer(NotSignedIn, Unprocessable),
)
def keep_customer(request: HttpRequest, facts: messages.Billed) -> Status[None]:
    """Keep what invoices say of the account, and where it is."""
    actions.customer_keep(caller(request).account_id, CustomerFacts(**facts.model_dump()))
    return Status(204, None)


@router.get(
    "/titles/{uuid:title_id}/offers",
    operation_id="list_title_offers",
    auth=may(access.ANYONE),
    response={200: list[messages.TitleOffer]},
)
def list_title_offers(
    request: HttpRequest,
    title_id: UUID,
) -> list[messages.TitleOffer]:
    """What a title can be rented or bought for."""
    return queries.title_offers(title_id)


@router.get(
    "/titles",
    operation_id="list_own_titles",
    response={200: list[messages.OwnTitle]},
    openapi_extra=may_answer(NotSignedIn),
)
def list_own_titles(request: HttpRequest) -> list[messages.OwnTitle]:
    """The titles that the account has rented or bought and may watch now."""
    return queries.own_titles(caller(request).account_id)


@router.post(
    "/offers/{uuid:offer_id}/order",
    operation_id="order_title",
    response={201: messages.Invoice},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict),
)
def order_title(request: HttpRequest, offer_id: UUID) -> Status[messages.Invoice]:
    """Rent or buy a title; it may be watched once the invoice is paid."""
    invoice = actions.title_order(caller(request).account_id, offer_id)
    return Status(201, queries.invoice_message(invoice))


def _pdf(document: Document) -> HttpResponse:
    from matinee.billing import drawing  # noqa: PLC0415 - fonts take memory, and few ask for them

    body = drawing.drawn(document, settings.get().invoice_font)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{document.number}.pdf"'
    return answer
