"""Whose evening it was: what a child watched with a grown-up's profile is not that profile's taste.

Plays that follow each other closely are one sitting. A sitting of nothing but children's titles is
a child's, unless such sittings are what the profile is mostly used for.
"""

from collections.abc import Iterable, Sequence

from matinee.recommendations.rules import text

# From one play's end to the next one's: a long film and a pause.
_APART_S = 4 * 3600.0
_CHILDRENS_AGE_MAX = 6
_MOSTLY = 0.5
# As operators call these genres, in the languages that programmes are mostly sold in; folded.
_CHILDRENS_GENRES = frozenset(
    {"animation", "bambini", "barn", "children", "childrens", "cocuk", "deti", "dzieci", "enfants"}
    | {"familia", "familiar", "familie", "familj", "family", "famiglia", "famille", "infantil"}
    | {"jeugd", "jeunesse", "kids", "kinder", "kinderen"}
)


def is_for_children(maturity_age: int, genres: Iterable[str]) -> bool:
    """Whether a title is made for children, as far as its age rating and genres tell."""
    return maturity_age <= _CHILDRENS_AGE_MAX and any(
        not _CHILDRENS_GENRES.isdisjoint(text.words(genre)) for genre in genres
    )


def of_a_child(watched_at_s: Sequence[float], for_children: Sequence[bool]) -> set[int]:
    """The places of those plays that a child watched, in the order given.

    Nothing is a child's where at least half of all sittings are: then the profile is one for
    children, whatever it says of itself.
    """
    sittings: list[list[int]] = []
    last_s = float("-inf")
    for place in sorted(range(len(watched_at_s)), key=watched_at_s.__getitem__):
        if watched_at_s[place] - last_s > _APART_S:
            sittings.append([])
        sittings[-1].append(place)
        last_s = watched_at_s[place]
    childrens = [sitting for sitting in sittings if all(for_children[at] for at in sitting)]
    if len(childrens) >= _MOSTLY * len(sittings):
        return set()
    return {place for sitting in childrens for place in sitting}
