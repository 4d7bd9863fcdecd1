"""Who looks at which catalogue, and what follows from that for every item of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import EditorialRow, Vantage
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.arrays import Items, Mask, Scores, Weights, best, unit
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.dismissals import Dismissals
from matinee.recommendations.rules.resuming import Doorkeeper, Resumable, finished_items, resumables
from matinee.recommendations.rules.tuning import USUAL, Tuning

_TOP = 10
_RANKED_MAX = 2_000
_POPULAR_MIX = 200
NEW_S = 60 * DAY_S
_SOON_S, _LEAVING_S = 30 * DAY_S, 14 * DAY_S
# What was watched stands behind everything else, in the same order.
_SEEN_SHARE = np.float32(1e-3)
# A title may be passed over twice for nothing; then every third time halves it, down to a fifth.
_FREE_PASSES, _PASSED_SHARE_MIN = 2.0, 0.2
_PASSES_HALF_LIFE_S = 14 * DAY_S


def passed_share(times: int, age_s: float, tuning: Tuning = USUAL) -> float:
    """What is left of a score after so many impressions without a play; they fade with time."""
    counted = times * math.exp2(-max(age_s, 0.0) / _PASSES_HALF_LIFE_S) - _FREE_PASSES
    return max(math.exp2(-max(counted, 0.0) / tuning.passes_to_halve), _PASSED_SHARE_MIN)


@dataclass(frozen=True)
class Showing:
    """Who looks at which catalogue, and when."""

    catalogue: Catalogue
    models: Models
    viewer: tastes.ViewerFacts
    ceiling: int
    now: datetime
    programme: Sequence[EditorialRow] = ()
    tuning: Tuning = USUAL
    offers: frozenset[UUID] = frozenset()

    @cached_property
    def now_s(self) -> float:
        """The moment as Unix seconds."""
        return self.now.timestamp()

    @cached_property
    def watched(self) -> tastes.Watched:
        """The profile's plays with their items, newest first."""
        return tastes.watched_of(self.catalogue, self.viewer)

    @cached_property
    def own_watched(self) -> tastes.Watched:
        """The same without what a child watched."""
        return tastes.without_a_childs(self.catalogue, self.viewer, self.watched)

    @cached_property
    def taste(self) -> Taste:
        """What the profile likes."""
        return tastes.of_watched(self.catalogue, self.viewer, self.own_watched, self.now)

    @cached_property
    def vantage(self) -> Vantage:
        """From where the viewer looks."""
        return Vantage(self.viewer.country, self.viewer.plan, self.viewer.platform)

    @cached_property
    def fit_to_see(self) -> Mask:
        """Which items are not above the profile's ceiling."""
        return self.catalogue.maturity.ages(self.viewer.country) <= self.ceiling

    @cached_property
    def may_see(self) -> Mask:
        """Which items those are that may be shown here and now."""
        is_open = self.catalogue.availability.open_to(self.vantage, self.now_s)
        if self.viewer.own:
            is_open |= self.own & self._open_to_buyers
        return self.fit_to_see & is_open

    @cached_property
    def for_sale(self) -> Mask:
        """Which items are not in the account's plan, and can be rented or bought."""
        if not self.offers:
            return np.zeros(len(self.catalogue), dtype=bool)
        offered = self._among(self.offers)
        return offered & self._open_to_buyers & self.fit_to_see & ~self.may_see

    def card_for_sale(self, number: int) -> Card:
        """The card of an item that has to be rented or bought before it is watched."""
        return self.catalogue.cards[number].model_copy(update={"on_offer": True})

    @cached_property
    def own(self) -> Mask:
        """Which items the account has rented or bought."""
        return self._among(self.viewer.own)

    def _among(self, title_ids: Iterable[UUID]) -> Mask:
        """Which items are some titles; an episode is no item."""
        found = np.zeros(len(self.catalogue), dtype=bool)
        for title_id in title_ids:
            number = self.catalogue.index.get(title_id)
            if number is not None and self.catalogue.items[number].id == title_id:
                found[number] = True
        return found

    @cached_property
    def _open_to_buyers(self) -> Mask:
        return self.catalogue.availability.open_to_buyers(self.vantage, self.now_s)

    @cached_property
    def visible(self) -> Mask:
        """Which items the profile may and wants to see; all it may see if it wants none."""
        allowed = self.may_see
        wanted = allowed.copy()
        for title_id, up in self.viewer.thumbs.items():
            number = self.catalogue.index.get(title_id)
            if number is not None and not up:
                wanted[number] = False
        return wanted if wanted.any() else allowed

    @cached_property
    def opening(self) -> Mapping[int, float]:
        """When items that cannot be watched yet can be soon, soonest first; Unix seconds."""
        available = self.catalogue.availability
        return available.opening(self.vantage, self.now_s, _SOON_S)

    @cached_property
    def closing(self) -> Mapping[int, float]:
        """When items that can be watched cannot be soon, soonest first; Unix seconds."""
        available = self.catalogue.availability
        return available.closing(self.vantage, self.now_s, _LEAVING_S)

    @cached_property
    def n_visible(self) -> int:
        """How many items that are."""
        return int(self.visible.sum())

    @cached_property
    def understood(self) -> Mask:
        """Which items the profile can follow, by their languages."""
        return self.catalogue.availability.understood(self.viewer.language)

    @cached_property
    def resuming(self) -> list[Resumable]:
        """What can be gone on with."""
        keeper = Doorkeeper(self.ceiling, self.vantage, self.now)
        return resumables(self.catalogue, self.watched, self.visible, keeper)

    @cached_property
    def unseen(self) -> Mask:
        """Which items were neither finished nor are under way."""
        unseen = np.ones(len(self.catalogue), dtype=bool)
        unseen[finished_items(self.catalogue, self.watched)] = False
        unseen[[one.item for one in self.resuming]] = False
        return unseen

    @cached_property
    def dismissals(self) -> Dismissals:
        """What the profile took off its page."""
        if not self.viewer.dismissed:
            return Dismissals()
        return Dismissals.of(self.catalogue, self.viewer)

    @cached_property
    def favour(self) -> Scores:
        """What a score is multiplied with; zero for what must not be shown.

        Little for what was finished or is under way, less for what was passed over often, and for
        what cannot be followed.
        """
        # What one cannot follow may still be wanted, but must be wanted much.
        foreign = np.float32(self.tuning.foreign_share)
        factor = np.where(self.understood, np.float32(1), foreign)
        for title_id, passed in self.viewer.passed_over.items():
            number = self.catalogue.index.get(title_id, -1)
            if number >= 0:
                age_s = self.now_s - passed.last_at.timestamp()
                factor[number] *= passed_share(passed.times, age_s, self.tuning)
        factor[~self.unseen] *= _SEEN_SHARE
        favour: Scores = factor * self.visible
        return favour

    @cached_property
    def personal(self) -> Scores:
        """How much each item is for this profile, one at most; zero where it must not be shown.

        What nobody knows anything of still counts a trifle, so that no visible title is lost.
        """
        fresh = np.exp2(-self.age_s / np.float32(30 * DAY_S))
        # Shares are next to a taste, which counts one at most.
        is_learnt = self.knows_taste and self.models.ranker.knows
        if is_learnt and self.tuning.order == "learnt":
            suiting = unit(self.models.personal(self.taste, self.now_s))
        else:
            popular = unit(self.models.weeks.recommend(NO_TASTE))
            suiting = self.alike + np.float32(self.tuning.popular_share) * popular
        scores = suiting + np.float32(self.tuning.fresh_share) * fresh
        return unit((scores + np.float32(1e-6)) * self.favour)

    @cached_property
    def ranked(self) -> Items:
        """The best items for this profile, best first, at most `_RANKED_MAX`."""
        return best(self.personal, _RANKED_MAX)

    @cached_property
    def alike(self) -> Scores:
        """How well each item goes with the profile's taste."""
        return self.models.alike(self.taste)

    @cached_property
    def age_s(self) -> Scores:
        """How long each item has been there, never negative, shape (n_items,)."""
        age = np.maximum(self.now_s - self.catalogue.published_at_s, 0.0)
        return age.astype(np.float32)

    @cached_property
    def knows_taste(self) -> bool:
        """Whether anything is known that the profile likes."""
        return bool((self.taste.weights > 0).any())

    @cached_property
    def top(self) -> tuple[Items, bool]:
        """The ten most watched visible items these days, and whether in the viewer's country."""
        (items, _), is_own = self.models.watched_most(self.viewer.country)
        return items[self.visible[items]][:_TOP], is_own

    @cached_property
    def listed(self) -> Items:
        """The visible items of the profile's list, newest first."""
        index, visible = self.catalogue.index, self.visible
        numbers = dict.fromkeys(index[one] for one in self.viewer.listed if one in index)
        return np.array([number for number in numbers if visible[number]], dtype=np.int32)

    def nearest_to(self, number: int) -> tuple[Items, Weights]:
        """The visible items most alike to one, itself not, and how alike; what was seen is last."""
        items, alike = self.models.nearest_to(number)
        alike = alike * self.favour[items]
        kept = (alike > 0) & (items != number)
        items, alike = items[kept], alike[kept]
        order = np.argsort(-alike, kind="stable")
        return items[order], alike[order]

    def alike_to(self, number: int) -> Scores:
        """How alike every visible item is to one; of all but the nearest nothing is known."""
        scores = np.zeros(len(self.catalogue), dtype=np.float32)
        items, alike = self.nearest_to(number)
        scores[items] = alike
        return scores

    @cached_property
    def wanted_mix(self) -> Weights:
        """The share of each genre that the profile wants to see, shape (n_genres,).

        Of somebody of whom nothing is known it is that of what many watch.
        """
        genres = self.catalogue.genres
        mix = tastes.shares_of(genres, self.taste)
        if mix.sum() > 0:
            return mix
        popular = self.ranked[:_POPULAR_MIX]
        evenly = np.ones(len(popular), dtype=np.float32)
        return tastes.shares_of(genres, Taste(popular, evenly, np.zeros(len(popular))))
