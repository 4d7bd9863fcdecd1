"""HTTP edge of `insights`."""

import contextlib

from flask import Response

from matinee.contracts.insights import PlayerReport, Summary
from matinee.insights import actions, queries, settings
from matinee.kernel import clock, problems, stores
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told

app = flask_edge.make_app("insights")

_MINUTE_S = 60


@app.post(
    "/api/insights/reports",
    operation_id="insights_report_take",
    summary="Tell how a play went",
    security=flask_edge.SECURITY,
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
def report_take(body: PlayerReport) -> Response:
    """Keep the newest report of a session for the profile that sends it."""
    profile_id = flask_edge.caller().profile()
    # Reports are worth having without a count, too: each profile's rows are bounded by its plays.
    with contextlib.suppress(problems.Unavailable):
        tries = settings.get().reports_per_minute
        stores.limit("insights-reports", str(profile_id), tries, _MINUTE_S)
    actions.report_take(profile_id, body)
    return flask_edge.empty()


@app.get(
    "/api/insights/summary",
    operation_id="insights_summary",
    summary="The last 24 hours at a glance",
    security=flask_edge.SECURITY,
    responses={
        200: Summary,
        401: told("not_signed_in"),
        403: told("not_staff: owners and analysts only"),
    },
)
def summary() -> Response:
    """The figures of the last 24 hours."""
    flask_edge.caller().needs_role("analyst")
    return flask_edge.answer(queries.summary(clock.now()))
