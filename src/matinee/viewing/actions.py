"""What can be done with history, my list and thumbs; each in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from matinee.contracts.events import (
    DismissalChanged,
    HistoryErased,
    MyListChanged,
    PlaybackProgressed,
    ThumbChanged,
)
from matinee.contracts.viewing import Dismissal as DismissalMessage
from matinee.contracts.viewing import ThumbValue
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.events.hearing import INBOX_KEPT
from matinee.kernel.problems import Forbidden
from matinee.viewing import rules, settings
from matinee.viewing.models import (
    Dismissal,
    ListedTitle,
    RemovedTitle,
    ResumePoint,
    Thumb,
    TitleErasure,
    Viewer,
)

_PRUNED_AT_ONCE = 1_000
# What is kept of a viewer and a title.
_OF_TITLES = (ResumePoint, ListedTitle, Thumb, Dismissal)
_POINT = ("position_s", "duration_s", "finished", "watched_at", "event_id")
_Viewers = Mapping[UUID, Viewer]
"""Those who watch, each by its profile."""
_Pair = tuple[UUID, UUID]
"""A viewer's row and a title."""


def progress_record(events: Sequence[PlaybackProgressed]) -> None:
    """Note where profiles are in titles, unless that is older than what is known or erased."""
    with transaction_of("viewing"):
        viewers = _locked_viewers({event.profile_id for event in events})
        told = _present(events, viewers)
        points, erased_until = _points(told, viewers), _erased(told, viewers)
        changed: dict[UUID, ResumePoint] = {}
        for event in told:
            pair = (viewers[event.profile_id].pk, event.title_id)
            row = points.get(pair)
            kept = None if row is None else rules.Mark(row.watched_at, row.event_id)
            mark = rules.Mark(event.occurred_at, event.id)
            if rules.counts(mark, kept, erased_until[pair]):
                row = row or ResumePoint(viewer_id=pair[0], title_id=pair[1])
                _go_on(row, event)
                points[pair] = changed[row.pk] = row
        ResumePoint.objects.bulk_create(
            changed.values(),
            update_conflicts=True,
            unique_fields=("viewer", "title_id"),
            update_fields=_POINT,
        )


def history_erase(profile_id: UUID) -> None:
    """Forget all that a profile has watched, also what is not heard of yet."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        until = clock.now()
        viewer.erased_until = until
        viewer.save(update_fields=["erased_until"])
        ResumePoint.objects.filter(viewer=viewer, watched_at__lte=until).delete()
        TitleErasure.objects.filter(viewer=viewer, until__lte=until).delete()
        _announce_erased(profile_id, None, until)


def history_erase_titles(profile_id: UUID, title_ids: Iterable[UUID]) -> None:
    """Forget that a profile has watched some titles; nothing happens for what it has not."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        until = clock.now()
        watched = ResumePoint.objects.filter(
            viewer=viewer, title_id__in=set(title_ids), watched_at__lte=until
        )
        known = list(watched.values_list("title_id", flat=True))
        watched.delete()
        for title_id in known:
            TitleErasure.objects.update_or_create(
                viewer=viewer, title_id=title_id, defaults={"until": until}
            )
            _announce_erased(profile_id, title_id, until)


def my_list_add(profile_id: UUID, title_id: UUID) -> None:
    """Put a title aside; nothing happens if it is there. Conflict when the list is full."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        listed = ListedTitle.objects.filter(viewer=viewer)
        if listed.filter(title_id=title_id).exists():
            return
        rules.check_room("My list", listed.count(), settings.get().my_list_titles)
        ListedTitle.objects.create(viewer=viewer, title_id=title_id)
        _announce_listed(profile_id, title_id, listed=True)


def my_list_remove(profile_id: UUID, title_id: UUID) -> None:
    """Take a title off; nothing happens if it is not there."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        if ListedTitle.objects.filter(viewer=viewer, title_id=title_id).delete()[0]:
            _announce_listed(profile_id, title_id, listed=False)


def thumb_give(profile_id: UUID, title_id: UUID, value: ThumbValue) -> None:
    """Note what a profile thinks of a title; Conflict when it thinks so of too many."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        thumbs = Thumb.objects.filter(viewer=viewer)
        row = thumbs.filter(title_id=title_id).first()
        if row is None:
            rules.check_room("The list of thumbs", thumbs.count(), settings.get().thumbs)
            row = Thumb(viewer=viewer, title_id=title_id)
        if row.value != value:
            row.value = value
            row.save()
            _announce_thumb(profile_id, title_id, value)


def thumb_take_back(profile_id: UUID, title_id: UUID) -> None:
    """Forget what a profile thinks of a title; nothing happens if that is nothing."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        if Thumb.objects.filter(viewer=viewer, title_id=title_id).delete()[0]:
            _announce_thumb(profile_id, title_id, None)


def dismissal_make(profile_id: UUID, wanted: DismissalMessage) -> None:
    """Take a title out of a row, or a row off the page; Conflict when there are too many.

    Once more makes it new: a title that was watched again since may be dismissed again.
    """
    rules.check_row(wanted.row)
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        dismissals = Dismissal.objects.filter(viewer=viewer)
        same = dismissals.filter(row=wanted.row, title_id=wanted.title_id)
        if not same.delete()[0]:
            most = settings.get().dismissals
            rules.check_room("The list of what you took out of rows", dismissals.count(), most)
        Dismissal.objects.create(viewer=viewer, row=wanted.row, title_id=wanted.title_id)
        _announce_dismissal(profile_id, wanted, dismissed=True)


