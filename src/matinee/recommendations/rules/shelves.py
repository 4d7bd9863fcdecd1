"""Rows in the making: how many cards fit, and that nothing is twice in view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from matinee.contracts.recommendations import Card, Row
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.proposals import Proposal
from matinee.recommendations.rules.tuning import USUAL, Tuning

SMALL = 60
"""Below so many titles a page could not be filled without showing one again further down."""


_FEW = 25
"""Below so many titles what suits somebody must come again soon, if rows are to say why."""
ENOUGH_FOR_ROWS = 9
"""Below so many titles a page has one row of all of them."""
# From so many titles on, a row may leave out some good ones for the sake of variety.
_MANY, _SPARE = 1_000, 8
# How many rows a page should come to while there is no more than enough for them, and how short
# they may be then.
_ROWS_WANTED, _CARDS_MIN = 8, 10


@dataclass(frozen=True)
class Format:
    """How large a page is for a number of titles that the profile may see."""

    cards_min: int
    cards_max: int
    rows_max: int
    repeat_after: int | None
    """A title may come again so many rows further down; None for never."""
    spare: int = 0
    """So many titles more than fit may a row choose from; what it leaves stands nowhere else."""

    @classmethod
    def fitting(cls, n_visible: int, tuning: Tuning = USUAL) -> "Format":
        """With few titles: short rows, so that there are several, and repeats out of view.

        Where there are more, pages are as large as they are tuned to be.
        """
        if n_visible >= SMALL:
            spare = _SPARE if n_visible >= _MANY else 0
            # Else a few hundred titles would make three rows.
            cards = min(max(n_visible // _ROWS_WANTED, _CARDS_MIN), tuning.cards_max)
            rows = tuning.rows_max
            return cls(cards_min=4, cards_max=cards, rows_max=rows, repeat_after=None, spare=spare)
        return cls(
            cards_min=3,
            cards_max=min(max(4, n_visible // 2), 12),
            rows_max=6 + n_visible // 3,
            repeat_after=2 if n_visible < _FEW else 3,
        )


class Shelves:
    """Collects rows from the top down; knows where each title was shown last."""

    def __init__(self, catalogue: Catalogue, form: Format) -> None:
        self.rows: list[Row] = []
        self._catalogue = catalogue
        self._form = form
        self._shown_in: dict[int, int] = {}

    @property
    def full(self) -> bool:
        """Whether no further row belongs on this page."""
        return len(self.rows) >= self._form.rows_max

    def open_with(self, item: int) -> None:
        """Note the title that opens the page, in view with the first rows."""
        self._shown_in[item] = 0

    def add(self, one: Proposal, special: Mapping[int, Card] = {}) -> bool:
        """A row of the best that are not in view yet; False if they are too few for one.

        What is whole is shown as it is: its titles belong there wherever else they stand. Those in
        `special` have a card of their own.
        """
        if self.full:
            return False
        if one.whole:
            items = one.items[: max(self._form.cards_max, 10)].tolist()
            if items:
                self.put(one, items, special)
            return bool(items)
        fresh = list(islice(filter(self._is_fresh, one.items.tolist()), self._form.cards_max))
        if len(fresh) < self._form.cards_min:
            return False
        self._shown_in.update(dict.fromkeys(fresh, len(self.rows)))
        self.put(one, fresh, special)
        return True

    def put(self, one: Proposal, items: Iterable[int], special: Mapping[int, Card] = {}) -> None:
        """A row with these items, those in `special` with a card of their own."""
        own = self._catalogue.cards
        cards = [special.get(item) or own[item] for item in items]
        self.rows.append(
            Row.model_construct(
                id=one.row_id,
                kind=one.kind,
                name=one.name,
                reason=one.reason,
                about_title_id=one.about_title,
                cards=cards,
            )
        )

    def _is_fresh(self, item: int) -> bool:
        last = self._shown_in.get(item)
        if last is None:
            return True
        apart = self._form.repeat_after
        return apart is not None and len(self.rows) - last >= apart
