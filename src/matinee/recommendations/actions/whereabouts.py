"""Keeps what a profile speaks, whether it is a child's, and where it watches."""

from matinee.contracts.events import PlaybackStarted, ProfileChanged
from matinee.recommendations.actions.viewers import touch, viewer_lock


def profile_keep(event: ProfileChanged) -> None:
    """Keep the profile's language and whether it is a child's, by the newest fact."""
    viewer = viewer_lock(event.profile.id)
    if viewer is None or (viewer.profile_as_of and viewer.profile_as_of >= event.occurred_at):
        return
    viewer.language, viewer.is_kids = event.profile.language, event.profile.is_kids
    viewer.profile_as_of = event.occurred_at
    viewer.save(update_fields=["language", "is_kids", "profile_as_of"])
    touch(viewer)


def country_keep(event: PlaybackStarted) -> None:
    """Keep where the profile watched last; nothing else changes, so its page does not."""
    if not event.country:
        return
    viewer = viewer_lock(event.profile_id)
    if viewer is None or (viewer.country_as_of and viewer.country_as_of >= event.occurred_at):
        return
    viewer.country, viewer.country_as_of = event.country, event.occurred_at
    viewer.save(update_fields=["country", "country_as_of"])
