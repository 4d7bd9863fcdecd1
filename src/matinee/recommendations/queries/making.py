"""Makes what one viewer is shown out of what this process knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from matinee.contracts.recommendations import Card, HomePage
from matinee.recommendations.queries.knowledge import Knowledge
from matinee.recommendations.queries.policies import Policies
from matinee.recommendations.rules.arrays import Items
from matinee.recommendations.rules.bandit.picks import Sealer
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.wording import SearchKind, Wording


@dataclass(frozen=True)
class Maker:
    """Who looks at what, and what is known for it."""

    knowledge: Knowledge
    showing: Showing
    sealer: Sealer

    def page(self) -> HomePage:
        """The home page, with its hero, pictures and words."""
        page = self._policies.opener.opened(self.showing, self.sealer)
        if self._are_pictures_chosen:
            page = self._policies.dresser.dressed(page, self.showing.taste, self.sealer)
        return self._wording.page(page)

    def cards(self, numbers: Items) -> list[Card]:
        """Cards with the same pictures as on the home page."""
        sold, own = self.showing.for_sale, self.showing.catalogue.cards
        cards = [
            self.showing.card_for_sale(number) if sold[number] else own[number]
            for number in numbers.tolist()
        ]
        if self._are_pictures_chosen:
            cards = self._policies.dresser.cards(cards, self.showing.taste, self.sealer)
        return self._wording.cards(cards)

    def worded(self, cards: Sequence[Card]) -> list[Card]:
        """Cards as the viewer reads them, with their own pictures."""
        return self._wording.cards(cards)

    def label(self, kind: SearchKind, name: str) -> str:
        """A person, genre or mood as the viewer reads it."""
        return self._wording.label(kind, name)

    @property
    def _policies(self) -> Policies:
        return self.knowledge.policies.tuned(self.showing.tuning)

    @property
    def _are_pictures_chosen(self) -> bool:
        return self.showing.tuning.pictures != "own"

    @property
    def _wording(self) -> Wording:
        viewer = self.showing.viewer
        return self.knowledge.wordings.of(viewer.language, viewer.country)
