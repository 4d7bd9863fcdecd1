"""Keeps what profiles do, newest fact by newest fact, and forgets what they want forgotten.

Facts come in any order. Each one first locks its profile's row, so that a fact and an erasure at
the same moment see each other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from matinee.contracts.events import (
    HistoryErased,
    MyListChanged,
    PlaybackProgressed,
    ProfileRemoved,
    ThumbChanged,
)
from matinee.kernel import clock
from matinee.recommendations.models import (
    Dismissal,
    Erasure,
    ListEntry,
    Play,
    Shown,
    Thumb,
    Viewer,
)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_PLAYED = ("position_s", "duration_s", "finished", "watched_at", "finished_at")


def plays_keep(events: Sequence[PlaybackProgressed]) -> None:
    """Keep how far profiles got, by the newest facts, and when they last came to the end."""
    viewers = viewers_lock({event.profile_id for event in events})
    told = _not_erased([event for event in events if event.profile_id in viewers], viewers)
    whose = {event.profile_id for event in told}
    rows = Play.objects.filter(
        profile_id__in=whose, title_id__in={event.title_id for event in told}
    )
    known = {(row.profile_id, row.title_id): row for row in rows}
    changed: dict[tuple[UUID, UUID], Play] = {}
    for event in told:
        pair = (event.profile_id, event.title_id)
        play = changed.get(pair) or known.get(pair) or Play(profile_id=pair[0], title_id=pair[1])
        _go_on(play, event)
        changed[pair] = play
    Play.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=("profile_id", "title_id"),
        update_fields=_PLAYED,
    )
    touch(*(viewers[profile_id] for profile_id in whose))


def _go_on(play: Play, event: PlaybackProgressed) -> None:
    if play.watched_at is None or play.watched_at < event.occurred_at:
        play.position_s, play.duration_s = event.position_s, event.duration_s
        play.finished, play.watched_at = event.finished, event.occurred_at
    if event.finished and (play.finished_at is None or play.finished_at < event.occurred_at):
        play.finished_at = event.occurred_at


def thumb_keep(event: ThumbChanged) -> None:
    """Keep what the profile thinks of a title now."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None:
        return
    thumb = Thumb.objects.filter(profile_id=event.profile_id, title_id=event.title_id).first()
    if thumb is not None and thumb.as_of >= event.occurred_at:
        return
    thumb = thumb or Thumb(profile_id=event.profile_id, title_id=event.title_id)
    thumb.value, thumb.as_of = event.value or "", event.occurred_at
    thumb.save()
    touch(viewer)


def list_entry_keep(event: MyListChanged) -> None:
    """Keep whether a title is in the profile's list now."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None:
        return
    entry = ListEntry.objects.filter(profile_id=event.profile_id, title_id=event.title_id).first()
    if entry is not None and entry.as_of >= event.occurred_at:
        return
    entry = entry or ListEntry(profile_id=event.profile_id, title_id=event.title_id)
    entry.listed, entry.as_of = event.listed, event.occurred_at
    entry.save()
    touch(viewer)


def history_erase(event: HistoryErased) -> None:
    """Forget what was watched until then, also what is told of it later."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None:
        return
    if event.title_id is None:
        viewer.erased_until = max(viewer.erased_until or event.until, event.until)
        viewer.save(update_fields=["erased_until"])
    else:
        _note_erasure(event.profile_id, event.title_id, event.until)
    one = Q() if event.title_id is None else Q(title_id=event.title_id)
    plays = Play.objects.filter(one, profile_id=event.profile_id)
    plays.filter(watched_at__lte=event.until).delete()
    plays.filter(finished_at__lte=event.until).update(finished_at=None)
    touch(viewer)


def viewer_forget(event: ProfileRemoved) -> None:
    """Forget everything of a profile for good; only that it is gone stays."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None:
        return
    for table in (Play, Thumb, ListEntry, Dismissal, Erasure, Shown):
        table.objects.filter(profile_id=event.profile_id).delete()
    viewer.removed = True
    viewer.save(update_fields=["removed"])
    touch(viewer)


def viewer_lock(profile_id: UUID) -> Viewer | None:
    """The profile's row, locked until the transaction ends; None if the profile is gone."""
    return viewers_lock({profile_id}).get(profile_id)


def viewers_lock(profile_ids: Collection[UUID]) -> dict[UUID, Viewer]:
    """The rows of those profiles that are not gone, locked until the transaction ends."""
    if not profile_ids:
        return {}
    rows = Viewer.objects.select_for_update().order_by("pk")
    found = {row.profile_id: row for row in rows.filter(pk__in=profile_ids)}
    missing = sorted(set(profile_ids) - found.keys())
    if missing:
        fresh = (Viewer(profile_id=one, changed_at=clock.now()) for one in missing)
        Viewer.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= {row.profile_id: row for row in rows.filter(pk__in=missing)}
    return {profile_id: row for profile_id, row in found.items() if not row.removed}


def touch(*viewers: Viewer) -> None:
    """Note that what is known of locked profiles has changed."""
    now = clock.now()
    for viewer in viewers:
        viewer.revision += 1
        viewer.changed_at = now
    keep(viewers, "revision", "changed_at")


def keep(viewers: Iterable[Viewer], *columns: str) -> None:
    """Write columns of locked profiles' rows."""
    Viewer.objects.bulk_create(
        viewers, update_conflicts=True, unique_fields=("profile_id",), update_fields=columns
    )


def _not_erased(
    told: Sequence[PlaybackProgressed], viewers: Mapping[UUID, Viewer]
) -> list[PlaybackProgressed]:
    """What the locked profiles do not want forgotten."""
    titles = {event.title_id for event in told}
    rows = Erasure.objects.filter(profile_id__in=viewers, title_id__in=titles)
    until = {(row.profile_id, row.title_id): row.until for row in rows}
    return [
        event
        for event in told
        if event.occurred_at
        > max(
            until.get((event.profile_id, event.title_id), _NEVER),
            viewers[event.profile_id].erased_until or _NEVER,
        )
    ]


def _note_erasure(profile_id: UUID, title_id: UUID, until: datetime) -> None:
    found = Erasure.objects.filter(profile_id=profile_id, title_id=title_id).first()
    if found is None:
        Erasure.objects.create(profile_id=profile_id, title_id=title_id, until=until)
    elif found.until < until:
        found.until = until
        found.save(update_fields=["until"])
