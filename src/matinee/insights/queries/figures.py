"""Figures over time and told apart, as the table of metrics defines them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from matinee.contracts.figures import BreakdownRow, Line, Number, Side
from matinee.insights import columns
from matinee.insights.queries import business, peaks, relations
from matinee.insights.queries.names import Names
from matinee.insights.queries.relations import EVERY, Only
from matinee.insights.rules.business import METRICS as OF_BUSINESS
from matinee.insights.rules.figures import UNKNOWN_NAME
from matinee.insights.rules.metrics import DEFINITIONS, PEAK, Definition, Source
from matinee.insights.rules.stretches import Cut

_SERIES = "SELECT n, {values} FROM {pieces} GROUP BY GROUPING SETS ((n), ())"
_LENGTH = "CASE WHEN grouping(n) = 0 THEN any_value(length_s) ELSE {whole_s} END"
_BREAKDOWN = """
SELECT {side} AS key, {values} FROM {pieces} GROUP BY key
ORDER BY {first} DESC NULLS LAST, key LIMIT {limit}
"""
_DROP_OFF = """
SELECT least(floor(100 * reached_s / duration_s), 100)::INTEGER AS hundredth, count(*)
FROM {pieces} WHERE duration_s > 0 GROUP BY hundredth
"""
_LENGTH_PLAYED = "SELECT median(duration_s) FROM {pieces} WHERE duration_s > 0"


def lines(metrics: Sequence[str], cut: Cut, only: Only = EVERY) -> list[Line]:
    """Figures over time, in the order of the metrics; money has a line a currency."""
    found: dict[str, list[Line]] = {}
    for source, ids in _by_source(metrics).items():
        found |= {line.metric: [line] for line in _series(source, ids, cut, only)}
    if PEAK.id in metrics:
        found[PEAK.id] = [peaks.line(cut, only)]
    found |= business.lines([id_ for id_ in metrics if id_ in OF_BUSINESS], cut)
    return [line for id_ in metrics for line in found[id_]]


def value(metric: str, since: datetime, until: datetime) -> float | None:
    """A figure of a whole stretch; None where there is nothing to tell it from, and for money."""
    found = [line for line in lines([metric], Cut((since, until))) if line.currency is None]
    return found[0].total if found else None


def breakdown(
    by: Side, metrics: Sequence[str], cut: Cut, limit: int, only: Only = EVERY
) -> list[BreakdownRow]:
    """Figures told apart, the greatest of the first first; at most `limit`."""
    if by == "plan":
        return business.by_plan(metrics, cut)[:limit]
    chosen = [DEFINITIONS[id_] for id_ in metrics]
    names = [f"v{number}" for number in range(len(chosen))]
    # Each is of the same source, as only one source is told apart by a side.
    from_, values = relations.pieces(chosen[0].source, cut.whole(), only)
    sql = _BREAKDOWN.format(
        side=relations.SIDES[by],
        values=", ".join(_columns(chosen, str(cut.length_s))),
        pieces=from_,
        first=names[0],
        limit=int(limit),
    )
    rows = asked(sql, values)
    named = Names(UUID(row[0]) for row in rows if by == "title" and row[0])
    return [
        BreakdownRow(
            key=row[0] or "",
            name=_name(named, row[0]) if by == "title" else row[0] or "",
            values=_numbers(chosen, row[1:]),
            before=None,
        )
        for row in rows
    ]


def drop_off(title_id: UUID, cut: Cut) -> tuple[int, float | None, list[float]]:
    """Plays of a title of known length, that length, and the share that reached each hundredth."""
    from_, values = relations.pieces("line", cut.whole(), Only(title_id=title_id))
    counts = dict(asked(_DROP_OFF.format(pieces=from_), values))
    ((length,),) = asked(_LENGTH_PLAYED.format(pieces=from_), values)
    plays = sum(counts.values())
    reached, shares = plays, []
    for hundredth in range(101):
        shares.append(reached / plays if plays else 0.0)
        reached -= counts.get(hundredth, 0)
    return plays, length, shares


def asked(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query, of which each of these values is a name."""
    with columns.connection() as own:
        return own.execute(sql, values).fetchall()


def _by_source(metrics: Iterable[str]) -> dict[Source, list[str]]:
    found: dict[Source, list[str]] = defaultdict(list)
    for id_ in metrics:
        if id_ in DEFINITIONS:
            found[DEFINITIONS[id_].source].append(id_)
    return found


def _series(source: Source, ids: Sequence[str], cut: Cut, only: Only) -> list[Line]:
    chosen = [DEFINITIONS[id_] for id_ in ids]
    from_, values = relations.pieces(source, cut, only if source == "line" else EVERY)
    names = _columns(chosen, _LENGTH.format(whole_s=cut.length_s))
    rows = asked(_SERIES.format(values=", ".join(names), pieces=from_), values)
    told = {row[0]: _numbers(chosen, row[1:]) for row in rows}
    nothing: list[Number] = [one.empty for one in chosen]
    pieces = [told.get(n, nothing) for n in range(len(cut.edges) - 1)]
    total = told.get(None, nothing)
    return [
        Line(metric=id_, values=[piece[at] for piece in pieces], total=total[at])
        for at, id_ in enumerate(ids)
    ]


def _columns(chosen: Iterable[Definition], length_s: str) -> list[str]:
    return [
        f"{one.sql.format(length_s=f'({length_s})')} AS v{number}"
        for number, one in enumerate(chosen)
    ]


def _numbers(chosen: Sequence[Definition], values: Sequence[Number]) -> list[Number]:
    pairs = zip(chosen, values, strict=True)
    return [one.empty if value is None else value for one, value in pairs]


def _name(named: Names, key: str | None) -> str:
    return named.of(UUID(key)) if key else UNKNOWN_NAME
