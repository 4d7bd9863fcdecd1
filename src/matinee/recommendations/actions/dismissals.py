"""Keeps what profiles took out of their pages."""

from matinee.contracts.events import DismissalChanged
from matinee.recommendations.actions.viewers import touch, viewer_lock
from matinee.recommendations.models import Dismissal


def dismissal_keep(event: DismissalChanged) -> None:
    """Keep whether a title stays out of a row now, or a row off the page."""
    viewer = viewer_lock(event.profile_id)
    if viewer is None:
        return
    same = {"profile_id": event.profile_id, "row": event.row, "title_id": event.title_id}
    dismissal = Dismissal.objects.filter(**same).first() or Dismissal(**same)
    if dismissal.as_of is not None and dismissal.as_of >= event.occurred_at:
        return
    dismissal.dismissed, dismissal.as_of = event.dismissed, event.occurred_at
    dismissal.save()
    touch(viewer)
