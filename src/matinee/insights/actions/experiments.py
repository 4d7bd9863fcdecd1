"""Experiments: planned, begun, ended, and told to the services that apply them."""

from datetime import datetime, timedelta
from uuid import UUID

from matinee.contracts.experiments import BUCKETS, ExperimentsChanged
from matinee.contracts.experiments import studio as messages
from matinee.insights.models import (
    AdoptedSetting,
    Experiment,
    ExperimentBoard,
    Exposure,
)
from matinee.insights.queries import experiments as queries
from matinee.insights.rules.experiments import room
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound

_SERVICE = "insights"
_BOARD = "experiments"
_TICK = timedelta(microseconds=1)
_KEYS = "abcdef"
_EXPERIMENTS_MAX = 1_000


def experiment_create(draft: messages.ExperimentDraft) -> messages.Experiment:
    """Plan an experiment; Conflict if there are too many already."""
    with transaction_of(_SERVICE):
        _locked_moment()
        if Experiment.objects.count() >= _EXPERIMENTS_MAX:
            code, most = "too_many_experiments", _EXPERIMENTS_MAX
            raise Conflict(code, f"There can be {most} experiments at most. Remove one first.")
        row = Experiment(**_columns(draft))
        row.save(force_insert=True)
    return queries.message_of(row)


def experiment_change(experiment_id: UUID, draft: messages.ExperimentDraft) -> messages.Experiment:
    """Make a draft as it says; NotFound if there is none, Conflict once it has begun."""
    with transaction_of(_SERVICE):
        _locked_moment()
        row = _draft(experiment_id)
        for name, value in _columns(draft).items():
            setattr(row, name, value)
        row.save()
    return queries.message_of(row)


def experiment_remove(experiment_id: UUID) -> None:
    """Remove an experiment that does not go on; NotFound if there is none, Conflict if it does."""
    with transaction_of(_SERVICE):
        _locked_moment()
        row = queries.row_of(experiment_id)
        if row.state == "running":
            raise Conflict("experiment_running", "This experiment goes on. End it first.")
        row.delete()


def experiment_start(experiment_id: UUID, since: datetime | None = None) -> messages.Experiment:
    """Begin: from now on profiles are shown its variants. Conflict where its layer is too full.

    `since` is for one that is taken over: whom it was shown to from then on counts.
    """
    with transaction_of(_SERVICE):
        moment = _locked_moment()
        row = _draft(experiment_id)
        wanted, taken = room.buckets_for(row.plan["share"]), queries.taken_on(row.layer)
        buckets = room.take(wanted, taken)
        if buckets is None:
            left = 1 - room.size(taken) / BUCKETS
            code = "layer_full"
            detail = f"{left:.1%} of the profiles are free on the layer {row.layer}."
            raise Conflict(code, f"{detail} Take a smaller share, or end another experiment.")
        row.state, row.buckets, row.started_at = "running", buckets, since or moment
        row.save()
        _tell(moment)
    return queries.message_of(row)


def experiment_end(experiment_id: UUID) -> messages.Experiment:
    """End: everybody is shown what is usual again. Conflict if it does not go on."""
    with transaction_of(_SERVICE):
        moment = _locked_moment()
        row = _going_on(experiment_id)
        _end(row, moment, "Somebody ended it.")
        _tell(moment)
    return queries.message_of(row)


def variant_stop(experiment_id: UUID, key: str) -> messages.Experiment:
    """Show a variant no more; with the last one beside the first the experiment ends."""
    return variants_stop(experiment_id, {key: "Somebody stopped it."})


def variants_stop(experiment_id: UUID, why: dict[str, str]) -> messages.Experiment:
    """Show variants no more, each for its reason.

    NotFound if there is no such one beside the first; Conflict if the experiment does not go on.
    """
    with transaction_of(_SERVICE):
        moment = _locked_moment()
        row = _going_on(experiment_id)
        if not set(why) <= {one["key"] for one in row.variants[1:]}:
            detail = "There is no such variant that could be stopped. End the experiment instead."
            raise NotFound("unknown_variant", detail)
        for one in row.variants:
            if one["key"] in why and one["stopped_at"] is None:
                one["stopped_at"], one["stopped_why"] = moment.isoformat(), why[one["key"]]
        if all(one["stopped_at"] is not None for one in row.variants[1:]):
            _end(row, moment, "Every variant beside the first was stopped.")
        row.save()
        _tell(moment)
    return queries.message_of(row)


def variant_adopt(experiment_id: UUID, key: str) -> None:
    """Show everybody from now on what a variant of an ended experiment turns.

    NotFound if there is no such variant; Conflict while the experiment goes on.
    """
    with transaction_of(_SERVICE):
        moment = _locked_moment()
        row = queries.row_of(experiment_id)
        if row.state != "ended":
            raise Conflict("experiment_not_ended", "End the experiment before adopting a variant.")
        settings = next((one["settings"] for one in row.variants if one["key"] == key), None)
        if settings is None:
            raise NotFound("unknown_variant", "There is no such variant.")
        for name, value in settings.items():
            values = {"value": value, "experiment_id": row.pk, "adopted_at": moment}
            AdoptedSetting.objects.update_or_create(name=name, defaults=values)
        _tell(moment)


def adopted_drop(name: str) -> None:
    """Let a variable be as usual again; NotFound if nothing was adopted for it."""
    with transaction_of(_SERVICE):
        moment = _locked_moment()
        if not AdoptedSetting.objects.filter(pk=name).delete()[0]:
            raise NotFound("not_adopted", "This variable is as usual already.")
        _tell(moment)


def _locked_moment() -> datetime:
    """Now, but later than the last change, whatever the clocks say; changes come one by one."""
    ExperimentBoard.objects.bulk_create([ExperimentBoard(name=_BOARD)], ignore_conflicts=True)
    board = ExperimentBoard.objects.select_for_update().get(pk=_BOARD)
    last = board.announced_at
    moment = clock.now() if last is None else max(clock.now(), last + _TICK)
    ExperimentBoard.objects.filter(pk=_BOARD).update(announced_at=moment)
    return moment


def _tell(moment: datetime) -> None:
    announce(_SERVICE, ExperimentsChanged(occurred_at=moment, running=queries.running()))


def _columns(draft: messages.ExperimentDraft) -> dict[str, object]:
    variants = [
        messages.Variant(key=key, **one.model_dump()).model_dump(mode="json")
        for key, one in zip(_KEYS, draft.variants, strict=False)
    ]
    plan = draft.model_dump(mode="json", exclude={"variants"})
    return {"layer": draft.layer, "plan": plan, "variants": variants}


def _draft(experiment_id: UUID) -> Experiment:
    row = queries.row_of(experiment_id)
    if row.state != "draft":
        detail = "This experiment has begun; make another one to change something."
        raise Conflict("experiment_begun", detail)
    return row


def _going_on(experiment_id: UUID) -> Experiment:
    row = queries.row_of(experiment_id)
    if row.state != "running":
        raise Conflict("experiment_not_running", "This experiment does not go on.")
    return row


def _end(row: Experiment, moment: datetime, why: str) -> None:
    """Keep the sums, and nothing of any profile."""
    row.shown = queries.shown_now(row)
    row.state, row.buckets = "ended", []
    row.ended_at, row.ended_why = moment, why
    row.save()
    Exposure.objects.filter(experiment=row).delete()
