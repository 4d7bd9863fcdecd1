"""The cards that can be paid with here, and what becomes of each.

Their numbers are those that gateways publish for trying things out
(docs.stripe.com/testing), so that nobody has to learn others.
"""

from dataclasses import dataclass
from typing import Literal

Challenge = Literal["never", "at first", "always"]


@dataclass(frozen=True)
class Card:
    """A card and how its bank behaves."""

    number: str
    what: str
    """What people are told about it."""
    brand: str = "Visa"
    challenge: Challenge = "never"
    """When the bank asks its holder to confirm (3-D Secure)."""
    declined_at_once: str = ""
    """Why it cannot even be saved; empty: it can."""
    declined_later: str = ""
    """Why a charge fails while the holder is away; empty: it succeeds."""
    is_disputed: bool = False
    """Whether the holder calls each charge a fraud afterwards."""

    @property
    def last4(self) -> str:
        """The digits that may be shown."""
        return self.number[-4:]


CARDS = (
    Card("4242424242424242", "Pays"),
    Card("5555555555554444", "Pays", brand="Mastercard"),
    Card("4000002500003155", "Asks for 3-D Secure when it is saved", challenge="at first"),
    Card(
        "4000002760003184",
        "Asks for 3-D Secure every time",
        challenge="always",
        declined_later="authentication_required",
    ),
    Card("4000000000000341", "Pays now, is declined later", declined_later="declined"),
    Card(
        "4000000000000101",
        "Pays now, has no money later",
        declined_later="insufficient_funds",
    ),
    Card("4000000000000119", "Pays now, is stolen later", declined_later="card_lost"),
    Card("4000000000000259", "Pays, and is disputed afterwards", is_disputed=True),
    Card("4000000000000002", "Is declined", declined_at_once="declined"),
    Card("4000000000009995", "Has no money", declined_at_once="insufficient_funds"),
    Card("4000000000000069", "Has expired", declined_at_once="expired_card"),
)
BY_NUMBER = {card.number: card for card in CARDS}
