"""The operator's rows on home pages."""

from matinee.catalog.models import EditorialRow
from matinee.contracts import catalog as messages


def editorial_rows() -> messages.EditorialRows:
    """All rows that the operator has put on home pages, in the order in which they were made."""
    fields = ("id", "name", "reason", "title_ids", "window", "place")
    rows = EditorialRow._default_manager.order_by("pk").values(*fields)
    return messages.EditorialRows(rows=[messages.EditorialRow(**row) for row in rows])
