"""Shows each title of a page with the picture that was chosen for the profile."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from matinee.contracts.catalog import Artwork
from matinee.contracts.recommendations import Card, HomePage, Row
from matinee.recommendations.rules.arrays import Items, Mask
from matinee.recommendations.rules.bandit import artwork, choosing
from matinee.recommendations.rules.bandit.artwork import GENRES, PICTURES_MAX, Marks, PictureWorth
from matinee.recommendations.rules.bandit.picks import Context, Entries, Picks, Sealer, tail_of
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


@dataclass(frozen=True)
class Dresser:
    """The policy that chooses pictures: what it believes, and how much it explores."""

    version: int
    pictures: Pictures
    worth: PictureWorth
    explored: float

    @cached_property
    def _which(self) -> npt.NDArray[np.intp]:
        """The worth's functions for every item, shape (n_items, PICTURES_MAX)."""
        pictures = self.pictures
        which = np.zeros(pictures.marks.shape, dtype=np.intp)
        for number in pictures.several.tolist():
            title_id = pictures.catalogue.items[number].id
            which[number] = self.worth.numbers_of(title_id, pictures.marks[number].tolist())
        return which

    def probabilities(self, items: Items, contexts: Context) -> choosing.Probabilities:
        """How probable each picture of some items is, shape (k, PICTURES_MAX)."""
        return choosing.probabilities(self._beliefs(items, contexts), self.explored)

    def _beliefs(self, items: Items, contexts: Context) -> choosing.Beliefs:
        return self.worth.beliefs(self._which[items], self.pictures.real(items), contexts)

    def expected(
        self, items: Items, contexts: Context, rates: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """How often each picture is expected to be taken, (k, PICTURES_MAX), by titles' rates."""
        beliefs = self._beliefs(items, contexts)
        expected: npt.NDArray[np.float64] = np.clip(rates[items][:, None] + beliefs.means, 0, 1)
        return expected

    def dressed(self, page: HomePage, taste: Taste, sealer: Sealer) -> HomePage:
        """The page with the chosen pictures, each row with what was chosen for it.

        A profile sees the same picture of a title all day, as long as the beliefs stay.
        """
        hero = page.hero
        cards = list(chain.from_iterable(row.cards for row in page.rows))
        shown = cards if hero is None else [*cards, hero.card]
        chosen = self._chosen(self.pictures.numbers_of(shown), taste, sealer)
        if not len(chosen.entries):
            return page
        for place in np.flatnonzero(chosen.arms).tolist():
            number, arm = int(chosen.numbers[place]), int(chosen.arms[place])
            shown[place] = self.pictures.card(shown[place], number, arm)
        if hero is not None:
            hero = hero.model_copy(update={"card": shown[-1]})
        return page.model_copy(
            update={"rows": self._rows(page, shown, chosen, sealer), "hero": hero}
        )

    def _chosen(self, numbers: Items, taste: Taste, sealer: Sealer) -> "_Chosen":
        several = (self.pictures.counts > 1)[numbers] & (numbers >= 0)
        items, places = np.unique(numbers[several], return_inverse=True)
        contexts = self.pictures.contexts(items, taste)
        probable = self.probabilities(items, contexts)
        arms = choosing.chosen(probable, choosing.points_of(sealer.seed, self.pictures.keys[items]))
        picks = Picks(
            tails=self.pictures.tails[items],
            among=self.pictures.among[items],
            arms=arms,
            propensities=probable[np.arange(len(items)), arms],
            contexts=contexts,
        )
        of_cards = np.full(len(numbers), -1, dtype=np.intp)
        of_cards[several] = places
        own = np.where(of_cards >= 0, np.append(arms, 0)[of_cards], 0)
        return _Chosen(numbers, own, of_cards, picks.entries())

    def _rows(
        self, page: HomePage, shown: Sequence[Card], chosen: "_Chosen", sealer: Sealer
    ) -> list[Row]:
        rows, start = [], 0
        for row in page.rows:
            end = start + len(row.cards)
            own = chosen.of_cards[start:end]
            entries = chosen.entries[own[own >= 0]] if self.explored > 0 else chosen.entries[:0]
            picks = sealer.sealed(self.version, entries)
            rows.append(row.model_copy(update={"cards": shown[start:end], "picks": picks}))
            start = end
        return rows


@dataclass(frozen=True)
class _Chosen:
    """What was chosen for the cards of a page, in their order: shape (cards,) each.

    `numbers` are their items, `arms` which picture; `of_cards` says which of the `entries`, one for
    each item that has several pictures, is theirs, or -1.
    """

    numbers: Items
    arms: npt.NDArray[np.intp]
    of_cards: npt.NDArray[np.intp]
    entries: Entries
