"""Visits to the simulator's own page: a card is chosen, and its bank asks back."""

from matinee.billing.simulator.bank import CHECKOUT_OPEN_S, Bank, RefusedError
from matinee.billing.simulator.cards import BY_NUMBER
from matinee.billing.simulator.store import Thing


def open_one(bank: Bank, wish: Thing) -> Thing:
    """A checkout for a key."""

    def make(wished: Thing) -> Thing:
        bank.found(wished["customer_ref"], "customer")
        told = bank.new("checkout", wished, status="open", charge_ref=None, method_ref=None)
        bank.later(CHECKOUT_OPEN_S, "close", told["ref"])
        return bank.store.keep({**told, "trying": None})

    return bank.once(wish["key"], wish, "checkout", make)


def close(bank: Bank, ref: str) -> Thing:
    """Let nobody pay there any more."""
    with bank.store.transaction():
        checkout = bank.found(ref, "checkout")
        if checkout["status"] != "open":
            return checkout
        return bank.told({**checkout, "status": "closed"}, "checkout")


def whole(bank: Bank, checkout: Thing) -> Thing:
    """A checkout with its charge and its card, as its merchant is told of it."""
    charge, method = checkout["charge_ref"], checkout["method_ref"]
    return {
        **checkout,
        "charge": None if charge is None else bank.found(charge, "charge"),
        "method": None if method is None else bank.found(method, "method"),
    }


def try_card(bank: Bank, ref: str, number: str) -> str:
    """Use a card; `done`, `confirm` where its bank asks for 3-D Secure, or why it is declined."""
    with bank.store.transaction():
        checkout = _still_open(bank, ref)
        card = BY_NUMBER.get(number)
        if card is None:
            return "declined"
        if card.declined_at_once:
            return card.declined_at_once
        saved = bank.methods_of(checkout["customer_ref"])
        is_known = any(method["number"] == number for method in saved)
        if card.challenge == "always" or (card.challenge == "at first" and not is_known):
            bank.store.keep({**checkout, "trying": number})
            return "confirm"
        _complete(bank, checkout, number)
        return "done"


def confirm(bank: Bank, ref: str, *, is_holder: bool) -> str:
    """Answer the bank's question; `done`, or why it is declined."""
    with bank.store.transaction():
        checkout = _still_open(bank, ref)
        number = checkout["trying"]
        if number is None:
            return "declined"
        if not is_holder:
            bank.store.keep({**checkout, "trying": None})
            return "authentication_required"
        _complete(bank, checkout, number)
        return "done"


def _still_open(bank: Bank, ref: str) -> Thing:
    checkout = bank.found(ref, "checkout")
    if checkout["status"] != "open":
        raise RefusedError("This page was used already or is closed. Nothing more is taken.")
    return checkout


def _complete(bank: Bank, checkout: Thing, number: str) -> None:
    method = bank.saved(checkout["customer_ref"], number)
    charge_ref = None
    if checkout["amount_minor"] is not None:
        charge_ref = bank.charge_paid_at(checkout, method)["ref"]
    ends = {"status": "complete", "method_ref": method["ref"], "charge_ref": charge_ref}
    bank.told({**checkout, **ends, "trying": None}, "checkout")
