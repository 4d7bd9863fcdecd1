"""Shows each title of a page with the picture that was chosen for the profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from matinee.contracts.recommendations import Card, HomePage, Row
from matinee.recommendations.rules.arrays import Items
from matinee.recommendations.rules.bandit import choosing
from matinee.recommendations.rules.bandit.artwork import PictureWorth
from matinee.recommendations.rules.bandit.picks import Context, Entries, Picks, Sealer
from matinee.recommendations.rules.bandit.pictures import Pictures
from matinee.recommendations.rules.candidates.interface import Taste


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
        if hero is not None:
            cards.append(hero.card)
        chosen = self._chosen(self.pictures.numbers_of(cards), taste, sealer)
        if not len(chosen.entries):
            return page
        shown = self._shown(cards, chosen)
        if hero is not None:
            hero = hero.model_copy(update={"card": shown[-1]})
        rows = self._rows(page, shown, chosen, sealer)
        return page.model_copy(update={"rows": rows, "hero": hero})

    def cards(self, cards: Sequence[Card], taste: Taste, sealer: Sealer) -> list[Card]:
        """Cards elsewhere, with the same pictures as on the page."""
        chosen = self._chosen(self.pictures.numbers_of(cards), taste, sealer)
        return self._shown(cards, chosen)

    def _shown(self, cards: Sequence[Card], chosen: "_Chosen") -> list[Card]:
        shown = list(cards)
        for place in np.flatnonzero(chosen.arms).tolist():
            number, arm = int(chosen.numbers[place]), int(chosen.arms[place])
            shown[place] = self.pictures.card(shown[place], number, arm)
        return shown

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
