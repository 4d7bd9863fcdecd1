"""The last day at a glance, for the staff."""

from flask import Response

from matinee.contracts.insights import Summary
from matinee.insights import queries
from matinee.insights.api.app import app
from matinee.kernel import access, clock
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told


@app.get(
    "/api/insights/summary",
    operation_id="insights_summary",
    summary="The last 24 hours at a glance",
    responses={
        200: Summary,
        401: told("not_signed_in"),
        403: told("not_staff: owners and analysts only"),
    },
)
@flask_edge.may(access.staff("analyst"))
def summary() -> Response:
    """The figures of the last 24 hours."""
    return flask_edge.answer(queries.summary(clock.now()))
