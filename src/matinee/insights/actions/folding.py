"""Facts of plays folded into lines: one for each play, of which figures are reckoned.

What a play's facts say grows only, or the newest of them counts. So lines and later facts fold
into new lines as all facts at once would have, in any order, and twice as well as once.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from matinee.insights import columns
from matinee.insights.actions.facts import files_alone, part_add
from matinee.insights.models import Part
from matinee.insights.rules.facts import LINE, PROGRESS, QUALITY
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

_OF_PLAYS = (PROGRESS.name, QUALITY.name)
_QUALITIES = [name for name in QUALITY.columns if name not in {"happened_at", "session", "told"}]

# The greatest of a play's `told` names the fact whose values count, absent ones among them.
_FOLD = """
SELECT
    session,
    max(who) AS who,
    max(title) AS title,
    max(country) AS country,
    min(began_at) AS began_at,
    max(seen_at) AS seen_at,
    max(duration_s) AS duration_s,
    max(reached_s) AS reached_s,
    max(watched_s) AS watched_s,
    bool_or(finished) AS finished,
    max(told) AS told,
    max_by(quality, told) AS newest
FROM (
    SELECT *, {packed} AS quality FROM {lines}
    UNION ALL BY NAME
    SELECT session, who, title, country, happened_at AS began_at, happened_at AS seen_at,
        duration_s, position_s AS reached_s, watched_s, finished
    FROM {progress}
    UNION ALL BY NAME
    SELECT session, told, {packed} AS quality FROM {quality}
)
GROUP BY session
ORDER BY session
"""

_UNPACK = "SELECT {columns} FROM ({fold})"


def days_fold() -> int:
    """Fold what was filed since the last time; how many days' lines were made anew.

    A transaction a day, and 0 also while somebody else changes files.
    """
    filed = Part.objects.filter(kind__in=_OF_PLAYS, is_folded=False, replaced_at=None)
    days = filed.order_by("day").values_list("day", flat=True).distinct()
    return sum(map(_day_fold, list(days)))


def lines_mend() -> int:
    """Have lines that were cut short folded anew, where their facts are still kept; how many files.

    Without its facts a file stays named, so that a copy of it can be put back.
    """
    with transaction_of("insights"):
        if not files_alone():
            return 0
        live = Part.objects.filter(replaced_at=None)
        lines = live.filter(kind=LINE.name).values_list("key", "day")
        cut = [(key, day) for key, day in lines if _is_cut(key)]
        facts = live.filter(kind__in=_OF_PLAYS, day__in={day for _, day in cut})
        days = set(facts.values_list("day", flat=True))
        facts.update(is_folded=False)
        mended = [key for key, day in cut if day in days]
        live.filter(key__in=mended).update(replaced_at=clock.now())
    return len(mended)


def _is_cut(key: str) -> bool:
    # Buckets take a file whole or not at all.
    path = columns.storage().local_path(key)
    return path is not None and not columns.is_whole(path)


def _day_fold(day: date) -> bool:
    with transaction_of("insights"):
        if not files_alone():
            return False
        parts = Part.objects.filter(day=day, replaced_at=None)
        facts = parts.filter(kind__in=_OF_PLAYS, is_folded=False)
        lines = parts.filter(kind=LINE.name)
        with columns.connection() as own:
            written = columns.write(own, _query(facts, lines), LINE, day)
        lines.update(replaced_at=clock.now())
        facts.update(is_folded=True)
        part_add(LINE, day, written)
    return True


def _query(facts: QuerySet[Part], lines: QuerySet[Part]) -> str:
    packed = ", ".join(f"{name} := {name}" for name in _QUALITIES)
    fold = _FOLD.format(
        # No row without a quality has a `told`, so none is taken for the newest.
        packed=f"CASE WHEN told IS NULL THEN NULL ELSE struct_pack({packed}) END",
        lines=columns.relation(LINE, _keys(lines)),
        progress=columns.relation(PROGRESS, _keys(facts.filter(kind=PROGRESS.name))),
        quality=columns.relation(QUALITY, _keys(facts.filter(kind=QUALITY.name))),
    )
    own = [name for name in LINE.columns if name not in _QUALITIES]
    unpacked = [f"newest.{name} AS {name}" for name in _QUALITIES]
    return _UNPACK.format(columns=", ".join([*own, *unpacked]), fold=fold)


def _keys(parts: QuerySet[Part]) -> Iterable[str]:
    return parts.order_by("id").values_list("key", flat=True)
