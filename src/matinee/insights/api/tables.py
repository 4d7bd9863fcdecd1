"""Figures as tables of comma-separated values (RFC 4180), for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from matinee.contracts.figures import Breakdown, Cohort, DropOff, Line, Series

# A cell that begins so is a formula to a spreadsheet; what people typed must be none.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_series(series: Series) -> Response:
    """A line a moment, a column a figure; then those of the stretch to compare with."""
    columns: list[tuple[str, Sequence[object]]] = [("at", [at.isoformat() for at in series.at])]
    columns += [(_named(line), line.values) for line in series.lines]
    if series.before is not None:
        columns += [("at_before", [at.isoformat() for at in series.before.at])]
        columns += [(f"{_named(line)}_before", line.values) for line in series.before.lines]
    rows = zip(*(values for _, values in columns), strict=True)
    return _table([name for name, _ in columns], rows, "figures")


def of_breakdown(breakdown: Breakdown) -> Response:
    """A line each, a column a figure; then those of the stretch to compare with."""
    names = [breakdown.by, "name", *breakdown.metrics]
    names += [f"{name}_before" for name in breakdown.metrics]
    nothing = [None] * len(breakdown.metrics)
    rows = [
        (_plain(row.key), _plain(row.name), *row.values, *(row.before or nothing))
        for row in breakdown.rows
    ]
    return _table(names, rows, f"by-{breakdown.by}")


def of_drop_off(drop_off: DropOff) -> Response:
    """A line a hundredth."""
    return _table(["hundredth", "share"], enumerate(drop_off.shares), "drop-off")


def of_cohorts(cohorts: Sequence[Cohort]) -> Response:
    """A line a cohort, a column a month since."""
    months = max((len(cohort.kept) for cohort in cohorts), default=0)
    names = ["month", "size", *(f"month_{number}" for number in range(months))]
    rows = [(cohort.month.isoformat(), cohort.size, *cohort.kept) for cohort in cohorts]
    return _table(names, rows, "cohorts")


def _named(line: Line) -> str:
    return line.metric if line.currency is None else f"{line.metric}_{line.currency}"


def _table(names: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
