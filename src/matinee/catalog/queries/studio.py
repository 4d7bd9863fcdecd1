"""Titles as people in Studio see them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from matinee.catalog.models import Title
from matinee.catalog.queries.encodes import progress_of
from matinee.catalog.queries.rows import title_rows, unknown_title
from matinee.catalog.queries.titles import titles_of
from matinee.catalog.queries.viewers import STAFF_VIEWER
from matinee.contracts import catalog as messages

PAGE_ROWS = 50


def studio_page(cursor: UUID | None, wanted: str) -> messages.StudioPage:
    """A page of all titles, newest first, whose name or slug contains `wanted`."""
    rows = title_rows().order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    if wanted:
        rows = rows.filter(Q(name__icontains=wanted) | Q(slug__icontains=wanted))
    page = list(rows[: PAGE_ROWS + 1])
    shown = page[:PAGE_ROWS]
    more = str(shown[-1].pk) if len(page) > PAGE_ROWS else None
    return messages.StudioPage(titles=studio_titles_of(shown), next=more)


def studio_title(title_id: UUID) -> messages.StudioTitle:
    """A title as the operator sees it; NotFound if there is none."""
    row = title_rows().filter(pk=title_id).first()
    if row is None:
        raise unknown_title()
    return studio_titles_of([row])[0]


def studio_titles_of(rows: Sequence[Title]) -> list[messages.StudioTitle]:
    """The operator's rows of titles."""
    titles = titles_of(rows, STAFF_VIEWER)
    return [
        messages.StudioTitle(title=title, progress=progress_of(row), updated_at=row.updated_at)
        for row, title in zip(rows, titles, strict=True)
    ]
