"""Keeps what a profile speaks, whether it is a child's, and where it watches."""

from collections.abc import Sequence
from operator import attrgetter
from uuid import UUID

from matinee.contracts.events import PlaybackStarted, ProfileChanged
from matinee.recommendations.actions.viewers import keep, touch, viewer_lock, viewers_lock


def profile_keep(event: ProfileChanged) -> None:
    """Keep the profile's language and whether it is a child's, by the newest fact."""
    viewer = viewer_lock(event.profile.id)
    if viewer is None or (viewer.profile_as_of and viewer.profile_as_of >= event.occurred_at):
        return
    viewer.language, viewer.is_kids = event.profile.language, event.profile.is_kids
    viewer.profile_as_of = event.occurred_at
    viewer.save(update_fields=["language", "is_kids", "profile_as_of"])
    touch(viewer)


def countries_keep(events: Sequence[PlaybackStarted]) -> None:
    """Keep where profiles watched last; nothing else changes, so their pages do not."""
    newest: dict[UUID, PlaybackStarted] = {}
    for event in sorted(events, key=attrgetter("occurred_at")):
        if event.country:
            newest[event.profile_id] = event
    viewers = viewers_lock(newest)
    moved = [
        viewer
        for viewer in viewers.values()
        if not viewer.country_as_of or viewer.country_as_of < newest[viewer.profile_id].occurred_at
    ]
    for viewer in moved:
        event = newest[viewer.profile_id]
        viewer.country, viewer.country_as_of = event.country, event.occurred_at
    keep(moved, "country", "country_as_of")
