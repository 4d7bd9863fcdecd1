"""Titles as people in Studio see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from matinee.catalog import rules
from matinee.catalog.models import Title
from matinee.catalog.queries.cards import card_fields
from matinee.catalog.queries.encodes import progress_of
from matinee.catalog.queries.rows import title_rows, unknown_title
from matinee.catalog.queries.titles import page_of
from matinee.catalog.queries.viewers import STAFF_VIEWER
from matinee.contracts import catalog as messages

PAGE_ROWS = 50
# What a row of the list is made of. A series' words and a package's tracks are read by pages of
# one title only: they are most of what the tables hold.
_LISTED = (
    *("kind", "slug", "name", "tagline", "year", "maturity_age", "language", "genres", "ratings"),
    *("season", "episode", "series__name", "belongs_to__name", "status", "updated_at"),
    *("poster_key", "backdrop_key", "poster_chosen", "description"),
    *("film_upload_id", "stale_encode_id", "package__duration_s"),
    *("encode__encode_id", "encode__stage", "encode__fraction", "encode__stages", "encode__error"),
)


@dataclass(frozen=True)
class StudioFilter:
    """Which titles Studio lists; nothing said: all of them.

    `words`: what must stand in their names or numbers. `within`: the series or the title whose
    episodes, trailers and extras they are. `amended`: only those of which changes wait.
    """

    words: str = ""
    kind: messages.TitleKind | None = None
    status: messages.TitleStatus | None = None
    within: UUID | None = None
    amended: bool = False

    def of(self, rows: QuerySet[Title]) -> QuerySet[Title]:
        """Those of some titles that it lets through."""
        for piece in rules.search_pieces(self.words):
            rows = rows.filter(search_text__contains=piece)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.status:
            rows = rows.filter(status=self.status)
        if self.within:
            rows = rows.filter(Q(series=self.within) | Q(belongs_to=self.within))
        if self.amended:
            rows = rows.filter(amendment__isnull=False)
        return rows


def studio_page(cursor: UUID | None, wanted: StudioFilter) -> messages.StudioPage:
    """A page of the titles that are wanted, newest first; one query."""
    rows = title_rows().select_related("series", "belongs_to").only(*_LISTED)
    rows = wanted.of(rows).order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    page = list(rows[: PAGE_ROWS + 1])
    shown = page[:PAGE_ROWS]
    more = str(shown[-1].pk) if len(page) > PAGE_ROWS else None
    return messages.StudioPage(titles=[_row(row) for row in shown], next=more)


def studio_title(title_id: UUID) -> messages.StudioTitle:
    """A title as the operator sees it; NotFound if there is none."""
    row = title_rows().filter(pk=title_id).first()
    if row is None:
        raise unknown_title()
    return messages.StudioTitle(
        title=page_of(row, STAFF_VIEWER), progress=progress_of(row), updated_at=row.updated_at
    )


def _row(row: Title) -> messages.StudioRow:
    beside = row.series or row.belongs_to
    card = messages.StudioCard.model_validate(
        {
            **card_fields(row, STAFF_VIEWER),
            "status": row.status,
            "language": row.language,
            "season": row.season,
            "episode": row.episode,
            "beside": beside.name if beside else "",
        }
    )
    return messages.StudioRow(title=card, progress=progress_of(row), updated_at=row.updated_at)
