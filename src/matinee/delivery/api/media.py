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
from matinee.kernel import access
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told


@app.post(
    "/api/delivery/invitations",
    operation_id="delivery_invitation_make",
    summary="Invite a host to become an edge",
    responses={
        200: Invitation,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_site"),
    },
)
@flask_edge.may(access.staff("owner"))
def invitation_make(body: InvitationDraft) -> Response:
    """The command to run on the host; its token counts once, for an hour."""
    return flask_edge.answer(actions.invitation_make(body))


@app.get(
    "/api/delivery/takedowns",
    operation_id="delivery_takedowns_list",
    summary="Titles taken down, and how far that has come",
    responses={200: TakedownList, 401: told("not_signed_in"), 403: told("not_staff: owners only")},
)
@flask_edge.may(access.staff("owner"))
def takedowns_list() -> Response:
    """The newest orders, newest first."""
    return flask_edge.answer(TakedownList(takedowns=queries.takedowns_newest()))


@app.post(
    "/api/delivery/takedowns",
    operation_id="delivery_takedown_order",
    summary="Serve a title no more, or again",
    responses={
        200: Takedown,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_title"),
    },
)
@flask_edge.may(access.staff("owner"))
def takedown_order(body: TakedownDraft) -> Response:
    """Every edge obeys within seconds; ask for the list to see how many have."""
    who = flask_edge.caller()
    return flask_edge.answer(actions.takedown_order(body, who.account_id))
