"""Reads of the catalogue: rows become messages, in as many queries for a hundred as for one."""

from matinee.catalog.queries.cards import artwork_url
from matinee.catalog.queries.encodes import encode_report, progress_of
from matinee.catalog.queries.people import person_page
from matinee.catalog.queries.programme import editorial_rows
from matinee.catalog.queries.rows import (
    encode_of,
    family_rows,
    package_of,
    root_of,
    row_of,
    title_rows,
    unknown_title,
)
from matinee.catalog.queries.shared import (
    shared_all,
    shared_newest,
    shared_title,
    site,
    sitemap_pages,
    sitemap_places,
)
from matinee.catalog.queries.sheets import (
    id_of_slug,
    ids_of_slugs,
    known_titles,
    sheet_import,
    sheet_import_of,
    sheet_imports,
    sheet_titles,
    unshown,
)
from matinee.catalog.queries.studio import PAGE_ROWS, StudioFilter, studio_page, studio_title
from matinee.catalog.queries.subtitles import subtitle_files_of, title_subtitles
from matinee.catalog.queries.titles import IDS_MAX, cards_of, title_by, titles_of
from matinee.catalog.queries.viewers import EVERYBODY, STAFF, STAFF_VIEWER, Viewer

__all__ = [
    "EVERYBODY",
    "IDS_MAX",
    "PAGE_ROWS",
    "STAFF",
    "STAFF_VIEWER",
    "StudioFilter",
    "Viewer",
    "artwork_url",
    "cards_of",
    "editorial_rows",
    "encode_of",
    "encode_report",
    "family_rows",
    "id_of_slug",
    "ids_of_slugs",
    "known_titles",
    "package_of",
    "person_page",
    "progress_of",
    "root_of",
    "row_of",
    "shared_all",
    "shared_newest",
    "shared_title",
    "sheet_import",
    "sheet_import_of",
    "sheet_imports",
    "sheet_titles",
    "site",
    "sitemap_pages",
    "sitemap_places",
    "studio_page",
    "studio_title",
    "subtitle_files_of",
    "title_by",
    "title_rows",
    "title_subtitles",
    "titles_of",
    "unknown_title",
    "unshown",
]
