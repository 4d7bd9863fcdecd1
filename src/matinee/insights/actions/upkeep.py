"""Files kept few, and no longer than is kept: merged, retired, removed once nobody reads them."""

from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID

from django.db.models import Count

from matinee.insights import columns, settings
from matinee.insights.actions.facts import files_alone, part_add
from matinee.insights.models import Part
from matinee.insights.rules import facts
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of

# With more files than this of one day, each question opens too many.
_PARTS_A_DAY = 8
_MERGED_AT_ONCE = 20
_REMOVED_AT_ONCE = 1000
# Longer than a question takes that began with a file; and than a file takes to be named.
_READ_FOR: Final = timedelta(hours=1)
_NAMED_WITHIN: Final = timedelta(days=1)
# What is not here is kept for good: it names nobody, and books are never closed.
_OF_PEOPLE = (facts.PROGRESS.name, facts.QUALITY.name, facts.SEARCH.name)
_ORDERS = dict.fromkeys((facts.PROGRESS.name, facts.QUALITY.name), "session, happened_at")
_OF_FIGURES = (facts.LINE.name, facts.ROW.name)


def parts_merge() -> int:
    """Write the files of days that have many as one each; how many days."""
    many = (
        Part.objects.filter(replaced_at=None)
        .values_list("kind", "day")
        .annotate(parts=Count("id"))
        .filter(parts__gt=_PARTS_A_DAY)
        .order_by("day", "kind")[:_MERGED_AT_ONCE]
    )
    return sum(_merge(kind, day) for kind, day, _ in list(many))


def parts_retire() -> int:
    """Have nobody read what is older than is kept; how many files."""
    now, chosen = clock.now(), settings.get()
    people = (now - timedelta(days=chosen.kept_days)).date()
    figures = (now - timedelta(days=chosen.lines_days)).date()
    with transaction_of("insights"):
        if not files_alone():
            return 0
        live = Part.objects.filter(replaced_at=None)
        return live.filter(kind__in=_OF_PEOPLE, day__lt=people).update(
            replaced_at=now
        ) + live.filter(kind__in=_OF_FIGURES, day__lt=figures).update(replaced_at=now)


def replaced_remove() -> int:
    """Remove files that others have replaced for so long that nobody reads them; how many."""
    old = Part.objects.filter(replaced_at__lt=clock.now() - _READ_FOR).order_by("replaced_at")
    gone = list(old[:_REMOVED_AT_ONCE])
    for part in gone:
        columns.storage().remove(part.key)
    Part.objects.filter(pk__in=[part.pk for part in gone]).delete()
    return len(gone)


def strays_remove() -> int:
    """Remove files that were put but never named, as their writer did not live to; how many."""
    named = set(Part.objects.values_list("key", flat=True))
    strays = [
        key
        for name in (*facts.KINDS, facts.LINE.name)
        for key, _ in columns.storage().keys(name)
        if key not in named and _is_old(key)
    ]
    for key in strays[:_REMOVED_AT_ONCE]:
        columns.storage().remove(key)
    return len(strays[:_REMOVED_AT_ONCE])


def _merge(name: str, day: date) -> bool:
    kind = facts.LINE if name == facts.LINE.name else facts.KINDS[name]
    with transaction_of("insights"):
        if not files_alone():
            return False
        parts = Part.objects.filter(kind=name, day=day, replaced_at=None).order_by("id")
        # What is not folded yet stays apart, so that it is folded once.
        if name in _ORDERS:
            parts = parts.filter(is_folded=True)
        keys = list(parts.values_list("key", flat=True))
        # One that was cut short waits to be mended or put back.
        if len(keys) <= _PARTS_A_DAY or len(columns.there(keys)) < len(keys):
            return False
        # Facts of one play lie together, which makes files small.
        query = f"FROM {columns.relation(kind, keys)} ORDER BY {_ORDERS.get(name, 'ALL')}"
        with columns.connection() as own:
            written = columns.write(own, query, kind, day)
        Part.objects.filter(key__in=keys).update(replaced_at=clock.now())
        part_add(kind, day, written, is_folded=name in _ORDERS)
    return True


def _is_old(key: str) -> bool:
    """Whether a file was written so long ago that whoever wrote it would have named it."""
    try:
        made_at = ids.time_of(UUID(PurePosixPath(key).stem))
    except ValueError:
        return False  # none of ours
    return made_at is not None and made_at < clock.now() - _NAMED_WITHIN
