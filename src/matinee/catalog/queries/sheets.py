"""Sheets that were sent, what they name, and all titles as a sheet."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import cast
from uuid import UUID

from matinee.catalog.models import CollectionEntry, SheetImport, Title
from matinee.catalog.queries.cards import artwork_url
from matinee.catalog.queries.rows import title_rows
from matinee.catalog.queries.titles import titles_of
from matinee.catalog.queries.viewers import STAFF_VIEWER
from matinee.catalog.rules.sheet_order import Known
from matinee.catalog.rules.sheets import Line
from matinee.contracts import catalog as messages
from matinee.contracts.catalog.sheets import SheetImport as SheetImportMessage
from matinee.contracts.catalog.sheets import SheetImports, SheetTitle
from matinee.contracts.catalog.words import TitleKind
from matinee.kernel import settings
from matinee.kernel.problems import NotFound, Unprocessable

_SHOWN = 20
_PAGE = 500
_SAME = ("name", "kind", "slug", "tagline", "description", "year", "language", "genres", "moods",
         "keywords", "rights", "season", "episode")  # fmt: skip


def sheet_imports() -> SheetImports:
    """The newest sheets that were sent."""
    rows = SheetImport._default_manager.order_by("-pk")[:_SHOWN]
    return SheetImports(imports=[sheet_import(row) for row in rows])


def sheet_import_of(import_id: UUID) -> SheetImportMessage:
    """What came of a sheet; NotFound if there is none."""
    row = SheetImport._default_manager.filter(pk=import_id).first()
    if row is None:
        raise NotFound("unknown_sheet", "There is no such sheet. Load the list anew.")
    return sheet_import(row)


def sheet_import(row: SheetImport) -> SheetImportMessage:
    """A sheet that was sent, as the staff read of it."""
    return SheetImportMessage.model_validate(row, from_attributes=True)


def known_titles(slugs: Iterable[str]) -> dict[str, Known]:
    """What there is of titles with these addresses."""
    rows = Title._default_manager.filter(slug__in=list(slugs)).values_list(
        "slug", "kind", "series__slug", "season", "episode", "belongs_to__slug"
    )
    return {row[0]: Known(cast("TitleKind", row[1]), *row[2:]) for row in rows}


def id_of_slug(slug: str) -> UUID | None:
    """The title with an address."""
    found = Title._default_manager.filter(slug=slug).values_list("pk", flat=True)
    return found.first()


def ids_of_slugs(slugs: Sequence[str]) -> list[UUID]:
    """The titles with these addresses, in this order; Unprocessable where one is missing."""
    found = dict(Title._default_manager.filter(slug__in=slugs).values_list("slug", "pk"))
    lost = next((slug for slug in slugs if slug not in found), None)
    if lost is not None:
        raise Unprocessable("unknown_member", f"There is no title {lost!r}.")
    return [found[slug] for slug in slugs]


def unshown(lines: Sequence[Line]) -> list[Line]:
    """The lines without those pictures that their titles have already, as an export names them."""
    rows = Title._default_manager.filter(slug__in=[line.title.slug or "" for line in lines])
    shown = {_address(key) for row in rows for key in (row.poster_key, row.backdrop_key) if key}
    return [Line(number, _without(title, shown)) for number, title in lines]


def _without(title: SheetTitle, shown: Collection[str]) -> SheetTitle:
    known = {kind: "" for kind in ("poster", "backdrop") if getattr(title, kind) in shown}
    return title.model_copy(update=known)


def sheet_titles() -> Iterator[SheetTitle]:
    """Every title as a line of a sheet, oldest first; a constant number of statements a page."""
    last = UUID(int=0)
    while page := list(title_rows().filter(pk__gt=last).order_by("pk")[:_PAGE]):
        yield from _sheet_page(page)
        last = page[-1].pk


def _sheet_page(rows: list[Title]) -> Iterator[SheetTitle]:
    slugs = _slugs_beside(rows)
    members = _members(rows)
    for row, title in zip(rows, titles_of(rows, STAFF_VIEWER), strict=True):
        yield SheetTitle.model_validate(
            {
                **{name: getattr(title, name) for name in _SAME},
                "maturity_age": row.maturity_age,
                "ratings": title.ratings,
                "texts": title.texts,
                "external_ids": title.external_ids,
                "credits": [one.model_copy(update={"person_id": None}) for one in title.credits],
                "series_slug": slugs.get(row.series_id),
                "belongs_to_slug": slugs.get(row.belongs_to_id),
                "member_slugs": members.get(row.pk, []),
                **_artwork(title),
            }
        )


def _slugs_beside(rows: Sequence[Title]) -> dict[UUID | None, str]:
    """The addresses of the series and titles that these stand with."""
    ids = {one for row in rows for one in (row.series_id, row.belongs_to_id) if one}
    found = Title._default_manager.filter(pk__in=ids).values_list("pk", "slug")
    return dict(found)


def _members(rows: Sequence[Title]) -> dict[UUID, list[str]]:
    entries = CollectionEntry._default_manager.filter(collection__in=rows).order_by("position")
    found: dict[UUID, list[str]] = {}
    for collection, slug in entries.values_list("collection_id", "title__slug"):
        found.setdefault(collection, []).append(slug)
    return found


def _artwork(title: messages.Title) -> dict[str, str]:
    own = settings.get().url
    shown = {"poster": title.artwork.poster, "backdrop": title.artwork.backdrop}
    return {kind: f"{own}{path}" for kind, path in shown.items() if path}


def _address(key: str) -> str:
    return f"{settings.get().url}{artwork_url(key)}"
