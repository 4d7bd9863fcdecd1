"""Alerts, for the people who run the service."""

from typing import Any
from uuid import UUID

from flask import Response, request
from pydantic import BaseModel

from matinee.contracts.alerts import (
    Alert,
    AlertDraft,
    AlertHindsight,
    AlertHistory,
    AlertLimits,
    Alerts,
)
from matinee.insights.actions import alerts as actions
from matinee.insights.actions import hindsight
from matinee.insights.api.app import app
from matinee.insights.queries import alerts as queries
from matinee.kernel import access, stores
from matinee.kernel.audit import Doer
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told

_PATH = "/api/insights/studio/alerts"
_ONE = f"{_PATH}/<uuid:alert_id>"
_STAFF: dict[str | int, Any] = {
    401: told("not_signed_in"),
    403: told("not_staff: owners, analysts and finance"),
}
_WRONG = told("invalid, unknown_metric, window_too_short or wrong_end")
_MAY = access.staff("analyst", "finance")
# Nobody's letterbox is to be filled by trying.
_TRIALS = 6
_HOUR_S = 3600


class AlertPath(BaseModel):
    """The alert that an address names."""

    alert_id: UUID


class HistoryAsked(BaseModel):
    """From where on the history is read."""

    before: UUID | None = None


def _doer() -> Doer:
    return Doer.of(flask_edge.caller(), request.headers.get("X-Real-IP", ""))


@app.get(
    _PATH,
    operation_id="insights_alerts",
    summary="Every alert, and how it stands",
    responses={200: Alerts, **_STAFF},
)
@flask_edge.may(_MAY)
def alerts_list() -> Response:
    """Every alert, those that fire first."""
    return flask_edge.answer(queries.alerts())


@app.post(
    _PATH,
    operation_id="insights_alert_add",
    summary="Tell somebody when a figure is too high or too low",
    responses={201: Alert, **_STAFF, 409: told("too_many_alerts"), 422: _WRONG},
)
@flask_edge.may(_MAY)
def alert_add(body: AlertDraft) -> Response:
    """Watch a figure from now on."""
    row = actions.alert_add(body, _doer())
    return flask_edge.answer(queries.alert_message(row), 201)


@app.put(
    _ONE,
    operation_id="insights_alert_change",
    summary="Make an alert another one",
    responses={200: Alert, **_STAFF, 404: told("unknown_alert"), 422: _WRONG},
)
@flask_edge.may(_MAY)
def alert_change(path: AlertPath, body: AlertDraft) -> Response:
    """Change an alert; where it measures something else, what it fires ends."""
    row = actions.alert_change(path.alert_id, body, _doer())
    return flask_edge.answer(queries.alert_message(row))


@app.delete(
    _ONE,
    operation_id="insights_alert_remove",
    summary="Remove an alert",
    responses={204: None, **_STAFF, 404: told("unknown_alert")},
)
@flask_edge.may(_MAY)
def alert_remove(path: AlertPath) -> Response:
    """Watch it no more; its history stays."""
    actions.alert_remove(path.alert_id, _doer())
    return flask_edge.empty()


@app.post(
    f"{_ONE}/trial",
    operation_id="insights_alert_try",
    summary="Tell whom an alert would tell, as a trial",
    responses={
        204: None,
        **_STAFF,
        404: told("unknown_alert"),
        422: told("tells_nobody"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(_MAY)
def alert_try(path: AlertPath) -> Response:
    """Send its letters and tell its webhooks, as a trial."""
    stores.limit("alert-trials", path.alert_id.hex, _TRIALS, _HOUR_S)
    actions.alert_try(path.alert_id)
    return flask_edge.empty()


@app.post(
    f"{_PATH}/hindsight",
    operation_id="insights_alert_hindsight",
    summary="How often an alert would have fired in the last 30 days",
    responses={
        200: AlertHindsight,
        **_STAFF,
        422: _WRONG,
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(_MAY)
def alert_hindsight(body: AlertLimits) -> Response:
    """Try an alert on the past; nothing is kept of it, and nobody is told."""
    return flask_edge.answer(hindsight.alert_hindsight(body, flask_edge.caller().account_id.hex))


@app.get(
    f"{_PATH}/history",
    operation_id="insights_alert_history",
    summary="The times that alerts fired",
    responses={200: AlertHistory, **_STAFF},
)
@flask_edge.may(_MAY)
def alert_history(query: HistoryAsked) -> Response:
    """The newest 50, or those before one of them."""
    return flask_edge.answer(queries.alert_history(query.before))
