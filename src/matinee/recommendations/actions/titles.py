"""Keeps the copy of the catalogue."""

from typing import Any
from uuid import UUID

from matinee.contracts.events import TitleChanged, TitleRemoved
from matinee.kernel.events import Event
from matinee.recommendations.models import KnownTitle, Revision
from matinee.recommendations.queries.catalogue import CATALOGUE


def next_number(name: str) -> int:
    """The next number of a revision, whose row stays locked until the transaction ends."""
    Revision.objects.bulk_create([Revision(name=name)], ignore_conflicts=True)
    row = Revision.objects.select_for_update().get(name=name)
    row.number += 1
    row.save(update_fields=["number"])
    return row.number


def title_keep(event: TitleChanged) -> None:
    """Keep a title as it is now, unless something newer is known or it is gone."""
    number = next_number(CATALOGUE)
    known = KnownTitle.objects.filter(pk=event.title.id).first()
    if known is not None and (known.removed or known.as_of >= event.occurred_at):
        return
    # Episodes come as titles of their own; a series that listed them, too, would be read for each.
    body = event.title.model_copy(update={"seasons": []}).model_dump(mode="json")
    _put(event.title.id, event, number, body)


def title_forget(event: TitleRemoved) -> None:
    """Keep nothing of a title but that it is gone, for good."""
    _put(event.title_id, event, next_number(CATALOGUE), None)


def _put(title_id: UUID, event: Event, number: int, body: dict[str, Any] | None) -> None:
    KnownTitle.objects.update_or_create(
        pk=title_id,
        defaults={
            "as_of": event.occurred_at,
            "version": number,
            "removed": body is None,
            "body": body,
        },
    )
