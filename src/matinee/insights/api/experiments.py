"""HTTP edge of experiments, for the staff."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response
from pydantic import BaseModel, StringConstraints

from matinee.contracts.experiments import VARIABLES
from matinee.contracts.experiments import studio as messages
from matinee.insights.actions import experiments as actions
from matinee.insights.api.app import app
from matinee.insights.queries import experiments as queries
from matinee.insights.rules.experiments.measures import MEASURES
from matinee.kernel import access
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told

Answers = dict[str | int, type[BaseModel] | dict[Any, Any] | None]

_ROOT = "/api/insights/studio/experiments"
_READERS = access.staff("analyst", "editor", "publisher")
# What everybody is shown is for those who decide what is shown.
_WRITERS = access.staff("publisher")
_STAFF: Answers = {401: told("not_signed_in"), 403: told("not_staff: the role is missing")}
_INVALID: Answers = {422: told("invalid: what is wrong, and what would be right")}
_UNKNOWN: Answers = {404: told("unknown_experiment")}
_ONE: Answers = {**_STAFF, **_UNKNOWN, **_INVALID}


class ExperimentPath(BaseModel):
    """The experiment in the path."""

    experiment_id: UUID


class VariantPath(ExperimentPath):
    """The variant in the path."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-f]$")]


class AdoptedPath(BaseModel):
    """The variable in the path."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z_.]{3,60}$")]


@app.get(
    _ROOT,
    operation_id="insights_experiments_list",
    summary="The newest experiments",
    responses={200: messages.Experiments, **_STAFF},
)
@flask_edge.may(_READERS)
def experiments_list() -> Response:
    """The newest experiments, what is free of each layer, and what was adopted."""
    return flask_edge.answer(queries.experiments())


@app.get(
    f"{_ROOT}/tables",
    operation_id="insights_experiments_tables",
    summary="What can be varied, and what is measured",
    responses={200: messages.ExperimentTables, **_STAFF},
)
@flask_edge.may(_READERS)
def experiments_tables() -> Response:
    """Every variable with its bounds, and every measure with its definition."""
    tables = messages.ExperimentTables(variables=list(VARIABLES.values()), measures=list(MEASURES))
    return flask_edge.answer(tables)


@app.post(
    _ROOT,
    operation_id="insights_experiment_create",
    summary="Plan an experiment",
    responses={
        201: messages.Experiment,
        **_STAFF,
        409: told("too_many_experiments"),
        **_INVALID,
    },
)
@flask_edge.may(_WRITERS)
def experiment_create(body: messages.ExperimentDraft) -> Response:
    """Plan an experiment; nobody is shown anything of it yet."""
    return flask_edge.answer(actions.experiment_create(body), 201)


@app.get(
    f"{_ROOT}/<uuid:experiment_id>",
    operation_id="insights_experiment",
    summary="An experiment and what is known of it",
    responses={200: messages.ExperimentReport, **_ONE},
)
@flask_edge.may(_READERS)
def experiment(path: ExperimentPath) -> Response:
    """An experiment with its estimates, which may be looked at at any time."""
    return flask_edge.answer(queries.report(path.experiment_id))


@app.put(
    f"{_ROOT}/<uuid:experiment_id>",
    operation_id="insights_experiment_change",
    summary="Change an experiment that has not begun",
    responses={200: messages.Experiment, **_ONE, 409: told("experiment_begun")},
)
@flask_edge.may(_WRITERS)
def experiment_change(path: ExperimentPath, body: messages.ExperimentDraft) -> Response:
    """Make a draft as the body says."""
    return flask_edge.answer(actions.experiment_change(path.experiment_id, body))


@app.delete(
    f"{_ROOT}/<uuid:experiment_id>",
    operation_id="insights_experiment_remove",
    summary="Remove an experiment with all that is known of it",
    responses={204: None, **_ONE, 409: told("experiment_running: end it first")},
)
@flask_edge.may(_WRITERS)
def experiment_remove(path: ExperimentPath) -> Response:
    """Remove an experiment that does not go on."""
    actions.experiment_remove(path.experiment_id)
    return flask_edge.empty()


@app.post(
    f"{_ROOT}/<uuid:experiment_id>/start",
    operation_id="insights_experiment_start",
    summary="Begin an experiment",
    responses={
        200: messages.Experiment,
        **_ONE,
        409: told("experiment_begun, or layer_full: too few profiles are free on its layer"),
    },
)
@flask_edge.may(_WRITERS)
def experiment_start(path: ExperimentPath) -> Response:
    """Show its variants from the next page or play on."""
    return flask_edge.answer(actions.experiment_start(path.experiment_id))


@app.post(
    f"{_ROOT}/<uuid:experiment_id>/end",
    operation_id="insights_experiment_end",
    summary="End an experiment",
    responses={200: messages.Experiment, **_ONE, 409: told("experiment_not_running")},
)
@flask_edge.may(_WRITERS)
def experiment_end(path: ExperimentPath) -> Response:
    """Show everybody what is usual again; the estimates stay."""
    return flask_edge.answer(actions.experiment_end(path.experiment_id))


@app.post(
    f"{_ROOT}/<uuid:experiment_id>/variants/<key>/stop",
    operation_id="insights_experiment_variant_stop",
    summary="Show a variant no more",
    responses={
        200: messages.Experiment,
        **_STAFF,
        404: told("unknown_experiment, unknown_variant"),
        409: told("experiment_not_running"),
        **_INVALID,
    },
)
@flask_edge.may(_WRITERS)
def experiment_variant_stop(path: VariantPath) -> Response:
    """Show its profiles what the first variant's are shown."""
    return flask_edge.answer(actions.variant_stop(path.experiment_id, path.key))


@app.post(
    f"{_ROOT}/<uuid:experiment_id>/adopt",
    operation_id="insights_experiment_adopt",
    summary="Show everybody a variant from now on",
    responses={
        204: None,
        **_STAFF,
        404: told("unknown_experiment, unknown_variant"),
        409: told("experiment_not_ended"),
        **_INVALID,
    },
)
@flask_edge.may(_WRITERS)
def experiment_adopt(path: ExperimentPath, body: messages.Adoption) -> Response:
    """Let what a variant turns hold for everybody who takes part in no experiment of it."""
    actions.variant_adopt(path.experiment_id, body.variant)
    return flask_edge.empty()


@app.delete(
    f"{_ROOT}/adopted/<name>",
    operation_id="insights_experiments_adopted_drop",
    summary="Let a variable be as usual again",
    responses={204: None, **_STAFF, 404: told("not_adopted"), **_INVALID},
)
@flask_edge.may(_WRITERS)
def experiments_adopted_drop(path: AdoptedPath) -> Response:
    """Take back what was adopted for a variable."""
    actions.adopted_drop(path.name)
    return flask_edge.empty()
