"""What `viewing` keeps of a person: how it is gathered, and how it is erased."""

from typing import Any

from django.db.models import F, QuerySet

from matinee.kernel import clock
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet
from matinee.viewing import actions
from matinee.viewing.models import Dismissal, ListedTitle, ResumePoint, Thumb, TitleErasure

_WATCHED = ("title_id", "position_s", "duration_s", "finished", "watched_at")
_OWN = (ResumePoint, ListedTitle, Thumb, Dismissal, TitleErasure)


def gather(person: Person) -> PersonalRecords:
    """History, my list, thumbs and dismissals of all profiles, newest first."""
    sheets = [
        sheet("history", "Where you stopped in titles", _rows(ResumePoint, person, *_WATCHED)),
        sheet("my_list", "Titles you put aside", _rows(ListedTitle, person, "title_id")),
        sheet("thumbs", "What you think of titles", _rows(Thumb, person, "title_id", "value")),
        sheet("dismissals", "Not wanted in rows", _rows(Dismissal, person, "row", "title_id")),
        sheet("forgotten", "Not to be known", _rows(TitleErasure, person, "title_id", "until")),
    ]
    return PersonalRecords(service="viewing", sheets=sheets)


def erase(person: Person) -> Erased:
    """Remove all of it, and take nothing more that still comes."""
    rows = sum(_of(table, person).count() for table in _OWN)
    for profile_id in person.profile_ids:
        actions.viewer_remove(profile_id, clock.now())
    return Erased(rows)


def _of(table: Any, person: Person) -> "QuerySet[Any]":
    rows: QuerySet[Any] = table.objects.filter(viewer__profile_id__in=person.profile_ids)
    return rows


def _rows(table: Any, person: Person, *columns: str) -> "QuerySet[Any, dict[str, Any]]":
    newest = _of(table, person).order_by("-id")
    return newest.values(*columns, "created_at", profile_id=F("viewer__profile_id"))
