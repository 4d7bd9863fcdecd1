"""What the staff ask for, read and answered; Unprocessable where it makes no sense."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from matinee.contracts.figures import (
    Breakdown,
    BreakdownRow,
    DropOff,
    Lines,
    Series,
    Side,
    Step,
    Stretch,
    Wanted,
    WantedBy,
)
from matinee.insights.queries import figures
from matinee.insights.queries.names import Names
from matinee.insights.queries.relations import Only
from matinee.insights.rules import stretches
from matinee.insights.rules.metrics import METRICS
from matinee.insights.rules.stretches import Cut, WrongStretchError
from matinee.kernel.problems import Unprocessable

_METRICS_MAX = 12


def series(wanted: Wanted, now: datetime) -> Series:
    """Figures over time, beside those of the stretch to compare with."""
    ids = _metrics(wanted.metric)
    cut, step, zone = _cut(wanted, now)
    told = _lines(ids, cut, wanted)
    before = stretches.earlier(cut, wanted.compare, zone)
    return Series(
        **dict(told), step=step, before=None if before is None else _lines(ids, before, wanted)
    )


def breakdown(wanted: WantedBy, now: datetime) -> Breakdown:
    """Figures told apart, beside those of the stretch to compare with."""
    ids = _metrics(wanted.metric)
    _check_sides(ids, wanted.by)
    cut, _, zone = _cut(wanted, now)
    rows = figures.breakdown(wanted.by, ids, cut, wanted.limit + 1, _only(wanted))
    shown = rows[: wanted.limit]
    before = stretches.earlier(cut.whole(), wanted.compare, zone)
    return Breakdown(
        since=cut.since,
        until=cut.until,
        by=wanted.by,
        metrics=ids,
        rows=shown if before is None else _beside(shown, wanted, ids, before),
        more=len(rows) > wanted.limit,
    )


def drop_off(title_id: UUID, wanted: Stretch, now: datetime) -> DropOff:
    """How far plays of a title came."""
    cut, _, _ = _cut(wanted, now)
    plays, duration_s, shares = figures.drop_off(title_id, cut)
    return DropOff(
        title_id=title_id,
        name=Names([title_id]).of(title_id),
        plays=plays,
        duration_s=duration_s,
        shares=shares,
    )


def _metrics(told: str) -> list[str]:
    ids = [id_.strip() for id_ in told.split(",") if id_.strip()]
    unknown = [id_ for id_ in ids if id_ not in METRICS]
    if unknown or not ids:
        what = f"There is no metric {', '.join(unknown)}." if unknown else "No metric is asked for."
        raise _wrong(f"{what} There are {', '.join(METRICS)}.")
    if len(ids) > _METRICS_MAX or len(set(ids)) < len(ids):
        raise _wrong(f"Ask for at most {_METRICS_MAX} metrics at once, each once.")
    return ids


def _check_sides(ids: Sequence[str], by: Side) -> None:
    for id_ in ids:
        if by not in METRICS[id_].by:
            sides = ", ".join(METRICS[id_].by) or "nothing"
            raise _wrong(f"{METRICS[id_].name} cannot be told apart by {by}, only by {sides}.")


def _cut(wanted: Stretch, now: datetime) -> tuple[Cut, Step, ZoneInfo]:
    until = wanted.until or now
    try:
        zone = stretches.zone_named(wanted.zone)
        since = wanted.since or until - stretches.USUAL
        step = wanted.step or stretches.step_for(since, until)
        return stretches.cut(since, until, step, zone), step, zone
    except WrongStretchError as error:
        raise _wrong(str(error)) from error
    except OverflowError as error:
        raise _wrong("There is no such time. Choose years from 1 to 9999.") from error


def _lines(ids: Sequence[str], cut: Cut, wanted: Wanted) -> Lines:
    return Lines(
        since=cut.since,
        until=cut.until,
        at=list(cut.edges[:-1]),
        lines=figures.lines(ids, cut, _only(wanted)),
    )


def _beside(
    rows: Sequence[BreakdownRow], wanted: WantedBy, ids: Sequence[str], before: Cut
) -> list[BreakdownRow]:
    keys = tuple(row.key for row in rows)
    only = _only(wanted, (wanted.by, keys))
    found = figures.breakdown(wanted.by, ids, before, len(rows) + 1, only)
    values = {row.key: row.values for row in found}
    return [row.model_copy(update={"before": values.get(row.key)}) for row in rows]


def _only(wanted: Wanted, keys: tuple[Side, tuple[str, ...]] | None = None) -> Only:
    return Only(
        title_id=wanted.title_id,
        territory=wanted.territory,
        device=wanted.device,
        edge=wanted.edge,
        network=wanted.network,
        keys=keys,
    )


def _wrong(detail: str) -> Unprocessable:
    return Unprocessable("wrong_question", detail)
