"""What can be done at the simulator; each verb in one transaction, once for each key."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from matinee.billing.simulator.cards import BY_NUMBER, Card
from matinee.billing.simulator.faults import Faults
from matinee.billing.simulator.store import Store, Thing
from matinee.kernel import ids

DAY_S = 86_400
CHECKOUT_OPEN_S = DAY_S
_DISPUTE_AFTER_S = 5 * DAY_S
_DISPUTE_DECIDED_AFTER_S = 30 * DAY_S
_EXPIRES = "2031-12"
_FEE_MINOR = 1500
_LATER_AT_ONCE = 1000
# Made once: `json.dumps` makes one for each text that is sorted.
_said = json.JSONEncoder(sort_keys=True).encode


class RefusedError(Exception):
    """A request that can never be done; the message says why."""


class Bank:
    """The verbs over a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._faults = Faults.model_validate_json(store.setting("faults", "{}"))

    @property
    def faults(self) -> Faults:
        """How unreliable it is just now."""
        return self._faults

    def faults_set(self, faults: Faults) -> None:
        """Be as unreliable as told, from now on."""
        with self.store.transaction():
            self.store.set("faults", faults.model_dump_json())
        self._faults = faults

    def customer_make(self, account_id: str) -> Thing:
        """A customer for an account."""
        account = str(UUID(account_id))
        return self.once(f"customer:{account}", {"account_id": account}, "customer", self._own)

    def method_make(self, customer_ref: str, number: str) -> Thing:
        """Save a card; RefusedError where its bank declines at once."""
        with self.store.transaction():
            card = self._card(number)
            if card.declined_at_once:
                raise RefusedError(f"The card was declined: {card.declined_at_once}.")
            self.found(customer_ref, "customer")
            return self.saved(customer_ref, number)

    def methods_of(self, customer_ref: str) -> list[Thing]:
        """The saved cards of a customer."""
        self.found(customer_ref, "customer")
        saved = self.store.of(customer_ref, "method")
        return [method for method in saved if not method["is_removed"]]

    def method_remove(self, ref: str) -> None:
        """Forget a card."""
        with self.store.transaction():
            method = self.store.find(ref, "method")
            if method is not None:
                self.store.keep({**method, "is_removed": True})

    def charge_make(self, wish: Thing) -> Thing:
        """Charge a saved card while its holder is away."""
        return self.once(wish["key"], wish, "charge", self._charged)

    def charge_paid_at(self, checkout: Thing, method: Thing) -> Thing:
        """The charge of a checkout whose card was accepted."""
        wish = {
            "key": checkout["key"],
            "amount_minor": checkout["amount_minor"],
            "currency": checkout["currency"],
            "method_ref": method["ref"],
        }
        charge = self.new("charge", wish, decline=None, status="succeeded", refunded_minor=0)
        return self.told(charge, "charge", is_disputed=BY_NUMBER[method["number"]].is_disputed)

    def refund_make(self, wish: Thing) -> Thing:
        """Give back a part of a charge."""
        return self.once(wish["key"], wish, "refund", self._refunded)

    def dispute_open(self, charge_ref: str) -> Thing:
        """The holder's bank takes a charge back."""
        with self.store.transaction():
            charge = self.found(charge_ref, "charge")
            open_ones = self.store.of(charge_ref, "dispute")
            left = charge["amount_minor"] - charge["refunded_minor"]
            if open_ones or charge["status"] != "succeeded" or left <= 0:
                raise RefusedError("Only a charge that was paid can be disputed, and only once.")
            told = {"charge_ref": charge_ref, "amount_minor": left, "fee_minor": _FEE_MINOR}
            dispute = self.new("dispute", told, currency=charge["currency"], status="open")
            self.later(_DISPUTE_DECIDED_AFTER_S, "decide", dispute["ref"])
            return self.told(dispute, "dispute", owner=charge_ref)

    def dispute_decide(self, ref: str, status: str) -> Thing:
        """It is `won` by the merchant, or `lost`. A decision stands."""
        with self.store.transaction():
            dispute = self.found(ref, "dispute")
            if dispute["status"] != "open":
                return dispute
            return self.told({**dispute, "status": status}, "dispute")

    def time_passed(self) -> int:
        """Do what is due by the simulator's clock; how much that was."""
        done = 0
        with self.store.transaction():
            for number, _, what, ref in self.store.taken_due("later", _LATER_AT_ONCE):
                self.store.rows("DELETE FROM later WHERE id = ?", number)
                self._come_true(what, ref)
                done += 1
        return done

    def found(self, ref: str, kind: str) -> Thing:
        """The thing; RefusedError where there is none."""
        thing = self.store.find(ref, kind)
        if thing is None:
            raise RefusedError(f"There is no {kind} {ref}.")
        return thing

    def later(self, after_s: float, what: str, ref: str) -> None:
        """Let something come true by itself."""
        due_s = self.store.now_s() + after_s
        self.store.later(due_s, what, ref)

    def news(self, subject: str, ref: str) -> None:
        """Let the merchant be told that something changed: once, twice, late or never."""
        number = self.store.news(subject, ref)
        if self.faults.hits(self.faults.dropped, "drop", number):
            return
        times = 2 if self.faults.hits(self.faults.doubled, "double", number) else 1
        for copy in range(times):
            late_s = self.faults.draw("late", number, copy) * self.faults.late_s_max
            self.store.post(number, self.store.now_s() + late_s)

    def once(self, key: str, wish: Thing, kind: str, make: Callable[[Thing], Thing]) -> Thing:
        """What `make` made for a key, whoever asks again; RefusedError for another wish."""
        said = _said(wish)
        with self.store.transaction():
            known = self.store.answered(key)
            if known is not None:
                if known[0] != said:
                    raise RefusedError(f"The key {key} was used for something else.")
                return self.found(known[1], kind)
            thing = make(wish)
            self.store.answer(key, said, thing["ref"])
            return thing

    def _own(self, wish: Thing) -> Thing:
        return self.store.keep(self.new("customer", wish))

    def _saved(self, customer_ref: str, card: Card) -> Thing:
        told = {"customer_ref": customer_ref, "number": card.number, "brand": card.brand}
        more = {"last4": card.last4, "expires": _EXPIRES, "is_removed": False}
        return self.store.keep(self.new("method", told, **more), owner=customer_ref)

    def saved(self, customer_ref: str, number: str) -> Thing:
        """Save a card whose bank has agreed; the one that is saved already, where there is one."""
        for method in self.methods_of(customer_ref):
            if method["number"] == number:
                return method
        return self._saved(customer_ref, self._card(number))

    def _charged(self, wish: Thing) -> Thing:
        method = self.found(wish["method_ref"], "method")
        if method["is_removed"] or method["customer_ref"] != wish["customer_ref"]:
            raise RefusedError("This card is not one of the customer's.")
        if wish["amount_minor"] <= 0:
            raise RefusedError("An amount to charge is above zero.")
        card = BY_NUMBER[method["number"]]
        key, faults = wish["key"], self.faults
        decline = card.declined_later
        if not decline and faults.hits(faults.declined, "decline", key):
            decline = "insufficient_funds"
        status = "failed" if decline else "succeeded"
        charge = self.new("charge", wish, decline=decline or None, status=status, refunded_minor=0)
        if not faults.hits(faults.processing, "process", key):
            return self.told(charge, "charge", is_disputed=card.is_disputed)
        self.later(DAY_S, f"settle:{status}", charge["ref"])
        return self.told({**charge, "status": "processing", "decline": None}, "charge")

    def _refunded(self, wish: Thing) -> Thing:
        charge = self.found(wish["charge_ref"], "charge")
        left = charge["amount_minor"] - charge["refunded_minor"]
        if charge["status"] != "succeeded" or not 0 < wish["amount_minor"] <= left:
            raise RefusedError(f"At most {max(left, 0)} of this charge can be given back.")
        if self.store.of(wish["charge_ref"], "dispute"):
            raise RefusedError("A charge that is or was disputed is not given back twice.")
        refunded = charge["refunded_minor"] + wish["amount_minor"]
        self.store.keep({**charge, "refunded_minor": refunded})
        return self.told(self.new("refund", wish, status="succeeded"), "refund")

    def told(
        self, thing: Thing, subject: str, *, owner: str = "", is_disputed: bool = False
    ) -> Thing:
        """Keep a thing as it is now, and let its merchant be told."""
        self.store.keep(thing, owner)
        self.news(subject, thing["ref"])
        if subject == "charge" and thing["status"] == "succeeded":
            by_chance = self.faults.hits(self.faults.disputed, "dispute", thing["key"])
            if is_disputed or by_chance:
                self.later(_DISPUTE_AFTER_S, "dispute", thing["ref"])
        return thing

    def _come_true(self, what: str, ref: str) -> None:
        verb, _, outcome = what.partition(":")
        if verb == "settle":
            charge = self.found(ref, "charge")
            decline = "insufficient_funds" if outcome == "failed" else None
            self.told({**charge, "status": outcome, "decline": decline}, "charge")
        elif verb == "dispute":
            charge = self.found(ref, "charge")
            if charge["refunded_minor"] < charge["amount_minor"]:
                self.dispute_open(ref)
        elif verb == "decide":
            self.dispute_decide(ref, "won" if self.faults.draw("decide", ref) < 1 / 3 else "lost")
        elif verb == "close":
            checkout = self.found(ref, "checkout")
            if checkout["status"] == "open":
                self.told({**checkout, "status": "closed"}, "checkout")

    def _card(self, number: str) -> Card:
        card = BY_NUMBER.get(number)
        if card is None:
            known = ", ".join(BY_NUMBER)
            raise RefusedError(f"{number} is no card of the simulator; use one of {known}.")
        return card

    def new(self, kind: str, wish: Thing, **more: Any) -> Thing:
        """A thing with a reference of its own."""
        return {**wish, **more, "kind": kind, "ref": f"{kind}_{ids.uuid7().hex}"}
