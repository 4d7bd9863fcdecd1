"""Reads of experiments: how they stand, and what is known of them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import cast, get_args
from uuid import UUID

from django.db.models import Count

from matinee.contracts.experiments import BUCKETS, Layer, Running, Settings
from matinee.contracts.experiments import studio as messages
from matinee.insights.models import (
    AdoptedSetting,
    Experiment,
    ExperimentLook,
    Exposure,
    VariantTally,
)
from matinee.insights.rules.experiments import allotment, estimates, room
from matinee.insights.rules.experiments.tallies import Tally
from matinee.kernel.problems import NotFound

_LISTED, _LOOKS = 200, 500


def experiments() -> messages.Experiments:
    """The newest experiments, what is free of each layer, and what was adopted."""
    rows = Experiment.objects.order_by("-created_at")[:_LISTED]
    taken = _taken()
    free = {layer: 1 - room.size(taken[layer]) / BUCKETS for layer in get_args(Layer)}
    return messages.Experiments(
        experiments=[message_of(row) for row in rows], free=free, adopted=adopted()
    )


def row_of(experiment_id: UUID) -> Experiment:
    """The row of an experiment; NotFound if there is none."""
    row = Experiment.objects.filter(pk=experiment_id).first()
    if row is None:
        raise NotFound("unknown_experiment", "There is no such experiment.")
    return row


def message_of(row: Experiment) -> messages.Experiment:
    """An experiment as it is told."""
    return messages.Experiment.model_validate(
        {
            **row.plan,
            "id": row.pk,
            "state": row.state,
            "variants": row.variants,
            "created_at": row.created_at,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "ended_why": row.ended_why,
        }
    )


def report(experiment_id: UUID) -> messages.ExperimentReport:
    """An experiment and all that is known of it; NotFound if there is none."""
    row = row_of(experiment_id)
    experiment = message_of(row)
    keys = [one.key for one in experiment.variants]
    tallied = tallies(row)
    shown = _shown(row)
    looks = list(ExperimentLook.objects.filter(experiment=row).order_by("-at")[:_LOOKS])
    going_on = [one for one in experiment.variants if one.stopped_at is None]
    return messages.ExperimentReport(
        experiment=experiment,
        exposures=[
            messages.Exposures(
                variant=key,
                shown=shown.get(key, 0),
                counted=tallied.get((experiment.outcome, key), Tally()).n,
            )
            for key in keys
        ],
        estimates=estimates.estimates(tallied, keys, experiment.alpha),
        looks=[
            messages.Look.model_validate({"at": one.at, "estimates": one.estimates})
            for one in reversed(looks)
        ],
        lopsided=allotment.is_lopsided(
            [shown.get(one.key, 0) for one in going_on], [one.weight for one in going_on]
        ),
    )


def tallies(row: Experiment) -> dict[tuple[str, str], Tally]:
    """What was counted of an experiment, by measure and variant."""
    found = VariantTally.objects.filter(experiment=row)
    return {(one.measure, one.variant): Tally(one.n, one.mean, one.squares) for one in found}


def running() -> Running:
    """What goes on and what was adopted, for the services that apply it."""
    rows = Experiment.objects.filter(state="running").order_by("pk")
    return Running.model_validate(
        {
            "experiments": [
                {
                    "id": row.pk,
                    "layer": row.layer,
                    "buckets": row.buckets,
                    "variants": [
                        {**one, "is_stopped": one["stopped_at"] is not None} for one in row.variants
                    ],
                }
                for row in rows
            ],
            "adopted": adopted(),
        }
    )


def adopted() -> Settings:
    """What holds for everybody since an experiment showed that it should."""
    found = AdoptedSetting.objects.order_by("name").values_list("name", "value")
    return cast("Settings", dict(found))


def taken_on(layer: str) -> list[room.Range]:
    """The buckets of a layer that experiments hold."""
    return _taken()[cast("Layer", layer)]


def _taken() -> defaultdict[Layer, list[room.Range]]:
    taken: defaultdict[Layer, list[room.Range]] = defaultdict(list)
    for layer, buckets in Experiment.objects.filter(state="running").values_list(
        "layer", "buckets"
    ):
        taken[cast("Layer", layer)] += [(first, last) for first, last in buckets]
    return taken


def _shown(row: Experiment) -> Mapping[str, int]:
    if row.state == "ended":
        return cast("Mapping[str, int]", row.shown)
    return shown_now(row)


def shown_now(row: Experiment) -> dict[str, int]:
    """How many profiles were shown each variant of an experiment that goes on."""
    counted = Exposure.objects.filter(experiment=row).values("variant").annotate(n=Count("id"))
    return {one["variant"]: one["n"] for one in counted}
