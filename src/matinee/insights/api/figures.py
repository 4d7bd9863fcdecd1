"""Figures for the staff: over time, told apart, live; each also as a table of values (CSV)."""

from typing import Any
from uuid import UUID

from flask import Response
from pydantic import BaseModel

from matinee.contracts import figures as messages
from matinee.insights.api import tables
from matinee.insights.api.app import app
from matinee.insights.queries import asking, business, live
from matinee.insights.rules.metrics import METRICS
from matinee.kernel import access, clock
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told

_STAFF = access.staff("analyst", "finance")
_Answers = dict[str | int, type[BaseModel] | dict[Any, Any] | None]
_REFUSALS: _Answers = {
    401: told("not_signed_in"),
    403: told("not_staff: owners, analysts and finance"),
}
_WRONG: _Answers = {422: told("invalid, or wrong_question: what to ask for instead")}
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


class TitlePath(BaseModel):
    """A title in the path."""

    title_id: UUID


@app.get(
    "/api/insights/studio/metrics",
    operation_id="insights_metrics",
    summary="Every figure, and what it means",
    responses={200: messages.Metrics, **_REFUSALS},
)
@flask_edge.may(_STAFF)
def metrics() -> Response:
    """Every figure that there is, with its definition."""
    return flask_edge.answer(messages.Metrics(metrics=list(METRICS.values())))


@app.get(
    "/api/insights/studio/live",
    operation_id="insights_live",
    summary="What is going on just now",
    responses={200: messages.Live, **_REFUSALS},
)
@flask_edge.may(_STAFF)
def live_now() -> Response:
    """Who watches now, what, and how the last hour went."""
    return flask_edge.answer(live.live(clock.now()))


@app.get(
    "/api/insights/studio/series",
    operation_id="insights_series",
    summary="Figures over time",
    responses={200: messages.Series, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def series(query: messages.Wanted) -> Response:
    """Figures over time, beside those of the stretch to compare with."""
    return flask_edge.answer(asking.series(query, clock.now()))


@app.get(
    "/api/insights/studio/series.csv",
    operation_id="insights_series_csv",
    summary="Figures over time, as a table",
    responses={200: _CSV, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def series_csv(query: messages.Wanted) -> Response:
    """The same, a line a moment."""
    return tables.of_series(asking.series(query, clock.now()))


@app.get(
    "/api/insights/studio/breakdown",
    operation_id="insights_breakdown",
    summary="Figures told apart",
    responses={200: messages.Breakdown, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def breakdown(query: messages.WantedBy) -> Response:
    """Figures by title, territory, device, edge, network, search, row or plan."""
    return flask_edge.answer(asking.breakdown(query, clock.now()))


@app.get(
    "/api/insights/studio/breakdown.csv",
    operation_id="insights_breakdown_csv",
    summary="Figures told apart, as a table",
    responses={200: _CSV, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def breakdown_csv(query: messages.WantedBy) -> Response:
    """The same, a line each."""
    return tables.of_breakdown(asking.breakdown(query, clock.now()))


@app.get(
    "/api/insights/studio/titles/<uuid:title_id>/drop-off",
    operation_id="insights_drop_off",
    summary="How far plays of a title came",
    responses={200: messages.DropOff, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def drop_off(path: TitlePath, query: messages.Stretch) -> Response:
    """The share of a title's plays that reached each hundredth of it."""
    return flask_edge.answer(asking.drop_off(path.title_id, query, clock.now()))


@app.get(
    "/api/insights/studio/titles/<uuid:title_id>/drop-off.csv",
    operation_id="insights_drop_off_csv",
    summary="How far plays of a title came, as a table",
    responses={200: _CSV, **_REFUSALS, **_WRONG},
)
@flask_edge.may(_STAFF)
def drop_off_csv(path: TitlePath, query: messages.Stretch) -> Response:
    """The same, a line a hundredth."""
    return tables.of_drop_off(asking.drop_off(path.title_id, query, clock.now()))


@app.get(
    "/api/insights/studio/cohorts",
    operation_id="insights_cohorts",
    summary="How many customers stayed, by the month in which they began",
    responses={200: messages.Cohorts, **_REFUSALS},
)
@flask_edge.may(_STAFF)
def cohorts() -> Response:
    """Cohorts, the oldest first."""
    return flask_edge.answer(messages.Cohorts(cohorts=business.cohorts(clock.now())))


@app.get(
    "/api/insights/studio/cohorts.csv",
    operation_id="insights_cohorts_csv",
    summary="Cohorts, as a table",
    responses={200: _CSV, **_REFUSALS},
)
@flask_edge.may(_STAFF)
def cohorts_csv() -> Response:
    """The same, a line a cohort."""
    return tables.of_cohorts(business.cohorts(clock.now()))
