"""What the staff did with titles, written down."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from matinee.catalog import queries, settings
from matinee.catalog.models import Deed, Title
from matinee.catalog.rules.workflow import Member, change_refusal
from matinee.contracts import catalog as messages
from matinee.contracts.catalog import TitleChange
from matinee.contracts.catalog.workflow import DeedVerb, Standing
from matinee.kernel.problems import NotFound

Fields = dict[str, Any]


def deed_note(title_id: UUID, verb: DeedVerb, by: Member, **told: Any) -> None:
    """Write down what was done, in the transaction that does it; `told` are `Deed`'s columns."""
    Deed._default_manager.create(title_id=title_id, account_id=by.account_id, verb=verb, **told)


def change_note(before: messages.Title, after: messages.Title, by: Member, **told: Any) -> None:
    """Write down which of the fields that people may change are others now; nothing if none."""
    old, new = differences(fields_of(before), fields_of(after))
    if new:
        deed_note(after.id, told.pop("verb", "changed"), by, before=old, after=new, **told)


def change_check(row: Title, by: Member) -> None:
    """Forbidden where somebody else has to approve what a member changes of a title."""
    problem = change_refusal(cast("Standing", row.standing), by, settings.get().review)
    if problem is not None:
        raise problem


def words_say(title_id: UUID, words: str, by: Member) -> None:
    """Keep a comment on a title; NotFound if there is no such title."""
    deed_note(queries.row_of(title_id).pk, "said", by, words=words)


def deed_of(title_id: UUID, deed_id: UUID) -> Deed:
    """One deed of a title; NotFound if there is none."""
    found = Deed._default_manager.filter(pk=deed_id, title_id=title_id).first()
    if found is None:
        raise NotFound("unknown_deed", "There is no such entry in this title's history.")
    return found


def fields_of(title: messages.Title) -> Fields:
    """What people may change of a title, by the names of `TitleChange`, as JSON."""
    return title.model_dump(mode="json", include=set(TitleChange.model_fields))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Fields, Fields]:
    """The fields of the second that differ in the first, as they were and as they are."""
    names = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in names}, {name: new[name] for name in names}
