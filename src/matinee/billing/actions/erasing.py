"""Forgetting a customer whose account was erased; the books stay, and say of nobody."""

from uuid import UUID

from django.db.models import Exists, OuterRef

from matinee.billing.actions.ending import end_running, orders_drop, title_orders_drop
from matinee.billing.gateways.chosen import chosen
from matinee.billing.models import (
    CreditNote,
    Customer,
    GatewayCustomer,
    Invoice,
    Notice,
    Payment,
    PaymentMethod,
    Refund,
    Visit,
)
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of

CARDS_AT_ONCE = 100
# What nobody can be told by; the gateway forgets the card next, and then the row goes.
_NO_CARD = {"brand": "", "last4": "", "expires": ""}


def customer_forget(account_id: UUID) -> int:
    """End what a customer has, and let their invoices be nobody's; how many rows changed."""
    with transaction_of("billing"):
        count = Refund.objects.filter(by_account=account_id).update(by_account=None)
        customer = Customer.objects.select_for_update().filter(account_id=account_id).first()
        if customer is None:
            return count
        now = clock.now()
        end_running(customer, now, "cancelled")
        orders_drop(customer, now)
        title_orders_drop(customer, now)
        cards = PaymentMethod.objects.filter(customer=customer)
        count += cards.update(removed_at=now, **_NO_CARD)
        for table in (Notice, Visit, GatewayCustomer):
            count += table.objects.filter(customer=customer).delete()[0]
        customer.account_id = ids.random_uuid()
        customer.name = customer.address = customer.email = ""
        customer.can_be_charged = False
        customer.save(update_fields=["account_id", "name", "address", "email", "can_be_charged"])
        return count + 1


def cards_forget() -> int:
    """Have the gateway forget the cards of erased customers, at most 100; how many it did.

    GatewayError while it does not answer: the next run asks again. One by which somebody was
    charged just then stays until it is known what came of it: only by it that is asked for.
    """
    gateway = chosen()
    gone = PaymentMethod.objects.filter(removed_at__isnull=False, last4="", gateway=gateway.name)
    asked = Payment.objects.filter(method=OuterRef("pk"), status="started")
    rows = list(gone.exclude(Exists(asked)).order_by("id")[:CARDS_AT_ONCE])
    for row in rows:
        gateway.method_remove(row.ref)
        row.delete()
    return len(rows)


def documents_kept(account_id: UUID) -> str:
    """What must be kept of a customer, and why, in words; empty: nothing."""
    mine = {"customer__account_id": account_id}
    invoices = Invoice.objects.filter(number__isnull=False, **mine).count()
    notes = CreditNote.objects.filter(**mine).count()
    if not invoices + notes:
        return ""
    return f"{invoices} invoices and {notes} credit notes, without a name, as tax law asks"
