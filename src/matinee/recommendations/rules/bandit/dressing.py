"""Shows each title of a page with the picture that was chosen for the profile."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
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
        index = self.pictures.catalogue.index
        rows = [[index.get(card.id, -1) for card in row.cards] for row in page.rows]
        hero = page.hero
        opening = -1 if hero is None else index.get(hero.card.id, -1)
        looks = self._chosen({opening, *chain.from_iterable(rows)}, taste, sealer)
        if not looks.places:
            return page
        shown = [
            self._row(row, own, looks, sealer) for row, own in zip(page.rows, rows, strict=True)
        ]
        if hero is not None:
            hero = hero.model_copy(update={"card": self._card(hero.card, opening, looks)})
        return page.model_copy(update={"rows": shown, "hero": hero})

    def _chosen(self, numbers: set[int], taste: Taste, sealer: Sealer) -> "_Looks":
        several = self.pictures.counts > 1
        items = np.array(sorted(n for n in numbers if n >= 0 and several[n]), dtype=np.int32)
        contexts = self.pictures.contexts(items, taste)
        probable = self.probabilities(items, contexts)
        points = choosing.points_of(sealer.seed, self.pictures.keys[items])
        arms = choosing.chosen(probable, points)
        picks = Picks(
            tails=self.pictures.tails[items],
            among=self.pictures.among[items],
            arms=arms,
            propensities=probable[np.arange(len(items)), arms],
            contexts=contexts,
        )
        places = {number: place for place, number in enumerate(items.tolist())}
        return _Looks(places, arms.tolist(), picks.entries())

    def _row(self, row: Row, own: Sequence[int], looks: "_Looks", sealer: Sealer) -> Row:
        cards = [self._card(card, n, looks) for card, n in zip(row.cards, own, strict=True)]
        places = [looks.places[number] for number in own if number in looks.places]
        picks = sealer.sealed(self.version, looks.entries[places]) if self.explored > 0 else ""
        return row.model_copy(update={"cards": cards, "picks": picks})

    def _card(self, card: Card, number: int, looks: "_Looks") -> Card:
        place = looks.places.get(number)
        arm = 0 if place is None else looks.arms[place]
        if arm == 0:
            return card
        item = self.pictures.catalogue.items[number]
        look = item.looks[arm]
        return look if card is item.card else card.model_copy(update={"artwork": look.artwork})


@dataclass(frozen=True)
class _Looks:
    """The chosen picture of each item that has several."""

    places: Mapping[int, int]
    arms: Sequence[int]
    entries: Entries
