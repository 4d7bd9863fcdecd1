"""What is known about a profile's viewing, as the messages that others read."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from matinee.contracts import viewing as messages
from matinee.viewing import rules
from matinee.viewing.models import Dismissal, ListedTitle, ResumePoint, Thumb

T = TypeVar("T", bound=Model)


def history_of(profile_id: UUID, cursor: str | None) -> messages.History:
    """A page of what a profile watched, newest first; Unprocessable for a cursor not of ours."""
    rows = ResumePoint.objects.filter(viewer__profile_id=profile_id)
    if cursor:
        after = rules.Cursor.parse(cursor)
        same_moment = Q(watched_at=after.watched_at, title_id__lt=after.title_id)
        rows = rows.filter(Q(watched_at__lt=after.watched_at) | same_moment)
    page = list(rows.order_by("-watched_at", "-title_id")[: rules.PAGE + 1])
    entries = [resume_message(row) for row in page[: rules.PAGE]]
    more = len(page) > rules.PAGE
    last = page[rules.PAGE - 1] if more else None
    following = None if last is None else str(rules.Cursor(last.watched_at, last.title_id))
    return messages.History(entries=entries, next=following)


def my_list_of(profile_id: UUID) -> messages.MyList:
    """The titles that a profile put aside, newest first."""
    rows = ListedTitle.objects.filter(viewer__profile_id=profile_id).order_by("-id")
    return messages.MyList(title_ids=list(rows.values_list("title_id", flat=True)))


def thumbs_of(profile_id: UUID) -> messages.Thumbs:
    """What a profile thinks of titles, newest first."""
    rows = Thumb.objects.filter(viewer__profile_id=profile_id).order_by("-id")
    thumbs = list(rows.values("title_id", "value"))
    return messages.Thumbs.model_validate({"thumbs": thumbs})


def dismissals_of(profile_id: UUID) -> messages.Dismissals:
    """What a profile took out of its pages, newest first."""
    rows = Dismissal.objects.filter(viewer__profile_id=profile_id).order_by("-id")
    dismissals = list(rows.values("row", "title_id"))
    return messages.Dismissals.model_validate({"dismissals": dismissals})


def title_state_of(profile_id: UUID, title_id: UUID) -> messages.TitleState:
    """All that a profile has to do with one title; a title that nobody knows has nothing."""
    resume = _of(ResumePoint, profile_id, title_id).first()
    thumb = _of(Thumb, profile_id, title_id).first()
    return messages.TitleState.model_validate(
        {
            "title_id": title_id,
            "in_my_list": _of(ListedTitle, profile_id, title_id).exists(),
            "thumb": None if thumb is None else thumb.value,
            "resume": None if resume is None else resume_message(resume),
        }
    )


def resume_message(row: ResumePoint) -> messages.ResumePoint:
    """A resume point as others read it."""
    return messages.ResumePoint.model_validate(row, from_attributes=True)


def _of(table: type[T], profile_id: UUID, title_id: UUID) -> QuerySet[T]:
    return table._default_manager.filter(viewer__profile_id=profile_id, title_id=title_id)
