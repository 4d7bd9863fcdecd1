"""Which titles have several pictures, and how these are told apart."""

import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matinee.contracts.catalog import Artwork
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.bandit import artwork, choosing
from matinee.recommendations.rules.bandit.artwork import GENRES, PICTURES_MAX, Marks
from matinee.recommendations.rules.bandit.picks import Context, tail_of
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.catalogue import Catalogue


def mark_of(picture: Artwork) -> int:
    """What a picture is told from others by; its address says what is in it."""
    return zlib.crc32(f"{picture.poster} {picture.backdrop}".encode())


def among_of(marks: Iterable[int]) -> int:
    """What a choice among these pictures, in this order, is told from others by."""
    return zlib.crc32(repr(list(marks)).encode()) & 0xFFFF


class Pictures:
    """Which items of a catalogue have several pictures, and how these are told apart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        n_items = len(catalogue)
        self.counts: npt.NDArray[np.int8] = np.ones(n_items, dtype=np.int8)
        self.marks: Marks = np.zeros((n_items, PICTURES_MAX), dtype=np.uint32)
        self.among: npt.NDArray[np.uint16] = np.zeros(n_items, dtype=np.uint16)
        self.genres: Items = np.full((n_items, GENRES), -1, dtype=np.int32)
        self._cards: dict[tuple[int, int], Card] = {}
        self._of_card = {id(item.card): number for number, item in enumerate(catalogue.items)}
        columns = {key: column for column, key in enumerate(catalogue.genres.keys)}
        for number in self.several.tolist():
            item = catalogue.items[number]
            marks = [mark_of(one) for one in (item.card.artwork, *item.pictures)][:PICTURES_MAX]
            self.counts[number] = len(marks)
            self.marks[number, : len(marks)] = marks
            self.among[number] = among_of(marks)
            own = [columns.get(genre.casefold(), -1) for genre in item.card.genres[:GENRES]]
            self.genres[number, : len(own)] = own

    @cached_property
    def several(self) -> Items:
        """The items that have more than one picture."""
        items = self.catalogue.items
        return np.flatnonzero([len(item.pictures) > 0 for item in items]).astype(np.int32)

    @cached_property
    def tails(self) -> npt.NDArray[np.uint8]:
        """The ends of the items' ids, as picks name them, shape (n_items, 4)."""
        ends = b"".join(tail_of(item.id) for item in self.catalogue.items)
        return np.frombuffer(ends, dtype=np.uint8).reshape(-1, 4)

    @cached_property
    def keys(self) -> choosing.Keys:
        """A number for each item that chance is drawn for; ids are random in their last half."""
        ends = b"".join(item.id.bytes[8:] for item in self.catalogue.items)
        return np.frombuffer(ends, dtype=">u8").astype(np.uint64)

    def numbers_of(self, cards: Sequence[Card]) -> Items:
        """The items of some cards, -1 for none; quick for the catalogue's own, which are most."""
        index, own = self.catalogue.index, self._of_card
        found = [own.get(id(card), -1) for card in cards]
        return np.array(
            [
                index.get(card.id, -1) if number < 0 else number
                for card, number in zip(cards, found, strict=True)
            ],
            dtype=np.int32,
        )

    def card(self, card: Card, number: int, arm: int) -> Card:
        """A card of an item with another picture; the catalogue's own are made once."""
        item = self.catalogue.items[number]
        changed = {"artwork": item.pictures[arm - 1]}
        if card is not item.card:
            return card.model_copy(update=changed)
        known = self._cards.get((number, arm))
        if known is None:
            known = self._cards[number, arm] = card.model_copy(update=changed)
        return known

    def real(self, items: Items) -> Mask:
        """Which arms some items have, shape (k, PICTURES_MAX)."""
        mask: Mask = np.arange(PICTURES_MAX) < self.counts[items][:, None]
        return mask

    def contexts(self, items: Items, taste: Taste) -> Context:
        """How much a profile likes the genres of each of some items."""
        liked = taste.liked()
        shares = self.catalogue.genres.shares
        # The last stands for a genre that is none.
        likes = np.zeros(shares.shape[1] + 1, dtype=np.float32)
        if len(liked.items):
            likes[:-1] = liked.weights @ shares[liked.items] / liked.weights.sum()
        return artwork.told(likes[self.genres[items]])