def dismissal_take_back(profile_id: UUID, wanted: DismissalMessage) -> None:
    """Let a title or a row come again; nothing happens if nothing kept it away."""
    with transaction_of("viewing"):
        viewer = _present_viewer(profile_id)
        same = Dismissal.objects.filter(viewer=viewer, row=wanted.row, title_id=wanted.title_id)
        if same.delete()[0]:
            _announce_dismissal(profile_id, wanted, dismissed=False)


def viewer_remove(profile_id: UUID, at: datetime) -> None:
    """Forget all of a profile that is gone since `at`; what still comes of it is not kept."""
    with transaction_of("viewing"):
        viewer = _locked_viewer(profile_id)
        viewer.removed_at = at
        viewer.save(update_fields=["removed_at"])
        for table in (*_OF_TITLES, TitleErasure):
            table.objects.filter(viewer=viewer).delete()


def title_remove(title_id: UUID, at: datetime) -> None:
    """Forget all of a title that is gone since `at`; what still comes of it is not kept."""
    with transaction_of("viewing"):
        RemovedTitle.objects.get_or_create(title_id=title_id, defaults={"removed_at": at})
        for table in _OF_TITLES:
            table.objects.filter(title_id=title_id).delete()


def traces_prune() -> int:
    """Forget what only kept late facts away, once they cannot come any more; how many rows."""
    before = clock.now() - INBOX_KEPT
    with transaction_of("viewing"):
        old = (
            TitleErasure.objects.filter(until__lt=before),
            Viewer.objects.filter(removed_at__lt=before),
            RemovedTitle.objects.filter(removed_at__lt=before),
        )
        return sum(_delete_some(rows) for rows in old)


def _locked_viewer(profile_id: UUID) -> Viewer:
    """The row of a profile, made if there is none; nobody else changes what is the viewer's."""
    return _locked_viewers({profile_id})[profile_id]


def _locked_viewers(profile_ids: Collection[UUID]) -> dict[UUID, Viewer]:
    """The rows of profiles as `_locked_viewer` has one, each locked after the other."""
    rows = Viewer.objects.select_for_update().order_by("profile_id")
    found = {row.profile_id: row for row in rows.filter(profile_id__in=profile_ids)}
    missing = sorted(set(profile_ids) - found.keys())
    if missing:
        fresh = [Viewer(profile_id=one) for one in missing]
        Viewer.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= {row.profile_id: row for row in rows.filter(profile_id__in=missing)}
    return found


def _present_viewer(profile_id: UUID) -> Viewer:
    viewer = _locked_viewer(profile_id)
    if viewer.removed_at is not None:
        code = "profile_removed"
        raise Forbidden(code, "This profile is gone. Choose who is watching.")
    return viewer


def _delete_some(rows: QuerySet[Any]) -> int:
    some = rows.values("pk")[:_PRUNED_AT_ONCE]
    return cast("int", rows.model._default_manager.filter(pk__in=some).delete()[0])


def _present(events: Sequence[PlaybackProgressed], viewers: _Viewers) -> list[PlaybackProgressed]:
    """What is told of profiles and titles that are not gone."""
    titles = {event.title_id for event in events}
    rows = RemovedTitle.objects.filter(title_id__in=titles)
    gone = set(rows.values_list("title_id", flat=True))
    return [
        event
        for event in events
        if event.title_id not in gone and viewers[event.profile_id].removed_at is None
    ]


def _points(told: Sequence[PlaybackProgressed], viewers: _Viewers) -> dict[_Pair, ResumePoint]:
    """Where these profiles are in these titles."""
    rows = ResumePoint.objects.filter(
        viewer__in={viewers[event.profile_id].pk for event in told},
        title_id__in={event.title_id for event in told},
    )
    return {(row.viewer_id, row.title_id): row for row in rows}


def _erased(told: Sequence[PlaybackProgressed], viewers: _Viewers) -> dict[_Pair, datetime | None]:
    """Until when each profile wants each title forgotten."""
    pairs = {(viewers[one.profile_id].pk, one.title_id): viewers[one.profile_id] for one in told}
    rows = TitleErasure.objects.filter(
        viewer__in={viewer for viewer, _ in pairs}, title_id__in={title for _, title in pairs}
    )
    of_titles = {(row.viewer_id, row.title_id): row.until for row in rows}
    return {
        pair: rules.latest(viewer.erased_until, of_titles.get(pair))
        for pair, viewer in pairs.items()
    }


def _go_on(row: ResumePoint, event: PlaybackProgressed) -> None:
    row.position_s = max(0.0, event.position_s)
    row.duration_s = max(0.0, event.duration_s)
    row.finished = event.finished
    row.watched_at = event.occurred_at
    row.event_id = event.id


def _announce_erased(profile_id: UUID, title_id: UUID | None, until: datetime) -> None:
    erased = HistoryErased(profile_id=profile_id, title_id=title_id, until=until, occurred_at=until)
    announce("viewing", erased)


def _announce_listed(profile_id: UUID, title_id: UUID, *, listed: bool) -> None:
    event = MyListChanged(profile_id=profile_id, title_id=title_id, listed=listed)
    announce("viewing", event)


def _announce_thumb(profile_id: UUID, title_id: UUID, value: ThumbValue | None) -> None:
    announce("viewing", ThumbChanged(profile_id=profile_id, title_id=title_id, value=value))


def _announce_dismissal(profile_id: UUID, about: DismissalMessage, *, dismissed: bool) -> None:
    event = DismissalChanged(
        profile_id=profile_id, row=about.row, title_id=about.title_id, dismissed=dismissed
    )
    announce("viewing", event)
