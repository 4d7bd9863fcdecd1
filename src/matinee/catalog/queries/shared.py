"""What the world may read of titles, where the operator lets it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from matinee.catalog import settings
from matinee.catalog.models import Title, TitleWindow
from matinee.catalog.queries.rows import title_rows, unknown_title
from matinee.catalog.queries.titles import page_of, titles_of
from matinee.catalog.queries.viewers import EVERYBODY
from matinee.catalog.rules.sharing.shared import Series, Shared, Site
from matinee.catalog.rules.sharing.sitemap import ADDRESSES_A_PAGE, Place
from matinee.contracts import catalog as messages
from matinee.kernel import clock
from matinee.kernel import settings as kernel_settings
from matinee.kernel.problems import NotFound

_NEWEST = 200
_PAGE = 500


def site() -> Site:
    """The service itself; NotFound unless its operator lets the world see its titles."""
    ours, own = kernel_settings.get(), settings.get()
    if not own.public:
        raise NotFound("not_public", "What there is to watch is shown to members. Please sign in.")
    return Site(ours.url, own.site_name, ours.country)


def shared_title(slug: str) -> Shared:
    """A title that is published, and that somebody somewhere may watch now; NotFound otherwise."""
    row = _rows().filter(slug=slug).first()
    if row is None:
        raise unknown_title()
    return _shared([row], [page_of(row, EVERYBODY)])[0]


def shared_newest() -> list[Shared]:
    """The titles that were published last, newest first."""
    rows = list(_rows().filter(published_at__isnull=False).order_by("-published_at")[:_NEWEST])
    return _shared(rows, titles_of(rows, EVERYBODY))


def shared_all() -> Iterator[Shared]:
    """All of them, oldest first; a constant number of statements a page."""
    last = UUID(int=0)
    while page := list(_rows().filter(pk__gt=last).order_by("pk")[:_PAGE]):
        yield from _shared(page, titles_of(page, EVERYBODY))
        last = page[-1].pk


def sitemap_pages() -> int:
    """How many sitemaps there are; one at least."""
    return max(1, -(-_rows().count() // ADDRESSES_A_PAGE))


def sitemap_places(number: int) -> list[Place]:
    """What stands in one of the sitemaps, counted from 1; NotFound beyond the last."""
    first = (number - 1) * ADDRESSES_A_PAGE
    rows = _rows().order_by("pk").values_list("slug", "updated_at")
    found = [Place(*row) for row in rows[first : first + ADDRESSES_A_PAGE]]
    if not found and number > 1:
        raise NotFound("unknown_sitemap", "There is no such sitemap. See /sitemap.xml.")
    return found


def _rows() -> QuerySet[Title]:
    now = clock.now()
    begun = Q(starts_at=None) | Q(starts_at__lte=now)
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    own = TitleWindow._default_manager.filter(title=OuterRef("pk"))
    # An episode without windows has its series'.
    above = TitleWindow._default_manager.filter(title=OuterRef("series_id"))
    by_series = ~Exists(above) | Exists(above.filter(begun & lasting))
    is_shown = Exists(own.filter(begun & lasting)) | (~Exists(own) & by_series)
    return title_rows().filter(is_shown, status="published")


def _shared(rows: Sequence[Title], titles: Sequence[messages.Title]) -> list[Shared]:
    wanted = {row.series_id for row in rows if row.series_id}
    found = Title._default_manager.filter(pk__in=wanted).values_list("pk", "slug", "name")
    series = {pk: Series(str(pk), slug, name) for pk, slug, name in found} if wanted else {}
    return [
        Shared(title, row.updated_at, series.get(row.series_id) if row.series_id else None)
        for row, title in zip(rows, titles, strict=True)
    ]
