"""What stands beside a title on its page: trailers and extras, a collection's titles."""

from matinee.catalog.models import Title
from matinee.catalog.queries import cards
from matinee.catalog.queries.rows import seen_by
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts import catalog as messages

# More than anybody looks through on a page.
_EXTRAS_MAX = 100
_COLLECTIONS_MAX = 20


def beside_of(row: Title, viewer: Viewer) -> dict[str, object]:
    """The fields of a title's page that other titles fill."""
    return {
        "extras": _extras(row, viewer),
        "entries": _entries(row, viewer),
        "collections": _collections(row, viewer),
    }


def _extras(row: Title, viewer: Viewer) -> list[messages.TitleCard]:
    """Trailers first, then in the order in which they were made."""
    found = list(seen_by(viewer).filter(belongs_to=row.pk).order_by("pk")[:_EXTRAS_MAX])
    found.sort(key=lambda one: one.kind != "trailer")
    return [cards.card_of(one, viewer) for one in found]


def _entries(row: Title, viewer: Viewer) -> list[messages.TitleCard]:
    if row.kind != "collection":
        return []
    found = seen_by(viewer).filter(stands_in__collection=row.pk).order_by("stands_in__position")
    return [cards.card_of(one, viewer) for one in found]


def _collections(row: Title, viewer: Viewer) -> list[messages.CollectionLink]:
    found = seen_by(viewer).filter(kind="collection", entries__title=row.series_id or row.pk)
    return [
        messages.CollectionLink(id=one.pk, slug=one.slug, name=cards.words_of(one, viewer).name)
        for one in found.order_by("pk")[:_COLLECTIONS_MAX]
    ]
