"""What may be changed of a title by its fields' names: words, and which pictures are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from matinee.catalog import queries
from matinee.catalog.actions.artwork import artwork_show, chosen_at, spot_of
from matinee.catalog.actions.deeds import Fields, fields_of
from matinee.catalog.actions.titles import title_write
from matinee.catalog.models import Title
from matinee.catalog.rules.workflow import Member
from matinee.contracts.catalog import TitleChange


def fields_now(row: Title, names: Iterable[str]) -> Fields:
    """Some fields of a title as they are, as JSON: words, and addresses of chosen pictures."""
    words = fields_of(queries.titles_of([row], queries.STAFF_VIEWER)[0])
    spots = {name: spot_of(name) for name in names}
    return {
        name: words.get(name) if spot is None else chosen_at(row, spot)
        for name, spot in spots.items()
    }


def fields_put(row: Title, wanted: Mapping[str, Any], by: Member, **told: Any) -> None:
    """Make some fields of a title what is wanted; words and each picture are a deed of their own.

    In a transaction that holds the lock of the title's family; `told` are `Deed`'s columns.
    """
    words = {name: value for name, value in wanted.items() if spot_of(name) is None}
    if words:
        title_write(row, TitleChange.model_validate(words), by, **told)
    for name, value in wanted.items():
        if (spot := spot_of(name)) is not None:
            artwork_show(queries.row_of(row.pk), spot, value, by, **told)
