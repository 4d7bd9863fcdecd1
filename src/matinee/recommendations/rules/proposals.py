"""The rows that a home page could have for somebody, each with its reason and its best titles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from uuid import UUID

import numpy as np

from matinee.contracts.recommendations import RowKind
from matinee.recommendations.rules import taste as tastes
from matinee.recommendations.rules.arrays import Items, best
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.diversity import Mix, calibrated
from matinee.recommendations.rules.labels import Labels
from matinee.recommendations.rules.showing import NEW_S, Showing

DEPTH = 64
"""So many titles of a row are looked at: above it on the page some are shown already."""

# From so many members on the best of a label are looked for among the best of all.
_MANY = 500
_PEOPLE_ROWS_MAX = 4
_MOOD_ROWS_MAX = 8
_GEM_VIEWERS_SHARE = 0.5
_MOSTLY_SEEN = 0.5
# Of the best: what is less alike is no reason to show it.
_ALIKE_SHARE = np.float32(0.25)
_CALIBRATED_AMONG, _CALIBRATED = 120, 20
# Where the row about the newest title stands, from the top. Among few titles what suits somebody is
# not enough for two rows, and this one says why.
_NEWEST_PLACE, _NEWEST_PLACE_OF_FEW, _FEW = 2, 1, 400
# Times that a person must stand among the credits of what is liked, to be why.
_PERSON_LIKED_MIN = 2


@dataclass(frozen=True)
class Proposal:
    """A row that could be: `items` best first; `weight` is what such a row is worth next to others.

    `in_order` says that the order is what the row is about.
    """

    kind: RowKind
    name: str
    reason: str
    items: Items
    weight: float = 1.0
    about: str = ""
    about_title: UUID | None = None
    in_order: bool = False
    whole: bool = False
    """Shown as it is, whatever stands elsewhere; its titles stand nowhere else."""
    place: int | None = None
    """Which row of the page it must be, from 1; None for where it suits."""

    @property
    def row_id(self) -> str:
        """The row's name for good: what it is about does not change with the page."""
        return f"{self.kind}:{self.about}" if self.about else self.kind


def for_you(showing: Showing) -> Iterator[Proposal]:
    """What suits most, in the mix that the profile likes."""
    ranked = showing.ranked[: DEPTH + _CALIBRATED_AMONG]
    among = ranked[showing.unseen[ranked]][:_CALIBRATED_AMONG]
    shares = showing.catalogue.genres.shares[among]
    mix = Mix(showing.wanted_mix)
    strictness = showing.tuning.strictness
    first = calibrated(showing.personal[among], shares, mix, _CALIBRATED, strictness)
    others = ranked[~np.isin(ranked, among[first])]
    items = np.concatenate([among[first], others])[:DEPTH]
    if showing.knows_taste:
        yield Proposal("for_you", "For you", _FOR_YOU, items, 1.5, in_order=True)
    else:
        yield Proposal("for_you", "A good start", _GOOD_START, items, 1.5, in_order=True)


_FOR_YOU = "Picked from everything that you watched and liked"
_GOOD_START = "Something of everything that is watched and new; choose, and the page follows you"


def because(showing: Showing) -> Iterator[Proposal]:
    """What goes with each of the titles that say most about the profile lately.

    That of the newest comes near the top of the page, so that whoever has finished it sees at once
    that it counts.
    """
    place = _NEWEST_PLACE if showing.n_visible >= _FEW else _NEWEST_PLACE_OF_FEW
    for after, number in enumerate(_telling(showing)):
        item = showing.catalogue.items[number]
        nearest, alike = showing.nearest_to(number)
        nearest = nearest[alike >= _ALIKE_SHARE * alike.max(initial=0.0)]
        name = item.card.name
        yield Proposal(
            "because_you_watched",
            f"Because you watched {name}",
            f"Watched by those who watched {name}, or made of the same",
            nearest[:DEPTH],
            1.1,
            about=str(item.id),
            about_title=item.id,
            place=None if after else place,
        )


def _telling(showing: Showing) -> list[int]:
    """The items that were mostly watched last and are liked, newest first."""
    liked = set(showing.taste.liked().items.tolist())
    chosen: dict[int, None] = {}
    for number, play in showing.own_watched:
        if len(chosen) == showing.tuning.because_max:
            break
        if play.completion >= _MOSTLY_SEEN and number in liked and showing.visible[number]:
            chosen[number] = None
    return list(chosen)


def more_like_list(showing: Showing) -> Iterator[Proposal]:
    """What goes with what was put aside."""
    listed = showing.listed
    if len(listed):
        own = Taste(listed, np.ones(len(listed), dtype=np.float32), np.zeros(len(listed)))
        scores = showing.models.alike(own) * showing.favour
        scores[listed] = 0.0
        yield Proposal(
            "more_like_list",
            "More like your list",
            "Alike to what you put aside",
            best(scores, DEPTH),
        )


