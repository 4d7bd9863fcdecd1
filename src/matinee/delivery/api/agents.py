"""What agents of edges ask: to join, to report, and what a package consists of."""

from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, StringConstraints

from matinee.contracts.agents import (
    CertificateAnswer,
    CertificateRequest,
    EdgeOrders,
    EdgeReport,
    InvitationSeen,
    JoinAnswer,
    JoinQuestion,
    JoinRequest,
    PackageIndex,
)
from matinee.delivery import actions, queries
from matinee.delivery.api.app import app
from matinee.kernel import access
from matinee.kernel.databases import transaction_of
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.kernel.tokens import bearer


class PackagePath(BaseModel):
    """The package that an address names."""

    package: Annotated[str, StringConstraints(max_length=100)]


def _agent() -> str:
    """The hash of the secret that the agent shows; NotSignedIn if it shows none."""
    return actions.hashed(bearer(request.headers.get("Authorization")))


@app.post(
    "/api/delivery/agents/invitation",
    operation_id="delivery_agent_invitation",
    summary="What an invitation says",
    responses={200: InvitationSeen, 403: told("invitation_wrong")},
)
@flask_edge.may(access.OWN_PROOF)
def agent_invitation(body: JoinQuestion) -> Response:
    """The name, role and address of the edge that the token's holder may become."""
    return flask_edge.answer(actions.invitation_seen(body.token))


@app.post(
    "/api/delivery/agents/join",
    operation_id="delivery_agent_join",
    summary="Become an edge",
    responses={
        200: JoinAnswer,
        403: told("invitation_wrong"),
        409: told("too_many_edges"),
        422: told("invalid, or no_address: neither the invitation nor the request has one"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def agent_join(body: JoinRequest) -> Response:
    """Take the invitation's token for a secret, a certificate and the configuration."""
    return flask_edge.answer(actions.edge_join(body))


@app.post(
    "/api/delivery/agents/report",
    operation_id="delivery_agent_report",
    summary="Report as the agent of an edge",
    responses={
        200: EdgeOrders,
        401: told("not_signed_in, or unknown_agent"),
        410: told("edge_removed"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def agent_report(body: EdgeReport) -> Response:
    """Count the report and answer with orders."""
    return flask_edge.answer(actions.report_take(_agent(), body))


@app.post(
    "/api/delivery/agents/certificate",
    operation_id="delivery_agent_certificate",
    summary="Renew an edge's certificate",
    responses={200: CertificateAnswer, 401: told("not_signed_in"), 410: told("edge_removed")},
)
@flask_edge.may(access.OWN_PROOF)
def agent_certificate(body: CertificateRequest) -> Response:
    """A certificate for the edge's address, for three months."""
    return flask_edge.answer(actions.certificate_renew(_agent(), body))


@app.get(
    "/api/delivery/agents/packages/<string:package>",
    operation_id="delivery_agent_package",
    summary="What a package consists of",
    responses={
        200: PackageIndex,
        401: told("not_signed_in"),
        404: told("unknown_package"),
        410: told("edge_removed"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def agent_package(path: PackagePath) -> Response:
    """Every file with its size and SHA-256."""
    with transaction_of("delivery"):
        queries.agent_of(_agent())
    return flask_edge.answer(queries.index_of(path.package))
