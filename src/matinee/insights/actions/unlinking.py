"""Files written anew without the alias of somebody who wants to be forgotten."""

from collections.abc import Sequence
from datetime import timedelta

from matinee.insights import columns
from matinee.insights.actions.facts import files_alone, part_add
from matinee.insights.models import Part, Unlinking, Waiting
from matinee.insights.rules import facts
from matinee.insights.rules.facts import Kind
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

_WITH_PEOPLE = (facts.PROGRESS, facts.SEARCH, facts.LINE)
_AT_ONCE = 200
# Clocks of different machines; by then all that was written before a wish has been committed.
_SETTLED = timedelta(minutes=2)
_WISHES = """
(SELECT unnest($whos)::UUID AS who, unnest($titles)::UUID AS title, unnest($untils) AS until)
"""
_MEANT = """
EXISTS (
    FROM {wishes} AS wish WHERE wish.who = fact.who
        AND fact.{when} <= wish.until {title}
)
"""
_TOUCHED = """
SELECT DISTINCT filename FROM read_parquet([{paths}], union_by_name = true, filename = true) AS fact
WHERE {meant}
"""
_REWRITTEN = """
CREATE OR REPLACE TEMP TABLE rewritten AS
SELECT * REPLACE (CASE WHEN {meant} THEN NULL ELSE who END AS who) FROM {relation} AS fact
"""


def people_unlink() -> int:
    """Make nobody's what people wanted forgotten, in all files; how many wishes were met.

    0 also while somebody else changes files, or while facts from before a wish still wait.
    """
    with transaction_of("insights"):
        if not files_alone():
            return 0
        settled = Unlinking.objects.filter(created_at__lt=clock.now() - _SETTLED)
        wishes = list(settled.order_by("id")[:_AT_ONCE])
        if not wishes:
            return 0
        if Waiting.objects.filter(created_at__lt=wishes[-1].created_at + _SETTLED / 2).exists():
            return 0
        for kind in _WITH_PEOPLE:
            _unlink(kind, wishes)
        Unlinking.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
    return len(wishes)


def _unlink(kind: Kind, wishes: Sequence[Unlinking]) -> None:
    live = {part.key: part for part in _live(kind)}
    parts = {str(path): live[key] for key, path in columns.there(live).items()}
    if not parts:
        return
    values = {
        "whos": [str(wish.who) for wish in wishes],
        "titles": [None if wish.title_id is None else str(wish.title_id) for wish in wishes],
        "untils": [columns.naive(wish.until) for wish in wishes],
    }
    meant = _meant(kind)
    paths = ", ".join(map(columns.quoted, parts))
    with columns.connection() as own:
        touched = own.execute(_TOUCHED.format(paths=paths, meant=meant), values).fetchall()
        for (path,) in touched:
            part = parts[path]
            relation = columns.relation(kind, [part.key])
            own.execute(_REWRITTEN.format(meant=meant, relation=relation), values)
            written = columns.write(own, "FROM rewritten", kind, part.day)
            Part.objects.filter(pk=part.pk).update(replaced_at=clock.now())
            part_add(kind, part.day, written, is_folded=part.is_folded)


def _meant(kind: Kind) -> str:
    """What a wish means: a search is of no title, and goes with all or not at all."""
    of_title = "AND (wish.title IS NULL OR wish.title = fact.title)"
    return _MEANT.format(
        wishes=_WISHES,
        when="began_at" if kind is facts.LINE else "happened_at",
        title=of_title if "title" in kind.columns else "AND wish.title IS NULL",
    )


def _live(kind: Kind) -> Sequence[Part]:
    return list(Part.objects.filter(kind=kind.name, replaced_at=None).order_by("id"))
