"""How much of a viewer's attention each title of a page gets, before anybody has seen it."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from matinee.contracts.recommendations import Card, HomePage

# Of those who looked at a row, or a card, so many look at the next: examination falls with rank
# like this in cascade models of clicks (Craswell et al., WSDM 2008, "An experimental comparison
# of click position-bias models").
_NEXT_ROW, _NEXT_CARD = 0.8, 0.85
# The hero is most of what a page opens with.
_HERO = 2.0


def attention(page: HomePage) -> dict[UUID, float]:
    """The part of a page's attention that each playable title gets; they sum to one."""
    weights: defaultdict[UUID, float] = defaultdict(float)
    if page.hero is not None:
        weights[_played(page.hero.card)] += _HERO
    for line, row in enumerate(page.rows):
        for place, card in enumerate(row.cards):
            weights[_played(card)] += _NEXT_ROW**line * _NEXT_CARD**place
    return shares_of([weights])


def shares_of(pages: Iterable[dict[UUID, float]]) -> dict[UUID, float]:
    """Several weights of titles as shares of their sum; nothing of nothing."""
    sums: defaultdict[UUID, float] = defaultdict(float)
    for page in pages:
        for title_id, weight in page.items():
            sums[title_id] += weight
    whole = sum(sums.values())
    return {title_id: weight / whole for title_id, weight in sums.items()} if whole else {}


def _played(card: Card) -> UUID:
    """What would be played: the episode where a series stands open, else the title itself."""
    return card.id if card.play_title_id is None else card.play_title_id
