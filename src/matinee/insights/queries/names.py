"""What titles are called, as the catalogue told last."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from matinee.insights.models import TitleName
from matinee.insights.rules.figures import UNKNOWN_NAME


class Names:
    """The names of some titles, read at once; who was never heard of has a word for that."""

    def __init__(self, title_ids: Iterable[UUID]) -> None:
        rows = TitleName.objects.filter(id__in=set(title_ids)).values_list("id", "name")
        self._names: Mapping[UUID, str] = dict(rows)

    def of(self, title_id: UUID) -> str:
        """What a title is called."""
        return self._names.get(title_id, UNKNOWN_NAME)
