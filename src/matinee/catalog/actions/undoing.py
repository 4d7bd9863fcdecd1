"""Taking changes of titles back."""

from uuid import UUID

from matinee.catalog import queries
from matinee.catalog.actions.deeds import deed_of, fields_of
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.actions.titles import title_change
from matinee.catalog.models import Deed
from matinee.catalog.rules.workflow import Member
from matinee.contracts import catalog as messages
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict

_UNDOABLE = frozenset({"changed", "undone"})


def deed_undo(title_id: UUID, deed_id: UUID, by: Member) -> None:
    """Make what a change changed as it was before; the undoing is a change like any other.

    Conflict where it changed no words, was undone already, or somebody changed the same since.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        deed = deed_of(title_id, deed_id)
        if deed.verb not in _UNDOABLE:
            raise Conflict("not_undoable", "Only changes of what is said of a title are undone.")
        if Deed._default_manager.filter(undoes=deed).exists():
            raise Conflict("undone_before", "That was undone already. Load the history anew.")
        now = fields_of(queries.titles_of([row], queries.STAFF_VIEWER)[0])
        others = sorted(name for name in deed.after if now.get(name) != deed.after[name])
        if others:
            detail = (
                f"It was changed again since: {', '.join(others)}. Undo the later change first."
            )
            raise Conflict("changed_since", detail)
        change = messages.TitleChange.model_validate(deed.before)
        title_change(title_id, change, by, verb="undone", undoes=deed)
