"""The whole home page of one profile, as a pure function of what is known."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from matinee.contracts.recommendations import Card, Hero, HomePage
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.arrays import Items, Mask, Scores, best, unit
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE, Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.resuming import Resumable, finished_items, resumables
from matinee.recommendations.rules.shelves import ENOUGH_FOR_ROWS, SMALL, Format, Shelves

_CANDIDATES = 400
_TOP = 10
_BECAUSE_MAX = 3
_NEW_S = 60 * DAY_S
_GEM_VIEWERS_SHARE = 0.5
_SURELY_ALIKE = 0.5
_MOSTLY_SEEN = 0.5
# Of the best: what is less alike is no reason to show it.
_ALIKE_SHARE = 0.25
# Watched titles stand behind everything else, in the same order.
_SEEN_SHARE = np.float32(1e-3)
# Next to a taste, which counts one at most.
_POPULAR_SHARE, _FRESH_SHARE = np.float32(0.2), np.float32(0.1)


@dataclass(frozen=True)
class Showing:
    """Who looks at which catalogue, and when."""

    catalogue: Catalogue
    models: Models
    viewer: tastes.ViewerFacts
    ceiling: int
    now: datetime

    @cached_property
    def taste(self) -> Taste:
        """What the profile likes."""
        return tastes.of_viewer(self.catalogue, self.viewer, self.now)

    @cached_property
    def visible(self) -> Mask:
        """Which items the profile may and wants to see; all it may see if it wants none."""
        allowed = self.catalogue.maturity_age <= self.ceiling
        wanted = allowed.copy()
        for title_id, up in self.viewer.thumbs.items():
            number = self.catalogue.index.get(title_id)
            if number is not None and not up:
                wanted[number] = False
        return wanted if wanted.any() else allowed

    @cached_property
    def resuming(self) -> list[Resumable]:
        """What can be gone on with."""
        found = resumables(self.catalogue, self.viewer, self.ceiling)
        return [one for one in found if self.visible[one.item]]

    @cached_property
    def unseen_first(self) -> Scores:
        """What a score is multiplied with: little for what was finished or is under way."""
        factor = np.ones(len(self.catalogue), dtype=np.float32)
        seen = finished_items(self.catalogue, self.viewer)
        seen.update(one.item for one in self.resuming)
        factor[list(seen)] = _SEEN_SHARE
        return factor

    @cached_property
    def personal(self) -> Scores:
        """How much each item is for this profile; zero where it must not be shown."""
        fresh = np.exp2(-self.age_s / (30 * DAY_S)).astype(np.float32)
        popular = unit(self.models.weeks.recommend(NO_TASTE))
        return self.shown(self.alike + _POPULAR_SHARE * popular + _FRESH_SHARE * fresh)

    @cached_property
    def alike(self) -> Scores:
        """How well each item goes with the profile's taste."""
        return self.models.alike(self.taste)

    @cached_property
    def age_s(self) -> Scores:
        """How long each item has been there, never negative, shape (n_items,)."""
        age = np.maximum(self.now.timestamp() - self.catalogue.published_at_s, 0.0)
        return age.astype(np.float32)

    def shown(self, scores: Scores) -> Scores:
        """Scores with what was seen behind the rest and what must not be shown at zero.

        What nobody knows anything of still counts a trifle, so that no visible title is lost.
        """
        return (scores + np.float32(1e-6)) * self.unseen_first * self.visible

    def ranked(self, scores: Scores, count: int = _CANDIDATES) -> list[int]:
        """The best items, best first."""
        numbers: list[int] = best(scores, count).tolist()
        return numbers


def home_page(showing: Showing) -> HomePage:
    """Hero and rows; at least one card if the catalogue has anything that the profile may see."""
    form = Format.fitting(int(showing.visible.sum()))
    shelves = Shelves(showing.catalogue, form)
    hero = _hero(showing)
    if hero is not None:
        shelves.open_with(hero[0])
    _resuming_row(showing, shelves)
    if int(showing.visible.sum()) < ENOUGH_FOR_ROWS:
        _whole_catalogue(showing, shelves)
    else:
        _personal_rows(showing, shelves)
        _shared_rows(showing, shelves)
        _genre_rows(showing, shelves)
    return HomePage.model_construct(
        version=str(showing.catalogue.version),
        hero=None if hero is None else hero[1],
        rows=shelves.rows,
    )


def _hero(showing: Showing) -> tuple[int, Hero] | None:
    """The best title that has a wide picture, or the best without if none has."""
    pictured = showing.personal * showing.catalogue.has_backdrop
    order = showing.ranked(pictured, 1) or showing.ranked(showing.personal, 1)
    if not order:
        return None
    number = order[0]
    item = showing.catalogue.items[number]
    card = next((one.card for one in showing.resuming if one.item == number), item.card)
    reason = _hero_reason(showing, number)
    return number, Hero(card=card, description=item.description, reason=reason)


def _hero_reason(showing: Showing, number: int) -> str:
    liked = showing.taste.liked()
    if len(liked.items) and showing.alike[number] >= _SURELY_ALIKE:
        return "A top pick for you"
    popular = showing.models.days.recommend(NO_TASTE) * showing.visible
    if popular[number] > 0 and number in best(popular, _TOP):
        return "Popular these days"
    return "New on Matinee" if showing.age_s[number] <= _NEW_S else "Worth discovering"


