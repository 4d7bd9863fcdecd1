"""The operator's rows on home pages."""

from matinee.catalog.models import EditorialRow
from matinee.contracts import catalog as messages

_FIELDS = tuple(messages.EditorialRow.model_fields)


def editorial_rows() -> messages.EditorialRows:
    """All rows that the operator has put on home pages, in their order."""
    rows = EditorialRow._default_manager.order_by("position", "pk").values(*_FIELDS)
    return messages.EditorialRows(rows=[messages.EditorialRow(**row) for row in rows])
