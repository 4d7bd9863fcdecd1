"""Rows of titles, with what their status and pictures follow from."""

from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from matinee.catalog.models import Encode, Package, Title
from matinee.catalog.queries.viewers import Viewer
from matinee.kernel.problems import NotFound


def family_rows(root_id: UUID) -> list[Title]:
    """A title and its episodes, oldest first, with what their status follows from."""
    return list(title_rows().filter(Q(pk=root_id) | Q(series_id=root_id)).order_by("pk"))


def row_of(title_id: UUID) -> Title:
    """The row of a title; NotFound if there is none."""
    row = title_rows().filter(pk=title_id).first()
    if row is None:
        raise unknown_title()
    return row


def unknown_title() -> NotFound:
    """The problem for a title that is not there, or not for this caller."""
    return NotFound("unknown_title", "There is no such title.")


def encode_of(row: Title) -> Encode | None:
    """The newest encode of a title."""
    return cast("Encode | None", getattr(row, "encode", None))


def package_of(row: Title) -> Package | None:
    """What plays of a title."""
    return cast("Package | None", getattr(row, "package", None))


def title_rows() -> QuerySet[Title]:
    """All titles, each with what is known of its film."""
    return Title._default_manager.select_related("encode", "package")


def seen_by(viewer: Viewer) -> QuerySet[Title]:
    """The titles that this viewer may see."""
    rows = title_rows()
    if not viewer.sees_unpublished:
        rows = rows.filter(status="published")
    if viewer.ceiling_age is not None:
        rows = rows.filter(maturity_age__lte=viewer.ceiling_age)
    return rows
