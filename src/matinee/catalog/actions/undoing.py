"""Taking changes of titles back."""

from typing import cast
from uuid import UUID

from matinee.catalog.actions.amending import amendment_join
from matinee.catalog.actions.deeds import change_check, deed_of
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.actions.fields import fields_now, fields_put
from matinee.catalog.actions.films import film_undo
from matinee.catalog.actions.subtitles import subtitles_undo
from matinee.catalog.models import Deed, Title
from matinee.catalog.rules.workflow import Member, is_undoable
from matinee.contracts.catalog.workflow import DeedVerb
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Forbidden

_FILES = {"film": film_undo, "subtitles": subtitles_undo}


def deed_undo(title_id: UUID, deed_id: UUID, by: Member) -> None:
    """Make what a deed changed as it was before; the undoing is a change like any other.

    Conflict where it changed nothing that can be taken back, was undone already, or somebody
    changed the same since.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        deed = deed_of(title_id, deed_id)
        if not is_undoable(cast("DeedVerb", deed.verb), deed.before):
            detail = "Only changes of words, artwork and subtitles, and replaced films, are undone."
            raise Conflict("not_undoable", detail)
        if Deed._default_manager.filter(undoes=deed).exists():
            raise Conflict("undone_before", "That was undone already. Load the history anew.")
        undo = next((undo for field, undo in _FILES.items() if field in deed.after), _fields_undo)
        undo(row, deed, by)


def _fields_undo(row: Title, deed: Deed, by: Member) -> None:
    """Of a title whose changes somebody has to approve, undoing is proposed as well."""
    now = fields_now(row, deed.after)
    others = sorted(name for name in deed.after if now.get(name) != deed.after[name])
    if others:
        detail = f"It was changed again since: {', '.join(others)}. Undo the later change first."
        raise Conflict("changed_since", detail)
    try:
        change_check(row, by)
    except Forbidden:
        amendment_join(row, deed.before, by)
    else:
        fields_put(row, deed.before, by, verb="undone", undoes=deed)
