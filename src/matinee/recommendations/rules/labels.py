"""Labels of items: genres, moods, people; which items carry which."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items

Shares = npt.NDArray[np.float32]
"""How much of each item falls to each label, shape (n_items, n_labels); rows sum to one or zero."""


class Labels:
    """The most common labels, most common first, and the items of each.

    Labels that differ in case only are one; it is spelled as where it is met first.
    """

    def __init__(
        self, of_items: Sequence[Sequence[str]], *, count_max: int, items_min: int = 1
    ) -> None:
        spelled: dict[str, str] = {}
        members: dict[str, list[int]] = {}
        for number, own in enumerate(of_items):
            for label in dict.fromkeys(one.casefold() for one in own):
                members.setdefault(label, []).append(number)
            for one in own:
                spelled.setdefault(one.casefold(), one)
        kept = [label for label, items in members.items() if len(items) >= items_min]
        kept.sort(key=lambda label: (-len(members[label]), label))
        self.keys: tuple[str, ...] = tuple(kept[:count_max])
        self.names: tuple[str, ...] = tuple(spelled[label] for label in self.keys)
        self.members: tuple[Items, ...] = tuple(
            np.array(members[label], dtype=np.int32) for label in self.keys
        )
        self._n_items = len(of_items)
        self._of_item: dict[int, list[int]] = {}
        for column, items in enumerate(self.members):
            for number in items.tolist():
                self._of_item.setdefault(number, []).append(column)

    @cached_property
    def carriers(self) -> npt.NDArray[np.bool_]:
        """Which items carry each label, shape (n_labels, n_items)."""
        carriers = np.zeros((len(self.keys), self._n_items), dtype=bool)
        for column, items in enumerate(self.members):
            carriers[column, items] = True
        return carriers

    @cached_property
    def shares(self) -> Shares:
        """How much of each item falls to each label, equal parts; of `names`, in their order."""
        shares = np.zeros((self._n_items, len(self.keys)), dtype=np.float32)
        for column, items in enumerate(self.members):
            shares[items, column] = 1.0
        carried = shares.sum(axis=1, keepdims=True)
        np.divide(shares, carried, out=shares, where=carried > 0)
        return shares

    def of_item(self, number: int) -> list[int]:
        """The places of an item's labels among `names`."""
        return self._of_item.get(number, [])
