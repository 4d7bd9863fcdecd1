"""What may be changed of a title by its fields' names: words, pictures, subtitles, its film."""

from collections.abc import Iterable, Mapping
from typing import Any

from matinee.catalog import queries
from matinee.catalog.actions.artwork import artwork_show, chosen_at, spot_of
from matinee.catalog.actions.deeds import Fields, fields_of
from matinee.catalog.actions.films import FILM, film_of, film_put
from matinee.catalog.actions.subtitles import slot_of, subtitles_at, subtitles_show
from matinee.catalog.actions.titles import title_write
from matinee.catalog.models import Title
from matinee.catalog.rules.workflow import Member
from matinee.contracts.catalog import TitleChange


def fields_now(row: Title, names: Iterable[str]) -> Fields:
    """Some fields of a title as they are, as JSON: words, addresses of pictures, files."""
    words = fields_of(queries.titles_of([row], queries.STAFF_VIEWER)[0])
    return {name: _now(row, name, words) for name in names}


def fields_put(row: Title, wanted: Mapping[str, Any], by: Member, **told: Any) -> None:
    """Make some fields of a title what is wanted; words are one deed, each other field is another.

    In a transaction that holds the lock of the title's family; `told` are `Deed`'s columns.
    """
    words = {name: value for name, value in wanted.items() if name in TitleChange.model_fields}
    if words:
        title_write(row, TitleChange.model_validate(words), by, **told)
    for name, value in wanted.items():
        fresh = queries.row_of(row.pk)
        if (spot := spot_of(name)) is not None:
            artwork_show(fresh, spot, value, by, **told)
        elif (slot := slot_of(name)) is not None:
            subtitles_show(fresh, slot, value, by, **told)
        elif name == FILM:
            film_put(fresh, value, by, **told)


def _now(row: Title, name: str, words: Fields) -> Any:
    if (spot := spot_of(name)) is not None:
        return chosen_at(row, spot)
    if (slot := slot_of(name)) is not None:
        return subtitles_at(row, slot)
    return film_of(row) if name == FILM else words.get(name)
