"""Keeps what profiles do, newest fact by newest fact, and forgets what they want forgotten.

Facts come in any order. Each one first locks its profile's row, so that a fact and an erasure at
the same moment see each other.
"""

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


def play_keep(event: PlaybackProgressed) -> None:
    """Keep how far the profile got, by the newest fact, and when it last came to the end."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None or event.occurred_at <= _erased_until(viewer, event.title_id):
        return
    play = Play.objects.filter(profile_id=event.profile_id, title_id=event.title_id).first()
    play = play or Play(profile_id=event.profile_id, title_id=event.title_id)
    if play.watched_at is None or play.watched_at < event.occurred_at:
        play.position_s, play.duration_s = event.position_s, event.duration_s
        play.finished, play.watched_at = event.finished, event.occurred_at
    if event.finished and (play.finished_at is None or play.finished_at < event.occurred_at):
        play.finished_at = event.occurred_at
    play.save()
    touch(viewer)


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
    fresh = Viewer(profile_id=profile_id, changed_at=clock.now())
    Viewer.objects.bulk_create([fresh], ignore_conflicts=True)
    viewer = Viewer.objects.select_for_update().get(pk=profile_id)
    return None if viewer.removed else viewer


def touch(viewer: Viewer) -> None:
    """Note that what is known of a locked profile has changed."""
    viewer.revision += 1
    viewer.changed_at = clock.now()
    viewer.save(update_fields=["revision", "changed_at"])


def _erased_until(viewer: Viewer, title_id: UUID) -> datetime:
    one = Erasure.objects.filter(profile_id=viewer.profile_id, title_id=title_id).first()
    known = [viewer.erased_until, None if one is None else one.until]
    return max((until for until in known if until is not None), default=_NEVER)


def _note_erasure(profile_id: UUID, title_id: UUID, until: datetime) -> None:
    found = Erasure.objects.filter(profile_id=profile_id, title_id=title_id).first()
    if found is None:
        Erasure.objects.create(profile_id=profile_id, title_id=title_id, until=until)
    elif found.until < until:
        found.until = until
        found.save(update_fields=["until"])
