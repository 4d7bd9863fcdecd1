"""Pages as JSON, put together from cards that were written before."""

from matinee.contracts.recommendations import Card, HomePage, Row

_CARDS_KEPT_MAX = 100_000


class CardWriter:
    """Keeps the JSON of each card of one catalogue once it was written; about 600 bytes a card.

    A page has up to 400 of them, and writing them anew would take longer than choosing them.
    """

    def __init__(self) -> None:
        # By the card's identity; the card is kept along, so that no other can take its place.
        self._written: dict[int, tuple[Card, str]] = {}

    def page(self, page: HomePage) -> str:
        """The same JSON as the message's own, but that its rows come last."""
        head = page.model_dump_json(exclude={"rows"})
        rows = ",".join(map(self._row, page.rows))
        return f'{head[:-1]},"rows":[{rows}]}}'

    def _row(self, row: Row) -> str:
        head = row.model_dump_json(exclude={"cards"})
        cards = ",".join(map(self._card, row.cards))
        return f'{head[:-1]},"cards":[{cards}]}}'

    def _card(self, card: Card) -> str:
        kept = self._written.get(id(card))
        if kept is not None:
            return kept[1]
        written = card.model_dump_json()
        # A card with a position or a date is one profile's or one day's.
        lasting = card.progress is None and not (
            card.available_from or card.available_until or card.on_offer
        )
        if lasting and len(self._written) < _CARDS_KEPT_MAX:
            self._written[id(card)] = (card, written)
        return written
