"""HTTP edge of recommendations for operators: trainings and policies, and going back."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, Field

from matinee.contracts.policies import Policies, PolicySlot
from matinee.contracts.previews import PagePreview, PreviewRequest
from matinee.contracts.training import (
    RollBackOrder,
    Training,
    TrainingOrder,
    TrainingRow,
    Trainings,
)
from matinee.kernel import access, tasks
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.recommendations.actions import policies as policy_actions
from matinee.recommendations.actions import publishing
from matinee.recommendations.queries import policies, previews, trainings

edge = APIBlueprint("studio", __name__, url_prefix="/api/recommendations")

_NOT_STAFF = told("not_staff: owners and analysts only")
_NOT_OWNER = told("not_staff: owners only")


class TrainingPath(BaseModel):
    """A training in the path."""

    version: int = Field(ge=1)


class PolicyPath(BaseModel):
    """What a policy chooses, in the path."""

    slot: PolicySlot


@edge.get(
    "/trainings",
    operation_id="recommendations_trainings_list",
    summary="The newest trainings",
    responses={200: Trainings, 401: told("not_signed_in"), 403: _NOT_STAFF},
)
@flask_edge.may(access.staff("analyst"))
def trainings_list() -> Response:
    """The newest trainings, newest first, and whether publishing is paused."""
    return flask_edge.answer(trainings.newest())


@edge.get(
    "/trainings/<int:version>",
    operation_id="recommendations_training",
    summary="The report of one training",
    responses={
        200: Training,
        401: told("not_signed_in"),
        403: _NOT_STAFF,
        404: told("unknown_training"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.staff("analyst"))
def training(path: TrainingPath) -> Response:
    """What a training was made from, found and decided."""
    return flask_edge.answer(trainings.training(path.version))


@edge.post(
    "/trainings",
    operation_id="recommendations_training_order",
    summary="Train now",
    responses={202: None, 401: told("not_signed_in"), 403: _NOT_OWNER, 422: told("invalid")},
)
@flask_edge.may(access.staff("owner"))
def training_order(body: TrainingOrder) -> Response:
    """Let a worker train; the list shows it once it has begun, unless another goes on."""
    tasks.send("matinee.recommendations.train", body.model_dump())
    return Response(status=202)


@edge.post(
    "/trainings/roll-back",
    operation_id="recommendations_roll_back",
    summary="Put an earlier fit in service again",
    responses={
        200: TrainingRow,
        401: told("not_signed_in"),
        403: _NOT_OWNER,
        404: told("unknown_training"),
        409: told("nothing_earlier, in_service, cannot_return"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.staff("owner"))
def roll_back(body: RollBackOrder) -> Response:
    """Serve an earlier fit from the next request on, and pause publishing."""
    target = publishing.fits_roll_back(body.version)
    return flask_edge.answer(trainings.row(target.version))


@edge.post(
    "/trainings/resume",
    operation_id="recommendations_publishing_resume",
    summary="Let trainings publish again",
    responses={204: None, 401: told("not_signed_in"), 403: _NOT_OWNER},
)
@flask_edge.may(access.staff("owner"))
def resume() -> Response:
    """End the pause that rolling back began."""
    publishing.publishing_resume()
    return flask_edge.empty()


@edge.get(
    "/policies",
    operation_id="recommendations_policies_list",
    summary="The newest policies that choose pictures and heroes",
    responses={200: Policies, 401: told("not_signed_in"), 403: _NOT_STAFF},
)
@flask_edge.may(access.staff("analyst"))
def policies_list() -> Response:
    """The newest policies, newest first, and how each was judged."""
    return flask_edge.answer(policies.newest())


@edge.post(
    "/studio/preview",
    operation_id="recommendations_preview",
    summary="The home page of a made-up viewer",
    responses={
        200: PagePreview,
        401: told("not_signed_in"),
        403: told("not_staff: owners, editors, publishers and analysts only"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.staff("editor", "publisher", "analyst"))
def preview(body: PreviewRequest) -> Response:
    """What somebody like this would be shown at a moment; nobody's data is looked at."""
    return flask_edge.answer(previews.preview(body))


@edge.delete(
    "/policies/<slot>",
    operation_id="recommendations_policy_withdraw",
    summary="Go back to choosing as if nothing had been learnt",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: _NOT_OWNER,
        404: told("default_served"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.staff("owner"))
def policy_withdraw(path: PolicyPath) -> Response:
    """Withdraw the policy that chooses pictures (`card`) or heroes (`hero`)."""
    policy_actions.policy_withdraw(path.slot)
    return flask_edge.empty()
