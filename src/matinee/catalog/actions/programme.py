"""The rows that the operator puts on home pages: made, changed, removed, and told as a whole."""

from datetime import datetime, timedelta
from uuid import UUID

from matinee.catalog import queries
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.models import EditorialRow, Programme, Title
from matinee.contracts import catalog as messages
from matinee.contracts.events import EditorialRowsChanged
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

ROWS_MAX = 50
_NAME = "rows"
_TICK = timedelta(microseconds=1)


def editorial_row_create(draft: messages.EditorialRowDraft) -> messages.EditorialRow:
    """Put a row on home pages; Conflict if there are too many, Unprocessable if it is wrong."""
    with transaction_of(SERVICE):
        moment = _locked_moment()
        if EditorialRow._default_manager.count() >= ROWS_MAX:
            code = "too_many_rows"
            raise Conflict(code, f"There can be {ROWS_MAX} rows at most. Remove one first.")
        columns = _columns(draft)
        row = EditorialRow(**columns)
        row.save(force_insert=True)
        _tell(moment)
        return messages.EditorialRow.model_validate({"id": row.pk, **columns})


def editorial_row_change(row_id: UUID, draft: messages.EditorialRowDraft) -> messages.EditorialRow:
    """Make a row as the draft says; NotFound if there is none, Unprocessable if wrong."""
    with transaction_of(SERVICE):
        moment = _locked_moment()
        if not EditorialRow._default_manager.filter(pk=row_id).exists():
            raise _unknown_row()
        columns = _columns(draft)
        EditorialRow._default_manager.filter(pk=row_id).update(**columns)
        _tell(moment)
        return messages.EditorialRow.model_validate({"id": row_id, **columns})


def editorial_row_remove(row_id: UUID) -> None:
    """Take a row off home pages; NotFound if there is none."""
    with transaction_of(SERVICE):
        moment = _locked_moment()
        if not EditorialRow._default_manager.filter(pk=row_id).delete()[0]:
            raise _unknown_row()
        _tell(moment)


def _locked_moment() -> datetime:
    """Now, but later than the last change, whatever the clocks say; changes come one by one."""
    Programme._default_manager.bulk_create([Programme(name=_NAME)], ignore_conflicts=True)
    programme = Programme._default_manager.select_for_update().get(pk=_NAME)
    last = programme.announced_at
    moment = clock.now() if last is None else max(clock.now(), last + _TICK)
    Programme._default_manager.filter(pk=_NAME).update(announced_at=moment)
    return moment


def _columns(draft: messages.EditorialRowDraft) -> dict[str, object]:
    title_ids = list(dict.fromkeys(draft.title_ids))
    known = dict(Title._default_manager.filter(pk__in=title_ids).values_list("pk", "kind"))
    unknown = [str(one) for one in title_ids if known.get(one, "episode") == "episode"]
    if unknown:
        code = "unknown_title"
        raise Unprocessable(code, f"There is no film or series {unknown[0]}. Leave it out.")
    window = draft.window.model_dump(mode="json")
    named = {"name": draft.name, "reason": draft.reason, "place": draft.place}
    return {**named, "title_ids": title_ids, "window": window}


def _tell(moment: datetime) -> None:
    rows = queries.editorial_rows().rows
    announce(SERVICE, EditorialRowsChanged(occurred_at=moment, rows=rows))


def _unknown_row() -> NotFound:
    return NotFound("unknown_row", "There is no such row.")
