"""Writes of the ledger, and the numbers of documents."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections

from matinee.billing.actions.saving import add_many
from matinee.billing.models import CustomerBalance, LedgerTransfer
from matinee.billing.queries.reading import fresh
from matinee.billing.rules.ledger import Transfer
from matinee.contracts.business import Booked, MoneyBooked
from matinee.kernel import ids
from matinee.kernel.databases import rows_of
from matinee.kernel.events import announce

_TAKE = """
INSERT INTO billing_numberseries AS series (name, last) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET last = series.last + EXCLUDED.last RETURNING last
"""

_IS_BOOKED = """
SELECT EXISTS (SELECT FROM billing_ledgertransfer
WHERE reference = %(reference)s::text AND kind = %(kind)s::text)
"""
_MOVE = """
UPDATE billing_customerbalance SET amount_minor = amount_minor + %(amount)s::bigint
WHERE customer_id = %(customer)s::uuid AND currency = %(currency)s::text RETURNING id
"""


@dataclass(frozen=True)
class Movement:
    """Something that happened to money; `kind` and `reference` say what, once and for all."""

    kind: str
    reference: object
    at: datetime
    transfers: tuple[Transfer, ...]
    customer_id: UUID | None = None
    invoice_id: UUID | None = None


def book(*movements: Movement) -> None:
    """Write movements into the ledger, in the open transaction of their cause.

    IntegrityError where one was written before, or takes more from a customer's credit
    than there is. The customers' rows are locked by who calls.
    """
    rows = [row for movement in movements for row in _rows(movement)]
    add_many(rows)
    _keep_balances(rows)
    if rows:
        announce("billing", MoneyBooked(transfers=_told(rows)))


def is_booked(kind: str, reference: object) -> bool:
    """Whether a movement was written before."""
    asked = {"kind": kind, "reference": str(reference)}
    ((is_there,),) = rows_of("billing", _IS_BOOKED, asked)
    return bool(is_there)


def numbers(series: str, prefix: str, count: int) -> list[str]:
    """The next numbers of a series.

    Others wait for theirs until this transaction ends, so that none is ever left out.
    """
    if count == 0:
        return []
    with connections["billing"].cursor() as cursor:
        cursor.execute(_TAKE, [series, count])
        last = int(cursor.fetchone()[0])
    return [f"{prefix}{number:08d}" for number in range(last - count + 1, last + 1)]


def _rows(movement: Movement) -> Iterable[LedgerTransfer]:
    entry_id = ids.uuid7()
    for each in movement.transfers:
        yield fresh(
            LedgerTransfer,
            entry_id=entry_id,
            occurred_at=movement.at,
            kind=movement.kind,
            reference=str(movement.reference),
            debit=each.debit,
            credit=each.credit,
            currency=each.amount.currency,
            amount_minor=each.amount.amount_minor,
            customer_id=movement.customer_id,
            invoice_id=movement.invoice_id,
        )


def _told(rows: Iterable[LedgerTransfer]) -> list[Booked]:
    """What went from one account to another, in one sum where it did so at one moment."""
    sums: dict[tuple[str, str, str, datetime], int] = defaultdict(int)
    for row in rows:
        sums[row.debit, row.credit, row.currency, row.occurred_at] += row.amount_minor
    return [
        Booked(debit=debit, credit=credit, amount_minor=amount, currency=currency, at=at)
        for (debit, credit, currency, at), amount in sums.items()
    ]


def _keep_balances(rows: Iterable[LedgerTransfer]) -> None:
    """What customers have to their credit follows from the ledger; most movements leave it."""
    moved: dict[tuple[UUID, str], int] = defaultdict(int)
    for row in rows:
        if row.customer_id is not None and "credit" in {row.debit, row.credit}:
            sign = 1 if row.credit == "credit" else -1
            moved[row.customer_id, row.currency] += sign * row.amount_minor
    for (customer_id, currency), amount in sorted(moved.items()):
        change = {"customer": customer_id, "currency": currency, "amount": amount}
        if not rows_of("billing", _MOVE, change):
            CustomerBalance.objects.create(
                customer_id=customer_id, currency=currency, amount_minor=amount
            )
