"""HTTP edge of recommendations for the other services."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from matinee.contracts.recommendations import ShownNext
from matinee.kernel import access
from matinee.kernel.http import flask_edge
from matinee.kernel.http.callers import asking_service
from matinee.kernel.http.flask_edge import told
from matinee.kernel.problems import Forbidden
from matinee.recommendations.queries import foretelling

edge = APIBlueprint("asked", __name__, url_prefix="/api/recommendations")


@edge.get(
    "/shown-next",
    operation_id="recommendations_shown_next",
    summary="What is about to be shown, for `delivery` alone",
    responses={
        200: ShownNext,
        401: told("not_signed_in: no service token"),
        403: told("not_yours: a service that brings no films"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def shown_next() -> Response:
    """How much of the attention of those who watch these days each title is about to get."""
    header = request.headers.get("Authorization")
    if asking_service(header, to="recommendations") != "delivery":
        raise Forbidden("not_yours", "Only the service that brings films to edges asks this.")
    return flask_edge.answer(ShownNext(shares=foretelling.shown_next()))
