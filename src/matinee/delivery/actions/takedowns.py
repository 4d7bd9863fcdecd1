"""Titles that are to be served nowhere any more, or again."""

from pathlib import Path
from uuid import UUID

from django.db import connections

from matinee.contracts.delivery import Takedown, TakedownDraft
from matinee.contracts.events import TitleRemoved
from matinee.delivery import bell, queries
from matinee.delivery.models import PackageRecord, TakedownRecord
from matinee.kernel import clock, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.databases import transaction_of


def takedown_order(draft: TakedownDraft, asked_by: UUID | None = None) -> Takedown:
    """Order every edge, and the origin, to serve a title no more, or again.

    NotFound for a title of which nothing was ever served.
    """
    with transaction_of("delivery"):
        _serials_in_order()
        packages = _packages(draft.title_id)
        if not packages:
            detail = "No edge ever had anything of this title. Look at its address again."
            raise problems.NotFound("unknown_title", detail)
        asked_at = clock.now()
        TakedownRecord.objects.bulk_create(
            TakedownRecord(
                package=package,
                lifted=draft.lifted,
                title_id=draft.title_id,
                asked_at=asked_at,
                asked_by=asked_by,
                reason=draft.reason,
            )
            for package in packages
        )
    markers_write()
    bell.ring()
    return queries.takedown_of(draft.title_id, asked_at)


def title_forget(event: TitleRemoved) -> None:
    """A title is gone for good, and so must be what edges hold; call `markers_write` after it."""
    _serials_in_order()
    packages = _packages(event.title_id)
    TakedownRecord.objects.bulk_create(
        TakedownRecord(
            package=package,
            title_id=event.title_id,
            asked_at=event.occurred_at,
            reason="The title was removed from the catalogue.",
        )
        for package in packages
    )
    PackageRecord.objects.filter(title_id=event.title_id).update(published=False, newest=False)


def markers_write() -> bool:
    """Make the origin refuse what is taken down and nothing else; whether something changed."""
    folder = shared_settings.get().home / "refused"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = queries.packages_refused()
    there = {path.name for path in folder.iterdir()}
    for package in wanted - there:
        (folder / package).touch()
    for package in there - wanted:
        Path(folder / package).unlink(missing_ok=True)
    return wanted != there


def _serials_in_order() -> None:
    """Let no other transaction add takedowns before this one ends.

    Agents count by the serial: a smaller one that came to light later would be passed over.
    """
    table = connections["delivery"].ops.quote_name(TakedownRecord._meta.db_table)
    with connections["delivery"].cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _packages(title_id: UUID) -> list[str]:
    rows = PackageRecord.objects.filter(title_id=title_id).order_by("package")
    return list(rows.values_list("package", flat=True))
