"""In which order the lines of a sheet are done, and what in them does not fit together; no I/O."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from matinee.catalog.rules.sheets import Line
from matinee.contracts.catalog.sheets import SheetError, SheetTitle
from matinee.contracts.catalog.words import TitleKind

# What others name comes before them: a trailer may stand with an episode, a collection hold both.
_TURNS: Final[Mapping[str, int]] = {"episode": 1, "trailer": 2, "extra": 2, "collection": 3}
# What of a title never changes: it would be another one.
_LASTING: Final = ("kind", "series_slug", "season", "episode", "belongs_to_slug")


class Known(NamedTuple):
    """What is known of a title that a sheet names by its slug."""

    kind: TitleKind
    series_slug: str | None = None
    season: int | None = None
    episode: int | None = None
    belongs_to_slug: str | None = None


def in_turn(lines: Iterable[Line]) -> list[Line]:
    """The lines so that each comes after those that it names; else in the sheet's order."""
    return sorted(lines, key=lambda line: _TURNS.get(line.title.kind, 0))


def slugs_named(lines: Iterable[Line]) -> set[str]:
    """All slugs that occur in a sheet."""
    found: set[str] = set()
    for _, title in lines:
        found.update(title.member_slugs)
        found.update(filter(None, (title.slug, title.series_slug, title.belongs_to_slug)))
    return found


def misfits(lines: Iterable[Line], known: Mapping[str, Known]) -> Iterator[SheetError]:
    """What is named twice, is not there, or would have to become something else."""
    lines = list(lines)
    own: dict[str, TitleKind] = {title.slug: title.kind for _, title in lines if title.slug}
    kinds = {**own, **{slug: one.kind for slug, one in known.items()}}
    seen: dict[str, int] = {}
    for number, title in lines:
        if title.slug and title.slug in seen:
            detail = f"The line {seen[title.slug]} has this address, too. Give another one."
            yield SheetError(line=number, column="slug", detail=detail)
        seen[title.slug or ""] = number
        yield from _lost(number, title, kinds)
        if title.slug and title.slug in known:
            yield from _turned(number, title, known[title.slug])


def _lost(number: int, title: SheetTitle, kinds: Mapping[str, TitleKind]) -> Iterator[SheetError]:
    if title.series_slug and kinds.get(title.series_slug) != "series":
        detail = f"There is no series {title.series_slug!r}, neither here nor in the sheet."
        yield SheetError(line=number, column="series_slug", detail=detail)
    if title.belongs_to_slug and title.belongs_to_slug not in kinds:
        detail = f"There is no title {title.belongs_to_slug!r}, neither here nor in the sheet."
        yield SheetError(line=number, column="belongs_to_slug", detail=detail)
    for slug in title.member_slugs:
        if slug not in kinds:
            detail = f"There is no title {slug!r}, neither here nor in the sheet."
            yield SheetError(line=number, column="member_slugs", detail=detail)


def _turned(number: int, title: SheetTitle, known: Known) -> Iterator[SheetError]:
    for name in _LASTING:
        is_said = name in title.model_fields_set and getattr(title, name) is not None
        if is_said and getattr(title, name) != getattr(known, name):
            detail = f"The title with this address has {name} {getattr(known, name)!r} for good."
            yield SheetError(line=number, column=name, detail=detail)
