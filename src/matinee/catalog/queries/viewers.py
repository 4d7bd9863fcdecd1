"""Whose eyes titles are read with."""

from dataclasses import dataclass

STAFF = ("editor", "publisher")


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a title is read with: a ceiling of maturity, or None for no ceiling (staff)."""

    ceiling_age: int | None
    sees_unpublished: bool = False


EVERYBODY = Viewer(None)
STAFF_VIEWER = Viewer(None, sees_unpublished=True)
