"""What customers are written, by the kind of their notice."""

from dataclasses import dataclass
from typing import Any

from matinee.kernel.money import Money

_WHY = {
    "no_method": "there is no card to charge",
    "insufficient_funds": "there was not enough money on your card",
    "authentication_required": "your bank wants you to confirm the payment yourself",
    "expired_card": "your card has expired",
    "card_lost": "your bank no longer accepts this card",
    "card_not_accepted": "your bank does not accept this card here",
}


@dataclass(frozen=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str


def letter(kind: str, data: dict[str, Any], account_url: str) -> Letter | None:
    """What to write about a notice; None where there is nothing to write."""
    amount = Money(data["due_minor"], data["currency"]) if "due_minor" in data else None
    why = _WHY.get(str(data.get("decline")), "your bank declined the payment")
    match kind:
        case "payment_failed":
            subject = "Your payment did not go through"
            text = f"We could not charge {amount}: {why}. You can go on watching for now."
        case "payment_mended":
            return Letter("Thank you, all is paid", "Your payment went through. Enjoy the film.\n")
        case "on_hold":
            subject = "Your subscription is on hold"
            text = f"{amount} are still to be paid: {why}. You can watch again once they are."
        case "ended_unpaid":
            subject = "Your subscription has ended"
            text = "Nothing was paid, so it ended. Come back whenever you like."
        case "price_change":
            subject = "Your price changes"
            text = _price_change(data)
        case _:
            return None
    return Letter(subject, f"{text}\n\nYour account: {account_url}\n")


def _price_change(data: dict[str, Any]) -> str:
    if not {"amount_minor", "currency", "from"} <= data.keys():
        return "The price of your subscription changes. Your account shows when and to what."
    price = Money(data["amount_minor"], data["currency"])
    return f"From {str(data['from'])[:10]} on your subscription costs {price}."
