"""Taking changes of titles back."""

from typing import cast
from uuid import UUID

from matinee.catalog.actions.amending import amendment_join
from matinee.catalog.actions.deeds import Fields, change_check, deed_of
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.actions.fields import fields_now, fields_put
from matinee.catalog.actions.subtitles import SUBTITLES, slot_told
from matinee.catalog.models import Deed, Title
from matinee.catalog.rules.workflow import Member, is_undoable
from matinee.contracts.catalog.workflow import DeedVerb
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Forbidden


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
        _undo(row, deed, by)


def _undo(row: Title, deed: Deed, by: Member) -> None:
    """Of a title whose changes somebody has to approve, undoing is proposed as well."""
    before, after = _named(deed)
    now = fields_now(row, after)
    others = sorted(name for name in after if now[name] != after[name])
    if others:
        detail = f"It was changed again since: {', '.join(others)}. Undo the later change first."
        raise Conflict("changed_since", detail)
    try:
        change_check(row, by)
    except Forbidden:
        amendment_join(row, before, by)
    else:
        fields_put(row, before, by, verb="undone", undoes=deed)


def _named(deed: Deed) -> tuple[Fields, Fields]:
    """What a deed changed, by a title's field names; of subtitles it tells without a slot."""
    if SUBTITLES not in deed.after:
        return deed.before, deed.after
    before, after = deed.before[SUBTITLES], deed.after[SUBTITLES]
    name = slot_told(before or after).field
    return {name: before}, {name: after}
