"""Inviting hosts, and taking titles down, for the people who run the service."""

from flask import Response

from matinee.contracts.delivery import (
    Invitation,
    InvitationDraft,
    Takedown,
    TakedownDraft,
    TakedownList,
)
from matinee.delivery import actions, queries
from matinee.delivery.api.app import app
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told


@app.post(
    "/api/delivery/invitations",
    operation_id="delivery_invitation_make",
    summary="Invite a host to become an edge",
    security=flask_edge.SECURITY,
    responses={
        200: Invitation,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_site"),
    },
)
def invitation_make(body: InvitationDraft) -> Response:
    """The command to run on the host; its token counts once, for an hour."""
    flask_edge.caller().needs_role("owner")
    return flask_edge.answer(actions.invitation_make(body))


@app.get(
    "/api/delivery/takedowns",
    operation_id="delivery_takedowns_list",
    summary="Titles taken down, and how far that has come",
    security=flask_edge.SECURITY,
    responses={200: TakedownList, 401: told("not_signed_in"), 403: told("not_staff: owners only")},
)
def takedowns_list() -> Response:
    """The newest orders, newest first."""
    flask_edge.caller().needs_role("owner")
    return flask_edge.answer(TakedownList(takedowns=queries.takedowns_newest()))


@app.post(
    "/api/delivery/takedowns",
    operation_id="delivery_takedown_order",
    summary="Serve a title no more, or again",
    security=flask_edge.SECURITY,
    responses={
        200: Takedown,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_title"),
    },
)
def takedown_order(body: TakedownDraft) -> Response:
    """Every edge obeys within seconds; ask for the list to see how many have."""
    caller = flask_edge.caller()
    caller.needs_role("owner")
    return flask_edge.answer(actions.takedown_order(body, caller.account_id))
