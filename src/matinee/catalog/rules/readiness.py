"""What a title lacks before it can be published; no I/O."""

from collections.abc import Collection
from datetime import datetime

from matinee.contracts.catalog import Title
from matinee.contracts.catalog.workflow import Missing, Need

# What there is to watch of it, by its kind.
SUBSTANCE: frozenset[Need] = frozenset({"film", "episode", "members"})
_NEVER_EPISODES: frozenset[Need] = frozenset({"poster", "backdrop", "genres", "year", "credits"})
_CHOSEN: tuple[Need, ...] = (*("description", "poster", "backdrop", "genres", "year", "credits"),)
_SENTENCES: dict[Need, str] = {
    "film": "There is no film that plays yet. Upload one, or wait for its encode.",
    "episode": "No episode of it plays yet. Add one with a film.",
    "members": "Nothing stands in this collection. Add titles to it.",
    "rights": "Every rights window of it is over. Add one that is not, or take them out.",
    "description": "Say in a few sentences what it is about.",
    "poster": "There is no poster. Upload one, or choose a scene of the film.",
    "backdrop": "There is no backdrop. Upload one, or choose a scene of the film.",
    "genres": "Name at least one genre, so that it finds its way into rows.",
    "year": "Say in which year it was made.",
    "credits": "Name those who made it, or are seen in it.",
}


def missing(title: Title, *, plays: bool, wanted: Collection[Need], now: datetime) -> list[Missing]:
    """What a title lacks, what is required first; `plays` where something of it can be played.

    `wanted` are those of the operator's choice that are required, too.
    """
    lacking: list[Need] = [] if plays else [_substance(title)]
    if title.rights and all(one.ends_at and one.ends_at <= now for one in title.rights):
        lacking.append("rights")
    required = set(lacking) | set(wanted)
    lacking += [need for need in _CHOSEN if _lacks(title, need)]
    found = [
        Missing(what=need, detail=_SENTENCES[need], is_required=need in required)
        for need in lacking
    ]
    return sorted(found, key=lambda one: not one.is_required)


def _substance(title: Title) -> Need:
    kinds: dict[str, Need] = {"series": "episode", "collection": "members"}
    return kinds.get(title.kind, "film")


def _lacks(title: Title, need: Need) -> bool:
    belongs = title.kind in {"episode", "trailer", "extra"}
    if belongs and need in _NEVER_EPISODES:
        return False
    has: dict[Need, object] = {
        "description": title.description,
        "poster": title.artwork.poster,
        "backdrop": title.artwork.backdrop,
        "genres": title.genres,
        "year": title.year,
        "credits": title.credits,
    }
    return not has[need]
