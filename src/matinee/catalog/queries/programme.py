"""The operator's rows on home pages."""

from matinee.catalog.models import EditorialRow, Title
from matinee.contracts import catalog as messages

_FIELDS = tuple(messages.EditorialRow.model_fields)


def editorial_rows() -> messages.EditorialRows:
    """All rows that the operator has put on home pages, in their order."""
    rows = EditorialRow._default_manager.order_by("position", "pk").values(*_FIELDS)
    found = [messages.EditorialRow(**row) for row in rows]
    title_ids = {title_id for row in found for title_id in row.title_ids}
    known = Title._default_manager.filter(pk__in=title_ids).values_list("pk", "name")
    return messages.EditorialRows(rows=found, names={str(pk): name for pk, name in known})