def _resuming_row(showing: Showing, shelves: Shelves) -> None:
    resuming = [one.card for one in showing.resuming]
    shelves.add_fixed("continue_watching", "Continue watching", resuming)


def _whole_catalogue(showing: Showing, shelves: Shelves) -> None:
    """So few titles that one row of all says more than several of one or two each."""
    shelves.add_fixed("new", "New on Matinee", _cards(showing, _newest_first(showing)))
    if len(showing.catalogue) > _TOP // 2:
        _top_10(showing, shelves)
    shelves.add_fixed("my_list", "My list", _listed_cards(showing))


def _newest_first(showing: Showing) -> Items:
    """Every visible item by the moment it came."""
    order = showing.catalogue.newest_first
    return order[showing.visible[order]]


def _personal_rows(showing: Showing, shelves: Shelves) -> None:
    known = len(showing.taste.liked().items) > 0
    name = "For you" if known else "A good start"
    shelves.add("for_you", name, showing.ranked(showing.personal))
    because = _because(showing)
    large = len(showing.catalogue) >= SMALL
    if large:
        _because_row(showing, shelves, because[:1])
    _top_10(showing, shelves)
    if not large:  # a row between lets what is for somebody come again for a reason
        _because_row(showing, shelves, because[:1])
    shelves.add_fixed("my_list", "My list", _listed_cards(showing))
    _because_row(showing, shelves, because[1:2])


def _shared_rows(showing: Showing, shelves: Shelves) -> None:
    large = len(showing.catalogue) >= SMALL
    newest = _newest_first(showing)
    recent = newest[showing.age_s[newest] <= _NEW_S] if large else newest
    shelves.add("new", "New on Matinee", recent[:_CANDIDATES].tolist())
    if large:
        shelves.add(
            "trending", "Trending now", showing.ranked(_positive(showing, showing.models.rising()))
        )
        _because_row(showing, shelves, _because(showing)[2:_BECAUSE_MAX])
        shelves.add("hidden_gems", "Hidden gems", showing.ranked(_gems(showing)))


def _genre_rows(showing: Showing, shelves: Shelves) -> None:
    """A row per genre, those first that the profile likes; then those with the most titles."""
    shares = tastes.genre_shares(showing.catalogue, showing.taste)
    by_genre = showing.catalogue.by_genre
    for genre in sorted(by_genre, key=lambda name: -shares.get(name, 0.0)):
        if shelves.full:
            return
        members = by_genre[genre]
        own = best(showing.personal[members], _CANDIDATES)
        shelves.add("genre", genre, members[own].tolist(), about=genre.casefold())


def _because(showing: Showing) -> list[int]:
    """The titles that say most about the profile lately, newest first, each liked."""
    liked = showing.taste.liked()
    weight = dict(zip(liked.items.tolist(), liked.weights.tolist(), strict=True))
    chosen: dict[int, None] = {}
    for play in showing.viewer.plays:
        number = showing.catalogue.index.get(play.title_id)
        telling = (
            play.completion >= _MOSTLY_SEEN and number is not None and weight.get(number, 0.0) > 0
        )
        if telling and number is not None and showing.visible[number]:
            chosen[number] = None
        if len(chosen) == _BECAUSE_MAX:
            break
    return list(chosen)


def _because_row(showing: Showing, shelves: Shelves, about: list[int]) -> None:
    for number in about:
        item = showing.catalogue.items[number]
        alike = alike_to(showing, number)
        alike = np.where(alike >= _ALIKE_SHARE * alike.max(initial=0.0), alike, 0.0)
        name = f"Because you watched {item.card.name}"
        shelves.add("because_you_watched", name, showing.ranked(alike), about=item.card.slug)


def alike_to(showing: Showing, number: int) -> Scores:
    """How alike every visible item is to one, itself not, what was seen behind the rest."""
    one = Taste(
        np.array([number], dtype=np.int32),
        np.ones(1, dtype=np.float32),
        np.zeros(1, dtype=np.float64),
    )
    alike = showing.models.alike(one) * showing.visible * showing.unseen_first
    alike[number] = 0.0
    return alike


def _top_10(showing: Showing, shelves: Shelves) -> None:
    popular = showing.models.days.recommend(NO_TASTE) * showing.visible
    cards = _cards(showing, best(popular, _TOP))
    enough = min(_TOP, max(1, int(showing.visible.sum()) // 2))
    shelves.add_fixed("top_10", "Top 10 these days", cards, cards_min=min(enough, 5))


def _listed_cards(showing: Showing) -> list[Card]:
    index, visible = showing.catalogue.index, showing.visible
    numbers = [index[one] for one in showing.viewer.listed if one in index]
    numbers = [number for number in dict.fromkeys(numbers) if visible[number]]
    return _cards(showing, np.array(numbers, dtype=np.int32))


def _gems(showing: Showing) -> Scores:
    """What suits the profile and few have seen."""
    support = showing.models.co_watching.support
    few = support <= np.float32(_GEM_VIEWERS_SHARE) * support.mean()
    return _positive(showing, showing.alike * few)


def _positive(showing: Showing, scores: Scores) -> Scores:
    """Like `Showing.shown`, but what nobody knows anything of stays out."""
    return unit(scores) * showing.unseen_first * showing.visible


def _cards(showing: Showing, numbers: Items) -> list[Card]:
    return [showing.catalogue.items[number].card for number in numbers.tolist()]