def new(showing: Showing) -> Iterator[Proposal]:
    """What came lately, the best for the profile first; in small catalogues all, newest first."""
    ranked = showing.ranked
    items = ranked[showing.age_s[ranked] <= NEW_S][:DEPTH]
    if len(items) < DEPTH:
        items = best(showing.personal * (showing.age_s <= NEW_S), DEPTH)
    yield Proposal("new", "New on Matinee", "Came in the last weeks", items, 0.9)


def trending(showing: Showing) -> Iterator[Proposal]:
    """What is watched more than before."""
    items, ratio = showing.models.rising()
    ratio = ratio * showing.favour[items]
    order = np.argsort(-ratio, kind="stable")
    items = items[order][ratio[order] > 0][:DEPTH]
    yield Proposal("trending", "Trending now", "Watched more these days than before", items, 0.9)


def hidden_gems(showing: Showing) -> Iterator[Proposal]:
    """What suits the profile and few have seen."""
    support = showing.models.co_watching.support
    few = support <= np.float32(_GEM_VIEWERS_SHARE) * support.mean()
    ranked = showing.ranked
    gems = ranked[(few & showing.unseen)[ranked]][:DEPTH]
    reason = "Suits you, and few have found it yet" if showing.knows_taste else _UNFOUND
    yield Proposal("hidden_gems", "Hidden gems", reason, gems)


_UNFOUND = "Few have found these yet"


def genres(showing: Showing) -> Iterator[Proposal]:
    """A row per genre."""
    mix = showing.wanted_mix
    reason = "A genre that you like" if showing.knows_taste else "A genre that many like"
    top = float(mix.max(initial=0.0)) or 1.0
    labels = showing.catalogue.genres
    for column, items in enumerate(_best_of(showing, labels, range(len(labels.names)))):
        share = float(mix[column]) / top
        yield Proposal(
            "genre",
            labels.names[column],
            reason if share >= _LIKED_SHARE else "Something else for a change",
            items,
            0.7 + 0.4 * share,
            about=labels.keys[column],
        )


# Of the favourite's share.
_LIKED_SHARE = 0.2


def moods(showing: Showing) -> Iterator[Proposal]:
    """A row for each of the moods that suit most."""
    labels = showing.catalogue.moods
    mix = tastes.shares_of(labels, showing.taste)
    top = float(mix.max(initial=0.0))
    columns = np.argsort(-mix, kind="stable")[:_MOOD_ROWS_MAX].tolist()
    for column, items in zip(columns, _best_of(showing, labels, columns), strict=True):
        share = float(mix[column]) / top if top > 0 else 0.0
        yield Proposal(
            "mood",
            labels.names[column],
            "A mood that you like" if share >= _LIKED_SHARE else "For when you feel like it",
            items,
            0.6 + 0.3 * share,
            about=labels.keys[column],
        )


def people(showing: Showing) -> Iterator[Proposal]:
    """A row for each of the people who made, or are seen in, most of what is liked."""
    labels = showing.catalogue.people
    counts: dict[int, float] = {}
    liked = showing.taste.liked()
    for number, weight in zip(liked.items.tolist(), liked.weights.tolist(), strict=True):
        for column in labels.of_item(number):
            counts[column] = counts.get(column, 0.0) + weight
    often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_PEOPLE_ROWS_MAX]
    columns = [column for column, count in often if count >= _PERSON_LIKED_MIN]
    for column, items in zip(columns, _best_of(showing, labels, columns), strict=True):
        name = labels.names[column]
        yield Proposal(
            "people",
            f"With {name}",
            f"You watched several titles with {name}",
            items,
            0.8,
            about=labels.keys[column],
        )


def proposed(
    showing: Showing, *makers: Callable[[Showing], Iterator[Proposal]]
) -> Iterator[Proposal]:
    """What `makers` propose, without what the profile took off its page."""
    unwanted = showing.dismissals
    for one in chain.from_iterable(maker(showing) for maker in makers):
        if one.kind == showing.tuning.left_out:
            continue
        if not showing.viewer.dismissed:
            yield one
            continue
        if unwanted.hides(one.row_id):
            continue
        out = unwanted.items(one.row_id)
        if out:
            kept = [number for number in one.items.tolist() if number not in out]
            yield replace(one, items=np.array(kept, dtype=np.int32))
        else:
            yield one


def _best_of(showing: Showing, labels: Labels, columns: Sequence[int]) -> Iterator[Items]:
    """The best items with each of some labels: of the best of all, or of its own where too few."""
    ranked = showing.ranked
    many = [column for column in columns if len(labels.members[column]) > _MANY]
    carried = dict(
        zip(many, labels.carriers[np.array(many, dtype=np.intp)[:, None], ranked], strict=True)
    )
    for column in columns:
        if column in carried:
            places = np.flatnonzero(carried[column])[:DEPTH]
            if len(places) == DEPTH:
                yield ranked[places]
                continue
        members = labels.members[column]
        yield members[best(showing.personal[members], DEPTH)]
