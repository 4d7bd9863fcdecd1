"""Customers: whom plans are sold to, and the lock that everything about them is done under."""

from dataclasses import dataclass
from uuid import UUID

from matinee.billing import queries, settings
from matinee.billing.actions.telling import tell
from matinee.billing.models import Customer
from matinee.billing.queries.reading import read
from matinee.billing.rules.calendar import zone_of
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Unprocessable

_LOCK = """
SELECT {customer} FROM billing_customer AS customer
WHERE account_id = %(account)s::uuid FOR UPDATE
"""


@dataclass(frozen=True)
class CustomerFacts:
    """What a customer tells of themselves; None leaves as it is."""

    time_zone: str | None = None
    territory: str | None = None
    name: str | None = None
    address: str | None = None
    email: str | None = None


def locked_customer(account_id: UUID) -> Customer:
    """An account's customer, made if need be, locked until the open transaction ends."""
    customer = _locked(account_id)
    if customer is None:
        ours = settings.get()
        defaults = {"time_zone": ours.time_zone, "territory": ours.territory}
        Customer.objects.get_or_create(account_id=account_id, defaults=defaults)
        customer = Customer.objects.select_for_update().get(account_id=account_id)
    return customer


def _locked(account_id: UUID) -> Customer | None:
    for (customer,) in read(_LOCK, {"account": account_id}, customer=Customer):
        found: Customer = customer
        return found
    return None


def customer_keep(account_id: UUID, facts: CustomerFacts) -> Customer:
    """Keep what a customer tells; Unprocessable where a value cannot be."""
    with transaction_of("billing"):
        customer = locked_customer(account_id)
        facts_keep(customer, facts)
    return customer


def facts_keep(customer: Customer, facts: CustomerFacts) -> None:
    """Keep facts of a locked customer."""
    told = {name: value for name, value in vars(facts).items() if value is not None}
    if facts.time_zone is not None:
        try:
            zone_of(facts.time_zone)
        except ValueError as error:
            raise Unprocessable("unknown_time_zone", f"{error}.") from error
    for name, value in told.items():
        setattr(customer, name, value)
    if told:
        customer.save(update_fields=list(told))


def customer_can_be_charged(customer: Customer, *, can: bool) -> None:
    """Note whether there is a way to charge a locked customer; a trial goes on only then."""
    if customer.can_be_charged == can:
        return
    customer.can_be_charged = can
    customer.save(update_fields=["can_be_charged"])
    row = queries.newest(customer.account_id)
    if row is not None and queries.course_of(row).is_running:
        tell(row)
