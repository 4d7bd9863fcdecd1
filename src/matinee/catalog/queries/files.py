"""What files are by their names, and which of the catalogue's titles they seem to be."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from matinee.catalog import rules
from matinee.catalog.models import Title
from matinee.catalog.rules.guesses import Guess, guesses
from matinee.contracts.catalog.files import FileGuess, FileGuesses
from matinee.kernel import clock


def file_guesses(paths: Sequence[str]) -> FileGuesses:
    """The guesses for some files, in as many queries for a hundred as for one."""
    # A film of next year may lie here already; later years are parts of names.
    found = guesses(paths, clock.now().year + 1)
    known, owners = known_titles(found), known_owners(found)
    return FileGuesses(
        files=[guess_message(one, known.get(one.path), owners.get(one.path)) for one in found]
    )


def guess_message(one: Guess, title_id: UUID | None, owner_id: UUID | None = None) -> FileGuess:
    """A guess with the title that it seems to be, or beside whose film it stands."""
    return FileGuess(**asdict(one), title_id=title_id, belongs_to_id=owner_id)


def known_owners(found: Iterable[Guess]) -> dict[str, UUID]:
    """By path, the title of the catalogue on whose page a trailer or an extra stands."""
    beside = [one for one in found if one.belongs_to]
    rows = owners_named({one.belongs_to for one in beside})
    known = {}
    for one in beside:
        row = owner_among(rows, one.belongs_to, one.year)
        if row is not None:
            known[one.path] = row.pk
    return known


def owners_named(names: Iterable[str]) -> list[Title]:
    """The films, shorts and series with these names, newest first; one query."""
    wanted = [name.lower() for name in names]
    if not wanted:
        return []
    named = Title._default_manager.annotate(lower=Lower("name")).filter(lower__in=wanted)
    return list(named.filter(kind__in=["film", "short", "series"]).order_by("-pk"))


def owner_among(rows: Iterable[Title], name: str, year: int | None) -> Title | None:
    """The one of some titles with this name; None where none is, or where several may be meant."""
    named = [row for row in rows if row.name.lower() == name.lower()]
    of_year = [row for row in named if year is not None and row.year == year]
    found = of_year or named
    return found[0] if len(found) == 1 else None


def known_titles(found: Iterable[Guess]) -> dict[str, UUID]:
    """By path, the title of the catalogue that a file seems to be."""
    films = [one for one in found if one.kind == "film" and one.year is not None]
    episodes = [one for one in found if one.kind == "episode" and one.series]
    return _known_films(films) | _known_episodes(episodes)


def series_named(names: Iterable[str]) -> dict[str, Title]:
    """The series with these names, or with the addresses that follow from them; by lower name."""
    wanted = {name.lower(): rules.slug_from(name) for name in names}
    if not wanted:
        return {}
    rows = Title._default_manager.annotate(lower=Lower("name")).filter(
        Q(lower__in=list(wanted)) | Q(slug__in=list(wanted.values())), kind="series"
    )
    by_name: dict[str, Title] = {}
    for row in rows.order_by("-pk"):
        for name, slug in wanted.items():
            if name == row.name.lower() or (slug == row.slug and name not in by_name):
                by_name[name] = row
    return by_name


def _known_films(films: Sequence[Guess]) -> dict[str, UUID]:
    if not films:
        return {}
    rows = (
        Title._default_manager.annotate(lower=Lower("name"))
        .filter(lower__in=[one.name.lower() for one in films], kind__in=["film", "short"])
        .order_by("-pk")
        .values_list("lower", "year", "pk")
    )
    by_name = {(name, year): pk for name, year, pk in rows}
    return {
        one.path: by_name[one.name.lower(), one.year]
        for one in films
        if (one.name.lower(), one.year) in by_name
    }


def _known_episodes(episodes: Sequence[Guess]) -> dict[str, UUID]:
    by_name = series_named({one.series for one in episodes})
    if not by_name:
        return {}
    rows = Title._default_manager.filter(series__in={row.pk for row in by_name.values()})
    places = {(one.series_id, one.season, one.episode): one.pk for one in rows}
    known = {}
    for one in episodes:
        series = by_name.get(one.series.lower())
        if series and (pk := places.get((series.pk, one.season, one.episode))) is not None:
            known[one.path] = pk
    return known
