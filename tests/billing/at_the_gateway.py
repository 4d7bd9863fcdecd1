"""A simulator in this process, with billing as its merchant and a hand on everything."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import httpx
from flask import Flask

from matinee.billing import actions
from matinee.billing.gateways.simulated import SimulatedGateway
from matinee.billing.models import Invoice, LedgerTransfer, Payment, Plan, Subscription
from matinee.billing.simulator.app import make_app
from matinee.billing.simulator.bank import Bank
from matinee.billing.simulator.faults import Faults
from matinee.billing.simulator.store import Store
from matinee.kernel import clock
from matinee.kernel.webhooks import signatures

KEY = "key-of-the-tests"
SECRET = signatures.secret_of(b"0123456789abcdef01234567")
GOOD = "4242424242424242"
POOR = "4000000000000101"
STOLEN = "4000000000000119"
ASKS = "4000002760003184"
HERE = "http://testserver"
PRICE = 999


@dataclass
class Till:
    """What people, banks and clocks do; the app is that of the simulator."""

    app: Flask
    bank: Bank
    gateway: SimulatedGateway

    def use(self, page: str, number: str, *answers: str) -> str:
        """Use a card on a page, then answer its bank; where that leads, or what it says."""
        client, path = self.app.test_client(), page.removeprefix(HERE)
        answer = client.post(path, data={"do": "pay", "card": number})
        for word in answers:
            answer = client.post(path, data={"do": word})
        return str(answer.location or answer.text)

    def news(self) -> None:
        """Let billing hear all that was not posted yet."""
        store = self.bank.store
        while due := store.taken_due("post", 100):
            told = []
            for number, item, _, _ in due:
                ((subject, ref),) = store.rows(
                    "SELECT subject, ref FROM news WHERE number = ?", item
                )
                told.append({"id": str(item), "subject": subject, "ref": ref})
                store.rows("DELETE FROM post WHERE id = ?", number)
            self.tell(told)

    def tell(self, told: list[dict[str, str]]) -> None:
        """Tell billing something, signed."""
        body = json.dumps({"news": told}).encode()
        headers = signatures.signed(SECRET, "msg_1", int(clock.unix_s()), body)
        actions.news_hear("simulator", body, headers)

    def faults(self, **shares: float) -> None:
        """Be as unreliable as told."""
        self.bank.faults_set(Faults.model_validate({"seed": 1, **shares}))

    def taken(self, currency: str = "EUR") -> int:
        """What was really taken and not given back or lost, in minor units."""
        rows = self.gateway.control("GET", "totals")
        signs = {("charge", "succeeded"): 1, ("refund", "succeeded"): -1}
        signs |= {("dispute", "open"): -1, ("dispute", "lost"): -1}
        return sum(
            signs.get((row["kind"], row["status"]), 0) * row["amount_minor"]
            for row in rows
            if row["currency"] == currency
        )


def open_till(store: Store) -> Till:
    """A till over a store."""
    bank = Bank(store)
    app = make_app(bank, KEY)
    gateway = SimulatedGateway(
        httpx.WSGITransport(app=app), key=KEY, webhook_secret=SECRET, pages=HERE
    )
    return Till(app, bank, gateway)


def order(account_id: UUID, plan: Plan) -> Invoice:
    """Choose a plan that is to be paid first; the invoice to pay."""
    chosen = actions.subscription_order(account_id, actions.Wish(plan.pk))
    assert chosen.invoice is not None
    return chosen.invoice


def subscribed(till: Till, account_id: UUID, plan: Plan, card: str = GOOD) -> Subscription:
    """Somebody who has paid for their first period."""
    invoice = order(account_id, plan)
    till.use(actions.invoice_visit(account_id, invoice.pk), card)
    actions.visits_look(account_id)
    row = Subscription.objects.get(invoices=invoice)
    assert row.activated_at is not None
    return row


def renew() -> None:
    """Let everything that is due happen."""
    while actions.subscriptions_roll():
        pass
    while actions.invoices_collect():
        pass


def statuses(invoice: Invoice) -> list[str]:
    """How the tries of an invoice ended, the first first."""
    rows = Payment.objects.filter(invoice=invoice).order_by("number")
    return list(rows.values_list("status", flat=True))


def held_by(account: str = "gateway") -> int:
    """What a ledger account holds in euros: debits less credits."""
    debits = LedgerTransfer.objects.filter(debit=account, currency="EUR")
    taken = LedgerTransfer.objects.filter(credit=account, currency="EUR")
    of = "amount_minor"
    return int(sum(debits.values_list(of, flat=True)) - sum(taken.values_list(of, flat=True)))


def owed(row: Subscription) -> Invoice:
    """The newest invoice of a subscription."""
    return Invoice.objects.filter(subscription=row).order_by("-id")[0]


def later(row: Subscription, **by: float) -> datetime:
    """A moment after the running period ends."""
    row.refresh_from_db()
    return row.current_period_end + timedelta(**by)
