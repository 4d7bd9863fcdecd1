"""What recommendations keeps of a person: how it is gathered, and how it is erased."""

from typing import Any
from uuid import UUID

from matinee.contracts.events import ProfileRemoved
from matinee.kernel.people import Erased, Person, PersonalRecords, Sheet, sheet
from matinee.recommendations.actions import impressions, viewers
from matinee.recommendations.models import (
    AccountPlan,
    Dismissal,
    Erasure,
    Impression,
    KnownTitle,
    ListEntry,
    OwnTitle,
    Play,
    Shown,
    Thumb,
    Viewer,
)

_PLAYED = ("title_id", "position_s", "duration_s", "finished", "watched_at", "finished_at")
_VARIED = ("experiment_id", "created_at")
_SEEN = ("title_id", "slot", "row", "visits", "first_at", "last_at", "taken_at")


def gather(person: Person) -> PersonalRecords:
    """What rows are chosen from for all profiles, newest first, and the titles' names."""
    own = Viewer.objects.filter(profile_id__in=person.profile_ids, removed=False)
    profiles = own.values("profile_id", "language", "is_kids", "country", "erased_until")
    plans = AccountPlan.objects.filter(pk=person.account_id).values("plan", "ends_at")
    owned = OwnTitle.objects.filter(account_id=person.account_id).order_by("-id")
    sheets = [
        sheet("plan", "What you have subscribed to", plans),
        sheet("own_titles", "Titles you rented or bought", owned.values("title_id", "ends_at")),
        sheet("profiles", "What is known of each profile", profiles),
        sheet("plays", "How far you got with titles", _rows(Play, person, *_PLAYED)),
        sheet("thumbs", "What you think of them", _rows(Thumb, person, "title_id", "value")),
        sheet("my_list", "Put aside", _rows(ListEntry, person, "title_id", "listed", "as_of")),
        sheet("dismissals", "Not wanted", _rows(Dismissal, person, "row", "title_id", "as_of")),
        sheet("forgotten", "Not to be known", _rows(Erasure, person, "title_id", "until")),
        sheet("experiments", "Where you were shown a variant", _rows(Shown, person, *_VARIED)),
        sheet("impressions", "Titles that were in view", _rows(Impression, person, *_SEEN)),
    ]
    return PersonalRecords(service="recommendations", sheets=sheets, titles=_names(sheets))


def erase(person: Person) -> Erased:
    """Remove all of it, and take nothing more that still comes."""
    rows = sum(len(kept.rows) for kept in gather(person).sheets)
    for profile_id in person.profile_ids:
        gone = ProfileRemoved(account_id=person.account_id, profile_id=profile_id)
        viewers.viewer_forget(gone)
        impressions.impressions_forget(gone)
    AccountPlan.objects.filter(pk=person.account_id).delete()
    OwnTitle.objects.filter(account_id=person.account_id).delete()
    # The rows that stay say no more than that somebody is gone.
    Viewer.objects.filter(profile_id__in=person.profile_ids).update(
        language="", is_kids=False, country="", profile_as_of=None, country_as_of=None
    )
    return Erased(rows)


def _rows(table: Any, person: Person, *columns: str) -> Any:
    mine = table.objects.filter(profile_id__in=person.profile_ids).order_by("-id")
    return mine.values("profile_id", *columns)


def _names(sheets: list[Sheet]) -> dict[UUID, str]:
    """What the titles are called that occur in sheets."""
    wanted = {str(row["title_id"]) for kept in sheets for row in kept.rows if row.get("title_id")}
    known = KnownTitle.objects.filter(pk__in=wanted, removed=False)
    return dict(known.values_list("pk", "body__name"))
