"""Rows in the making: how many cards fit, and that nothing is twice in view."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from matinee.contracts.recommendations import Card, Row, RowKind
from matinee.recommendations.rules.catalogue import Catalogue

SMALL = 60
"""Below so many titles a page could not be filled without showing one again further down."""


_FEW = 25
"""Below so many titles what suits somebody must come again soon, if rows are to say why."""
ENOUGH_FOR_ROWS = 9
"""Below so many titles a page has one row of all of them."""


@dataclass(frozen=True)
class Format:
    """How large a page is for a number of titles that the profile may see."""

    cards_min: int
    cards_max: int
    rows_max: int
    repeat_after: int | None
    """A title may come again so many rows further down; None for never."""

    @classmethod
    def fitting(cls, n_visible: int) -> "Format":
        """With few titles: short rows, so that there are several, and repeats out of view."""
        if n_visible >= SMALL:
            return cls(cards_min=4, cards_max=20, rows_max=20, repeat_after=None)
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

    def add(self, kind: RowKind, name: str, ranked: Iterable[int], about: str = "") -> bool:
        """A row of the best that are not in view yet; False if they are too few for one."""
        fresh = list(islice(filter(self._is_fresh, ranked), self._form.cards_max))
        if self.full or len(fresh) < self._form.cards_min:
            return False
        self._shown_in.update(dict.fromkeys(fresh, len(self.rows)))
        self._append(kind, name, [self._catalogue.items[item].card for item in fresh], about)
        return True

    def add_fixed(self, kind: RowKind, name: str, cards: list[Card], cards_min: int = 1) -> bool:
        """A row whose titles belong there wherever else they stand: resuming, my list, top 10."""
        if self.full or len(cards) < cards_min:
            return False
        self._append(kind, name, cards[: max(self._form.cards_max, 10)], "")
        return True

    def _append(self, kind: RowKind, name: str, cards: list[Card], about: str) -> None:
        row_id = f"{kind}:{about}" if about else kind
        self.rows.append(
            Row.model_construct(id=row_id, kind=kind, name=name, reason=name, cards=cards)
        )

    def _is_fresh(self, item: int) -> bool:
        last = self._shown_in.get(item)
        if last is None:
            return True
        apart = self._form.repeat_after
        return apart is not None and len(self.rows) - last >= apart
