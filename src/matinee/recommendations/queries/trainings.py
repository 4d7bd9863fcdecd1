"""What trainings came to, for operators and for the training that follows."""

from typing import cast

from matinee.contracts.training import (
    Training,
    TrainingReport,
    TrainingRow,
    Trainings,
    TrainingState,
)
from matinee.kernel.problems import NotFound
from matinee.recommendations.models import Fit
from matinee.recommendations.queries import fits

_SHOWN_MAX = 100
# What a training that has not ended, or broke off, has to tell.
_NOTHING_YET: dict[str, object] = {
    "verdict": "",
    "data": None,
    "checks": [],
    "cut_at": None,
    "marks": [],
    "comparison": None,
    "new_titles": 0,
    "stages": [],
}


def served() -> Training | None:
    """The report of what is in service; None if nothing is."""
    fit = Fit.objects.filter(version=fits.served_version()).defer("body").first()
    return None if fit is None else _training(fit, in_service=True, can_return=False)


def training(version: int) -> Training:
    """The report of one training; NotFound if it is not kept."""
    fit = Fit.objects.filter(version=version).defer("body").first()
    if fit is None:
        raise NotFound("unknown_training", f"There is no training {version}.")
    return _training(
        fit,
        in_service=version == fits.served_version(),
        can_return=fits.returnable().filter(version=version).exists(),
    )


def row(version: int) -> TrainingRow:
    """One training as it stands in the list; NotFound if it is not kept."""
    return TrainingRow.model_validate(training(version).model_dump())


def newest() -> Trainings:
    """The newest trainings, newest first."""
    in_service = fits.served_version()
    back = set(fits.returnable().values_list("version", flat=True))
    rows = Fit.objects.order_by("-version").defer("body")[:_SHOWN_MAX]
    return Trainings(
        trainings=[
            _row(
                fit,
                _report(fit),
                in_service=fit.version == in_service,
                can_return=fit.version in back,
            )
            for fit in rows
        ],
        held_since=fits.held_since(),
    )


def _row(fit: Fit, report: TrainingReport, *, in_service: bool, can_return: bool) -> TrainingRow:
    return TrainingRow(
        version=fit.version,
        state=cast("TrainingState", fit.state),
        in_service=in_service,
        can_return=can_return,
        started_at=fit.started_at,
        duration_s=fit.duration_s,
        plays=fit.plays,
        ndcg_10=report.marks[0].ndcg_10 if report.marks else None,
        verdict=report.verdict,
    )


def _training(fit: Fit, *, in_service: bool, can_return: bool) -> Training:
    report = _report(fit)
    row = _row(fit, report, in_service=in_service, can_return=can_return)
    return Training(**row.model_dump(), published_at=fit.published_at, report=report)


def _report(fit: Fit) -> TrainingReport:
    return TrainingReport.model_validate({**_NOTHING_YET, **fit.report})
