"""Rows of titles, with what their status and pictures follow from."""

from typing import cast
from uuid import UUID

from django.db.models import F, IntegerField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce

from matinee.catalog.models import Encode, Package, Title
from matinee.catalog.queries.rights import open_to, opening_to
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts.ratings import system_of
from matinee.kernel import clock
from matinee.kernel.problems import NotFound

_PUBLISHED = Q(status="published")


def root_of(title_id: UUID) -> UUID:
    """The title whose row stands for the whole family: a series, a film, what belongs to neither.

    A title that is not there is a family of its own.
    """
    places = ("belongs_to__series_id", "belongs_to_id", "series_id")
    found = Title._default_manager.filter(pk=title_id).values_list(*places).first()
    return next((one for one in found or () if one is not None), title_id)


def family_rows(root_id: UUID) -> list[Title]:
    """A title, its episodes and what belongs to any of them, oldest first.

    With what their status follows from; `root_id` as `root_of` says.
    """
    # Two questions, since no index answers one that asks through a join for either.
    its_own = Title._default_manager.filter(Q(pk=root_id) | Q(series_id=root_id))
    ids = list(its_own.values_list("pk", flat=True))
    of_it = Q(pk__in=ids) | Q(belongs_to_id__in=ids)
    return list(title_rows().filter(of_it).order_by("pk"))


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
    """The titles that this viewer may see, here and now."""
    rows = fit_for(viewer)
    if viewer.vantage is not None:
        rows = rows.filter(open_to(viewer.vantage, viewer.account_id, clock.now()))
    return rows


def coming_to(viewer: Viewer) -> QuerySet[Title]:
    """The titles that this viewer may see soon, and not yet."""
    if viewer.vantage is None:
        return Title._default_manager.none()
    soon = opening_to(viewer.vantage, viewer.account_id, clock.now())
    return fit_for(viewer).filter(soon)


def fit_for(viewer: Viewer, there: Q = _PUBLISHED) -> QuerySet[Title]:
    """The titles that are `there` and fit for this viewer's age, whoever has the rights."""
    rows = title_rows()
    if not viewer.sees_unpublished:
        rows = rows.filter(there)
    if viewer.ceiling_age is not None:
        board = KeyTransform(system_of(viewer.country).code, "ratings")
        rated = Cast(KeyTextTransform("age", board), IntegerField())
        rows = rows.alias(age_there=Coalesce(rated, F("maturity_age"), output_field=IntegerField()))
        rows = rows.filter(age_there__lte=viewer.ceiling_age)
    return rows
