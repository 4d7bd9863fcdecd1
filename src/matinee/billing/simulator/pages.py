"""The simulator's own pages, in plain HTML. Each says that no money moves."""

from html import escape

from matinee.billing.simulator.cards import BY_NUMBER, CARDS
from matinee.billing.simulator.store import Thing
from matinee.kernel.money import Money

WHY = {
    "declined": "The bank declined this card. Choose another one.",
    "insufficient_funds": "There is not enough money on this card. Choose another one.",
    "expired_card": "This card has expired. Choose another one.",
    "authentication_required": "The bank did not get its confirmation. Try again.",
}
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 30rem; padding: 1.5rem; }
.banner { border: 2px dashed #b45309; border-radius: .5rem; padding: .75rem 1rem; }
fieldset { border: 0; padding: 0; margin: 1.5rem 0; }
legend { font-weight: 600; margin-bottom: .5rem; }
label { display: block; padding: .6rem .75rem; border: 1px solid #8888; border-radius: .5rem;
  margin-bottom: .4rem; }
button { font: inherit; font-weight: 600; padding: .7rem 1.4rem; border-radius: .5rem; border: 0;
  background: #1d4ed8; color: #fff; margin: 0 .5rem .5rem 0; cursor: pointer; }
button.quiet { background: #4b5563; }
.alert { border-left: 4px solid #b91c1c; padding: .5rem .75rem; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
"""
_BANNER = (
    '<p class="banner" role="note"><strong>Simulator: no money moves here.</strong>'
    " These cards exist nowhere; whatever you choose, nobody is charged.</p>"
)


def choose(checkout: Thing, saved: list[Thing], why: str = "") -> str:
    """The page to choose a card on."""
    alert = f'<p class="alert" role="alert">{escape(WHY.get(why, why))}</p>' if why else ""
    known = {method["number"] for method in saved}
    ordered = sorted(CARDS, key=lambda card: card.number not in known)
    options = "".join(
        f'<label><input type="radio" name="card" value="{card.number}"'
        f"{' checked' if place == 0 else ''}> {card.brand} ending in {card.last4}"
        f"{' (saved)' if card.number in known else ''}: {escape(card.what.lower())}</label>"
        for place, card in enumerate(ordered)
    )
    return _page(
        _heading(checkout),
        f'{alert}<form method="post"><fieldset><legend>Card</legend>{options}</fieldset>'
        f'<button name="do" value="pay">{_verb(checkout)}</button>'
        '<button class="quiet" name="do" value="leave">Go back without paying</button></form>',
    )


def challenge(checkout: Thing) -> str:
    """The page on which the bank asks whether it is really the holder (3-D Secure)."""
    card = BY_NUMBER[checkout["trying"]]
    return _page(
        "Your bank asks: is it you?",
        f"<p>3-D Secure. {escape(_heading(checkout))} with {card.brand} ending in {card.last4}.</p>"
        '<form method="post"><button name="do" value="confirm">Yes, it is me</button>'
        '<button class="quiet" name="do" value="refuse">No, stop this</button></form>',
    )


def over(checkout: Thing) -> str:
    """The page of a checkout that is used or closed."""
    told = "was used" if checkout["status"] == "complete" else "is closed"
    back = escape(checkout["return_url"], quote=True)
    return _page(
        "Nothing to do here",
        f'<p>This page {told}; nothing more is taken. <a href="{back}">Go back</a></p>',
    )


def _heading(checkout: Thing) -> str:
    if checkout["amount_minor"] is None:
        return "Save a card"
    return f"Pay {Money(checkout['amount_minor'], checkout['currency'])}"


def _verb(checkout: Thing) -> str:
    return escape(_heading(checkout) if checkout["amount_minor"] is not None else "Save card")


def _page(heading: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(heading)} · payment simulator</title>"
        '<link rel="stylesheet" href="/simulator/checkout/style.css"></head>'
        f"<body><main>{_BANNER}<h1>{escape(heading)}</h1>{content}</main></body></html>"
    )
