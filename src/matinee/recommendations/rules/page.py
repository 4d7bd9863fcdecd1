"""The whole home page of one profile, as a pure function of what is known.

Large catalogues: the rows that suit the profile most, each title at most once but for what is whole
(the top ten, my list, what is gone on with). Small ones: the same rows in a fixed order, in which
titles come again out of view.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from matinee.contracts.recommendations import Card, Hero, HomePage
from matinee.recommendations.rules import programme, whole_rows
from matinee.recommendations.rules import proposals as rows
from matinee.recommendations.rules.arrays import Items
from matinee.recommendations.rules.composing import Ground, composed
from matinee.recommendations.rules.diversity import Mix
from matinee.recommendations.rules.proposals import Proposal, proposed
from matinee.recommendations.rules.shelves import ENOUGH_FOR_ROWS, SMALL, Format, Shelves
from matinee.recommendations.rules.showing import NEW_S, Showing

HERO_CANDIDATES = 8
_TOP = 10
_RESUMING_MAX = 20
_SURELY = 10
# All rows that a page of a large catalogue could have.
_MAKERS = (
    *(programme.editorial, rows.for_you, rows.because, whole_rows.my_list, rows.more_like_list),
    *(whole_rows.top_10, rows.new, whole_rows.coming, whole_rows.leaving, rows.trending),
    *(whole_rows.own_titles, whole_rows.offers),
    *(rows.hidden_gems, rows.genres, rows.moods, rows.people),
)
_RESUMING = "You are in the middle of these"


def home_page(showing: Showing, hero: int | None = None) -> HomePage:
    """Hero and rows; at least one card if the catalogue has anything that the profile may see.

    `hero` is one of `hero_candidates`; left out, it is the operator's, else the best of them.
    """
    form = Format.fitting(showing.n_visible, showing.tuning)
    shelves = Shelves(showing.catalogue, form)
    chosen = programme.hero(showing) if hero is None else None
    if chosen is not None:
        hero = chosen[0]
    elif hero is None:
        hero = next(iter(hero_candidates(showing).tolist()), None)
    if hero is not None:
        shelves.open_with(hero)
    _resuming_row(showing, shelves)
    if showing.n_visible < ENOUGH_FOR_ROWS:
        _whole_catalogue(showing, shelves)
    elif showing.n_visible < SMALL:
        for one in _in_fixed_order(showing):
            shelves.add(one, _special(showing, one))
    else:
        _composed(showing, shelves, hero, form)
    return HomePage.model_construct(
        version=str(showing.catalogue.version),
        hero=None if hero is None else _hero(showing, hero, None if chosen is None else chosen[1]),
        rows=shelves.rows,
    )


def hero_candidates(showing: Showing) -> Items:
    """The items that could open the page, best first, at most `HERO_CANDIDATES`.

    They have a wide picture and are understood, where any of the best are; in large catalogues none
    of them stands in a row that is whole.
    """
    found = showing.ranked
    for wish in (showing.catalogue.has_backdrop, showing.understood):
        if (wished := wish[found]).any():
            found = found[wished]
    if showing.n_visible >= SMALL:
        elsewhere = np.isin(found, [*showing.top[0], *showing.listed])
        found = found[~elsewhere] if not elsewhere.all() else found
    return found[:HERO_CANDIDATES]


def _hero(showing: Showing, number: int, reason: str | None) -> Hero:
    item = showing.catalogue.items[number]
    card = next((one.card for one in showing.resuming if one.item == number), item.card)
    reason = reason or _hero_reason(showing, number)
    return Hero(card=card, description=item.description, reason=reason)


def _hero_reason(showing: Showing, number: int) -> str:
    if showing.knows_taste and number in showing.ranked[:_SURELY]:
        return "A top pick for you"
    if number in showing.top[0]:
        return "Popular these days"
    return "New on Matinee" if showing.age_s[number] <= NEW_S else "Worth discovering"


def _resuming_row(showing: Showing, shelves: Shelves) -> None:
    items = np.array([one.item for one in showing.resuming], dtype=np.int32)
    row = Proposal("continue_watching", "Continue watching", _RESUMING, items, whole=True)
    for one in proposed(showing, lambda _: iter([row])):
        kept = one.items[:_RESUMING_MAX].tolist()
        if kept:
            shown = {own.item: own.card for own in showing.resuming if own.item in kept}
            shelves.put(one, kept, shown)


def _whole_catalogue(showing: Showing, shelves: Shelves) -> None:
    """So few titles that one row of all says more than several of one or two each."""
    makers = [_everything, whole_rows.top_10, whole_rows.my_list, programme.editorial]
    makers += [whole_rows.own_titles, whole_rows.offers]
    if len(showing.catalogue) <= _TOP // 2:
        makers.remove(whole_rows.top_10)
    for one in proposed(showing, *makers):
        shelves.add(one, _special(showing, one))


def _everything(showing: Showing) -> Iterator[Proposal]:
    """Every visible item by the moment it came."""
    order = showing.catalogue.newest_first
    newest = order[showing.visible[order]]
    yield Proposal("new", "New on Matinee", "All that there is, newest first", newest, whole=True)


def _newest(showing: Showing) -> Iterator[Proposal]:
    order = showing.catalogue.newest_first
    yield Proposal("new", "New on Matinee", "Newest first", order[showing.visible[order]])


def _in_fixed_order(showing: Showing) -> Iterator[Proposal]:
    """A row between lets what is for somebody come again for a reason."""
    because = list(proposed(showing, rows.because))
    own = (programme.editorial, rows.for_you, whole_rows.top_10)
    yield from proposed(showing, *own)
    yield from because[:1]
    yield from proposed(showing, whole_rows.my_list)
    yield from because[1:2]
    yield from proposed(showing, whole_rows.own_titles, whole_rows.offers)
    yield from proposed(showing, whole_rows.leaving, whole_rows.coming, _newest)
    yield from sorted(proposed(showing, rows.genres), key=lambda one: -one.weight)


def _composed(showing: Showing, shelves: Shelves, hero: int | None, form: Format) -> None:
    opening = [] if hero is None else [hero]
    if not showing.dismissals.hides("continue_watching"):
        opening += [one.item for one in showing.resuming[:_RESUMING_MAX]]
    ground = Ground(
        showing.personal,
        showing.catalogue.genres.shares,
        Mix(showing.wanted_mix),
        showing.catalogue.traits,
        showing.tuning,
    )
    able = list(proposed(showing, *_MAKERS))
    for one, items in composed(
        able, ground, np.array(opening, dtype=np.int32), form, len(shelves.rows)
    ):
        shelves.put(one, items.tolist(), _special(showing, one))


def _special(showing: Showing, one: Proposal) -> dict[int, Card]:
    """The cards of what can be watched only from or until some moment, or has to be paid for."""
    if one.kind == "coming":
        field, moments_s = "available_from", showing.opening
    elif one.kind == "leaving":
        field, moments_s = "available_until", showing.closing
    elif one.kind == "offers":
        return {number: showing.card_for_sale(number) for number in one.items.tolist()}
    else:
        return {}
    return {
        number: showing.catalogue.cards[number].model_copy(
            update={field: datetime.fromtimestamp(moments_s[number], UTC)}
        )
        for number in one.items.tolist()
    }
