"""Telling the operator's own systems what happens in the catalogue; how, is `kernel.webhooks`."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from matinee.catalog.models import Title
from matinee.contracts.events import EncodeProgressed
from matinee.kernel import settings
from matinee.kernel.webhooks.telling import Told, Webhooks

webhooks = Webhooks("catalog")

_ENDS: Final[Mapping[str, str]] = {"done": "encode.done", "failed": "encode.failed"}


def statuses_tell(changed: Iterable[tuple[Title, str]]) -> None:
    """Tell of titles that viewers see or see no more, each with its status before.

    Part of the open transaction.
    """
    told = []
    for row, before in changed:
        if row.status == "published":
            told.append(Told("title.published", _title(row)))
        elif before == "published":
            told.append(Told("title.withdrawn", _title(row)))
    if told:
        webhooks.tell(told)


def removal_tell(row: Title) -> None:
    """Tell of a title that is removed for good; part of the open transaction."""
    webhooks.tell([Told("title.removed", _title(row))])


def encode_tell(event: EncodeProgressed) -> None:
    """Tell of an encode that has ended by itself; part of the open transaction."""
    kind = _ENDS.get(event.stage)
    row = Title._default_manager.filter(pk=event.title_id).first() if kind else None
    if kind and row is not None:
        ending = {"encode_id": str(event.encode_id), "error": event.error}
        webhooks.tell([Told(kind, {**_title(row), **ending})])


def _title(row: Title) -> dict[str, object]:
    series_id: UUID | None = row.series_id
    return {
        "title_id": str(row.pk),
        "slug": row.slug,
        "kind": row.kind,
        "name": row.name,
        "series_id": None if series_id is None else str(series_id),
        "season": row.season,
        "episode": row.episode,
        "status": row.status,
        "url": f"{settings.get().url}/title/{row.slug}",
    }
