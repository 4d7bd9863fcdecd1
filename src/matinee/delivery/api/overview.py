"""How delivery is, for the people who run the service."""

from uuid import UUID

from flask import Response
from pydantic import BaseModel

from matinee.contracts.delivery_overview import (
    DeliveryOverview,
    TitlePlacement,
    WhatIf,
    WhatIfDraft,
)
from matinee.delivery import queries
from matinee.delivery.api.app import app
from matinee.kernel import access
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told


class TitlePath(BaseModel):
    """The title that an address names."""

    title_id: UUID


@app.get(
    "/api/delivery/overview",
    operation_id="delivery_overview",
    summary="Edges, their figures, and who is sent where",
    responses={
        200: DeliveryOverview,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
    },
)
@flask_edge.may(access.staff("owner"))
def overview() -> Response:
    """How delivery is now."""
    return flask_edge.answer(queries.overview())


@app.get(
    "/api/delivery/titles/<uuid:title_id>/placement",
    operation_id="delivery_title_placement",
    summary="Where a title lies",
    responses={
        200: TitlePlacement,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_title: it has no finished encode"),
    },
)
@flask_edge.may(access.staff("owner"))
def title_placement(path: TitlePath) -> Response:
    """How much of each rendition lies on which edge, and where it is to be brought."""
    return flask_edge.answer(queries.title_placement(path.title_id))


@app.post(
    "/api/delivery/what-if",
    operation_id="delivery_what_if",
    summary="What the plan would be; nothing of it is done",
    responses={
        200: WhatIf,
        401: told("not_signed_in"),
        403: told("not_staff: owners only"),
        404: told("unknown_edge, or unknown_title: it has no finished encode"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.staff("owner"))
def what_if(body: WhatIfDraft) -> Response:
    """The plan with edges gone or titles asked for more often, beside the one of now."""
    return flask_edge.answer(queries.what_would_be(body))
