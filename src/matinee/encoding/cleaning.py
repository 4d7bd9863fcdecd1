"""Removes what nobody needs: work folders, half-published packages, unused stills."""

import logging
from uuid import UUID

from matinee.encoding import actions, queries
from matinee.encoding.room import Room, rooms, store
from matinee.encoding.rules import plan

log = logging.getLogger(__name__)

PACKAGES = "packages"
ARTWORK = "artwork"
_STILL = "still-"


def clear_if_over(encode_id: UUID) -> None:
    """Remove all that an encode has left behind, once it is over and nobody works on it."""
    if queries.is_worked_on(encode_id):
        return
    storage = store()
    for number in (plan.number_of(plan.QUICK_PACKAGE), plan.number_of(plan.FULL_PACKAGE)):
        name = f"{encode_id}-{number}"
        storage.remove_drafts(f"{PACKAGES}/{name}")
        # Published in the store, but its step did not live to say so.
        if not queries.has_package(name):
            storage.remove(f"{PACKAGES}/{name}")
    title_id = queries.title_left_alone(encode_id)
    if title_id is not None:
        _remove_stills(title_id)
    # Last, as the folder is what the sweep finds unfinished cleaning by.
    Room(encode_id).clear()


def sweep_rooms() -> None:
    """Remove the leavings of encodes that are over, whose encoder died before it could."""
    for encode_id in list(rooms()):
        clear_if_over(encode_id)


def sweep_packages() -> None:
    """Remove the packages whose time is over, files first."""
    storage = store()
    for package in actions.packages_due():
        storage.remove(f"{PACKAGES}/{package.name}")
        actions.package_forget(package)
        log.info("package %s is removed", package.name)
        if queries.title_left_alone(package.encode_id) is not None:
            _remove_stills(package.title_id)


def _remove_stills(title_id: UUID) -> None:
    storage = store()
    used = queries.stills_in_use(title_id)
    for key, _ in list(storage.keys(f"{ARTWORK}/{title_id}")):
        name = key.rpartition("/")[2]
        # One with a dot was not put whole.
        if key not in used and name.removeprefix(".").startswith(_STILL):
            storage.remove(key)
