"""Systems of the operator's that are told of alerts."""

from typing import Any
from uuid import UUID

from flask import Response
from pydantic import BaseModel, RootModel

from matinee.insights.actions.telling import webhooks
from matinee.insights.api.app import app
from matinee.kernel import access
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.kernel.webhooks.messages import Delivery, Endpoint, EndpointDraft

_ALL = "/api/insights/studio/webhooks"
_ONE = f"{_ALL}/<uuid:endpoint_id>"
_STAFF: dict[str | int, Any] = {
    401: told("not_signed_in"),
    403: told("not_staff: owners, analysts and finance"),
}
_GONE: dict[str | int, Any] = {404: told("unknown_endpoint")}
_MAY = access.staff("analyst", "finance")


class EndpointPath(BaseModel):
    """The endpoint that an address names."""

    endpoint_id: UUID


class DeliveryPath(BaseModel):
    """The delivery that an address names."""

    delivery_id: UUID


class Endpoints(RootModel[list[Endpoint]]):
    """Every system that is told."""


class Deliveries(RootModel[list[Delivery]]):
    """How telling one went, the newest first."""


@app.get(
    _ALL,
    operation_id="insights_endpoints",
    summary="The systems that are told of alerts",
    responses={200: Endpoints, **_STAFF},
)
@flask_edge.may(_MAY)
def endpoints_list() -> Response:
    """Every system that is told."""
    return flask_edge.answer(Endpoints(webhooks.endpoints()))


@app.post(
    _ALL,
    operation_id="insights_endpoint_add",
    summary="Tell an address of alerts",
    responses={
        201: Endpoint,
        **_STAFF,
        409: told("too_many_endpoints, endpoint_exists"),
        422: told("invalid, or the address leads inside a private network"),
    },
)
@flask_edge.may(_MAY)
def endpoint_add(body: EndpointDraft) -> Response:
    """Tell an address from now on."""
    return flask_edge.answer(webhooks.endpoint_add(str(body.url), body.kinds), 201)


@app.delete(
    _ONE,
    operation_id="insights_endpoint_remove",
    summary="Tell an address nothing more",
    responses={204: None, **_STAFF, **_GONE},
)
@flask_edge.may(_MAY)
def endpoint_remove(path: EndpointPath) -> Response:
    """Tell it nothing more."""
    webhooks.endpoint_remove(path.endpoint_id)
    return flask_edge.empty()


@app.post(
    f"{_ONE}/pause",
    operation_id="insights_endpoint_pause",
    summary="Keep what an address is to be told until it goes on",
    responses={204: None, **_STAFF, **_GONE},
)
@flask_edge.may(_MAY)
def endpoint_pause(path: EndpointPath) -> Response:
    """Keep what it is to be told."""
    webhooks.endpoint_pause(path.endpoint_id, is_paused=True)
    return flask_edge.empty()


@app.post(
    f"{_ONE}/resume",
    operation_id="insights_endpoint_resume",
    summary="Go on telling an address",
    responses={204: None, **_STAFF, **_GONE},
)
@flask_edge.may(_MAY)
def endpoint_resume(path: EndpointPath) -> Response:
    """Go on, with what was kept first."""
    webhooks.endpoint_pause(path.endpoint_id, is_paused=False)
    return flask_edge.empty()


@app.get(
    f"{_ONE}/deliveries",
    operation_id="insights_deliveries",
    summary="How telling an address went",
    responses={200: Deliveries, **_STAFF},
)
@flask_edge.may(_MAY)
def deliveries_list(path: EndpointPath) -> Response:
    """The newest 50 messages."""
    return flask_edge.answer(Deliveries(webhooks.deliveries(path.endpoint_id)))


@app.post(
    "/api/insights/studio/deliveries/<uuid:delivery_id>/replay",
    operation_id="insights_delivery_replay",
    summary="Tell a message again",
    responses={204: None, **_STAFF, 404: told("unknown_delivery")},
)
@flask_edge.may(_MAY)
def delivery_replay(path: DeliveryPath) -> Response:
    """Tell it again at once."""
    webhooks.delivery_replay(path.delivery_id)
    return flask_edge.empty()
