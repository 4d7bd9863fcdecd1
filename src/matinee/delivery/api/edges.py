"""Edges and sites, for the people who run the service."""

from typing import Annotated

from flask import Response
from pydantic import BaseModel, StringConstraints

from matinee.contracts.delivery import Edge, EdgeDraft, EdgeList, Site, SiteList
from matinee.delivery import actions, queries
from matinee.delivery.api.app import app
from matinee.kernel import access, problems
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told


class EdgePath(BaseModel):
    """The edge that an address names."""

    edge_id: Annotated[str, StringConstraints(max_length=40)]


@app.get(
    "/api/delivery/edges",
    operation_id="delivery_edges_list",
    summary="Every edge and its health",
    responses={200: EdgeList, 401: told("not_signed_in"), 403: told("not_staff: owners only")},
)
@flask_edge.may(access.staff("owner"))
def edges_list() -> Response:
    """Every edge, healthy first."""
    return flask_edge.answer(EdgeList(edges=queries.edges_all()))


@app.put(
    "/api/delivery/edges/<string:edge_id>",
    operation_id="delivery_edge_put",
    summary="Add or replace an edge",
    responses={
        200: Edge,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_site"),
        409: told("too_many_edges"),
        422: told("invalid, or id_differs: the address names another edge than the body"),
    },
)
@flask_edge.may(access.staff("owner"))
def edge_put(path: EdgePath, body: EdgeDraft) -> Response:
    """Add an edge, or replace the one of this name."""
    if path.edge_id != body.id:
        raise problems.Unprocessable(
            "id_differs", f"The address names {path.edge_id} and the body {body.id}; use one name."
        )
    return flask_edge.answer(actions.edge_put(body))


@app.delete(
    "/api/delivery/edges/<string:edge_id>",
    operation_id="delivery_edge_remove",
    summary="Remove an edge",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_edge"),
    },
)
@flask_edge.may(access.staff("owner"))
def edge_remove(path: EdgePath) -> Response:
    """Let an edge serve no more."""
    actions.edge_remove(path.edge_id)
    return flask_edge.empty()


class SitePath(BaseModel):
    """The site that an address names."""

    site_id: Annotated[str, StringConstraints(max_length=40)]


@app.get(
    "/api/delivery/sites",
    operation_id="delivery_sites_list",
    summary="Every site",
    responses={200: SiteList, 401: told("not_signed_in"), 403: told("not_staff: owners only")},
)
@flask_edge.may(access.staff("owner"))
def sites_list() -> Response:
    """Every site, by name."""
    return flask_edge.answer(SiteList(sites=queries.sites_all()))


@app.put(
    "/api/delivery/sites/<string:site_id>",
    operation_id="delivery_site_put",
    summary="Add or replace a site",
    responses={
        200: Site,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        422: told("invalid, or id_differs: the address names another site than the body"),
    },
)
@flask_edge.may(access.staff("owner"))
def site_put(path: SitePath, body: Site) -> Response:
    """Add a site, or replace the one of this name."""
    if path.site_id != body.id:
        raise problems.Unprocessable(
            "id_differs", f"The address names {path.site_id} and the body {body.id}; use one name."
        )
    return flask_edge.answer(actions.site_put(body))


@app.delete(
    "/api/delivery/sites/<string:site_id>",
    operation_id="delivery_site_remove",
    summary="Remove a site",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_site"),
        409: told("site_in_use"),
    },
)
@flask_edge.may(access.staff("owner"))
def site_remove(path: SitePath) -> Response:
    """Forget a site in which no edge stands."""
    actions.site_remove(path.site_id)
    return flask_edge.empty()
