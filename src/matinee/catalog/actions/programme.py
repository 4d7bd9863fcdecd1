"""The rows that the operator puts on home pages: made, changed, removed, and told as a whole."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from matinee.catalog import queries
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.models import EditorialRow, Programme, Title
from matinee.contracts import catalog as messages
from matinee.contracts.catalog.programme import ROWS_MAX
from matinee.contracts.events import EditorialRowsChanged
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

_NAME = "rows"
# What stands on shelves by itself.
_KINDS = ("film", "short", "series")
_TICK = timedelta(microseconds=1)


def editorial_row_create(draft: messages.EditorialRowDraft) -> messages.EditorialRow:
    """Put a row on home pages; Conflict if there are too many, Unprocessable if it is wrong."""
    with transaction_of(SERVICE):
        moment = locked_moment(_NAME)
        if EditorialRow._default_manager.count() >= ROWS_MAX:
            code = "too_many_rows"
            raise Conflict(code, f"There can be {ROWS_MAX} rows at most. Remove one first.")
        columns = _columns(draft)
        last = EditorialRow._default_manager.aggregate(last=Max("position"))["last"]
        row = EditorialRow(**columns, position=0 if last is None else last + 1)
        row.save(force_insert=True)
        _tell(moment)
        return messages.EditorialRow.model_validate({"id": row.pk, **columns})


def editorial_row_change(row_id: UUID, draft: messages.EditorialRowDraft) -> messages.EditorialRow:
    """Make a row as the draft says; NotFound if there is none, Unprocessable if wrong."""
    with transaction_of(SERVICE):
        moment = locked_moment(_NAME)
        if not EditorialRow._default_manager.filter(pk=row_id).exists():
            raise _unknown_row()
        columns = _columns(draft)
        EditorialRow._default_manager.filter(pk=row_id).update(**columns)
        _tell(moment)
        return messages.EditorialRow.model_validate({"id": row_id, **columns})


def editorial_row_remove(row_id: UUID) -> None:
    """Take a row off home pages; NotFound if there is none."""
    with transaction_of(SERVICE):
        moment = locked_moment(_NAME)
        if not EditorialRow._default_manager.filter(pk=row_id).delete()[0]:
            raise _unknown_row()
        _tell(moment)


def editorial_rows_order(order: messages.EditorialOrder) -> messages.EditorialRows:
    """Bring the rows into an order; Conflict if these are not all of them, each once."""
    with transaction_of(SERVICE):
        moment = locked_moment(_NAME)
        rows = {row.pk: row for row in EditorialRow._default_manager.all()}
        if sorted(order.row_ids) != sorted(rows):
            code = "rows_changed"
            raise Conflict(code, "Rows came or went meanwhile. Look at them again, then move them.")
        for position, row_id in enumerate(order.row_ids):
            rows[row_id].position = position
        EditorialRow._default_manager.bulk_update(rows.values(), ["position"])
        _tell(moment)
        return queries.editorial_rows()


def locked_moment(name: str) -> datetime:
    """Now, but later than the last change of what is called so; changes come one by one.

    Whatever the clocks say. In the caller's transaction.
    """
    Programme._default_manager.bulk_create([Programme(name=name)], ignore_conflicts=True)
    programme = Programme._default_manager.select_for_update().get(pk=name)
    last = programme.announced_at
    moment = clock.now() if last is None else max(clock.now(), last + _TICK)
    Programme._default_manager.filter(pk=name).update(announced_at=moment)
    return moment


def _columns(draft: messages.EditorialRowDraft) -> dict[str, object]:
    title_ids = list(dict.fromkeys(draft.title_ids))
    known = dict(Title._default_manager.filter(pk__in=title_ids).values_list("pk", "kind"))
    unknown = [str(one) for one in title_ids if known.get(one) not in _KINDS]
    if unknown:
        code = "unknown_title"
        raise Unprocessable(code, f"There is no film or series {unknown[0]}. Leave it out.")
    columns = draft.model_dump(mode="json")
    return {**columns, "title_ids": title_ids}


def _tell(moment: datetime) -> None:
    rows = queries.editorial_rows().rows
    announce(SERVICE, EditorialRowsChanged(occurred_at=moment, rows=rows))


def _unknown_row() -> NotFound:
    return NotFound("unknown_row", "There is no such row.")
