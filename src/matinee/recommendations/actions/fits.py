"""Trains: checks what everybody watched, fits the models to it, judges them, publishes or not.

Decided: one fit in the worker rather than updates in each web process, so that any number of web
processes agree and none pays for it. What a single profile did counts without a fit, since models
score from its history. A fit is judged before it is served: models fitted to what was known some
days ago must foretell the plays since no worse than what was in service then
(docs/decisions/0012-judged-before-served.md).

Bounded: `fit_plays_max` newest plays of 20 bytes, `judged_viewers_max` viewers to judge on, and the
result. A training begins within `fit_check_s` of a change and takes at most a twentieth of a core
on average.
"""

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import ModuleType

import psutil
from django.db.models import Max

from matinee.contracts.training import (
    DataCheck,
    StageTime,
    TrainingData,
    TrainingReport,
    TrainingState,
)
from matinee.kernel import clock
from matinee.kernel.databases import second_connection
from matinee.recommendations import settings
from matinee.recommendations.actions import publishing
from matinee.recommendations.models import Fit
from matinee.recommendations.queries import catalogue as catalogues
from matinee.recommendations.queries import fits, plays, trainings
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.deep import Deep
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.training import checks, verdict
from matinee.recommendations.rules.training.contest import Contest, Earlier, Fitting, Terms, contest

log = logging.getLogger(__name__)

# Popularity ages even when nobody does anything.
REFIT_S = 3600.0
# Any number that nothing else locks in this database.
_LOCK = 7_203_114
_BROKEN_OFF = "Broken off: its worker ended before it did. The next training begins anew."


class MissingExtraError(RuntimeError):
    """A setting asks for an extra that is not installed; the words say what to do."""


def models_fit(*, even_if_fresh: bool = False, even_if_worse: bool = False) -> int | None:
    """Train once; the version, or None if nothing has changed or another trains.

    Whether the new fit is in service now stands in its report. `even_if_worse` is an operator's
    order to publish whatever checks and comparison say; it ends a pause of publishing.
    """
    with _alone() as alone:
        if not alone:
            return None
        started_at = clock.now()
        number = catalogues.numbers()[0]
        if not (even_if_fresh or even_if_worse) and not fits.is_stale(started_at, number, REFIT_S):
            return None
        Fit.objects.filter(state="running").update(state="failed", report={"verdict": _BROKEN_OFF})
        newest = Fit.objects.aggregate(newest=Max("version"))["newest"] or 0
        fit = Fit.objects.create(
            version=newest + 1,
            started_at=started_at,
            catalogue_version=number,
            format=fits.format_name(),
        )
        training = _Training(fit, ordered=even_if_worse)
        training.run()
        publishing.fits_prune()
    return fit.version


class _Training:
    """One training, and the report that grows with it."""

    def __init__(self, fit: Fit, *, ordered: bool) -> None:
        self._fit = fit
        self._ordered = ordered
        self._began_s = clock.monotonic_s()
        self._stages: list[StageTime] = []
        self._data: TrainingData | None = None
        self._checks: list[DataCheck] = []
        self._contest: Contest | None = None

    def run(self) -> None:
        """All stages; what goes wrong stands in the report, too."""
        try:
            self._run()
        except Exception as error:
            known = isinstance(error, MissingExtraError)
            what = str(error) if known else f"{type(error).__name__}: {error}"
            self._end("failed", f"Failed ({what}). The log of the worker tells more.")
            raise

    def _run(self) -> None:
        with self._stage("reading"):
            catalogue = catalogues.whole()
            collected = plays.collected(catalogue, self._fit.started_at)
            self._data = plays.described(catalogue, collected.plays)
        with self._stage("checking"):
            self._checks = self._checked(collected)
        stops = [check.sentence for check in checks.stops(self._checks)]
        if stops and not self._ordered:
            self._end("refused", f"The data look wrong, so nothing was trained. {' '.join(stops)}")
            return
        with self._stage("judging"):
            self._contest = self._judged(catalogue, collected.plays)
        about = self._circumstances()
        state, sentence = verdict.decide(self._contest.comparison, self._contest.viewers, about)
        if state != "published":
            self._end(state, sentence)
            return
        with self._stage("fitting"):
            fitted = _fitted(catalogue, collected.plays)
            if self._contest.deep_wins:
                _deepened(fitted, catalogue, collected.plays)
        with self._stage("keeping"):
            body = fits.packed(catalogue, fitted.state())
        self._publish(body, about, sentence)

    def _publish(self, body: bytes, about: verdict.Circumstances, sentence: str) -> None:
        """Put the fit in service, unless somebody has rolled back while it was made."""
        self._report(sentence)
        even_if_held = about.is_ordered or about.must_forget
        if not publishing.fit_publish(self._fit, body, even_if_held=even_if_held):
            self._end("held_back", f"Held back: somebody rolled back meanwhile. {sentence}")
            return
        if about.is_ordered:
            publishing.publishing_resume()
        log.info(
            "training %d on %d plays in %.2f s: %s",
            self._fit.version,
            self._fit.plays,
            self._fit.duration_s,
            sentence,
        )

    def _checked(self, collected: checks.Collected) -> list[DataCheck]:
        served = trainings.served()
        erased = served is not None and fits.erased_since(served.started_at)
        before = None if served is None else served.report.data
        return checks.checked(collected, before, erased=erased)

    def _judged(self, catalogue: Catalogue, learnt: Plays) -> Contest:
        own = settings.get()
        terms = Terms(own.judged_days, own.judged_viewers_max)
        stored = fits.comparable(self._fit.started_at, own.judged_days)
        earlier = None
        if stored is not None:
            then = stored.started_at.timestamp()
            earlier = Earlier(stored.version, stored.models(catalogue), then)
        how = Fitting(_fitted, _deepened if own.deep else None)
        return contest(catalogue, learnt, earlier, terms, how)

    def _circumstances(self) -> verdict.Circumstances:
        served = trainings.served()
        return verdict.Circumstances(
            is_held=fits.held_since() is not None,
            must_forget=served is not None and _must_forget(served.started_at, clock.now()),
            is_ordered=self._ordered,
        )

    def _end(self, state: TrainingState, sentence: str) -> None:
        self._report(sentence)
        self._fit.state = state
        self._fit.save()
        log.warning("training %d: %s", self._fit.version, sentence)

    def _report(self, sentence: str) -> None:
        """Write down what is known by now."""
        judged = self._contest
        self._fit.duration_s = clock.monotonic_s() - self._began_s
        self._fit.plays = 0 if self._data is None else self._data.plays
        self._fit.report = TrainingReport(
            verdict=sentence,
            data=self._data,
            checks=self._checks,
            cut_at=None if judged is None else datetime.fromtimestamp(judged.cut_s, UTC),
            marks=[] if judged is None else judged.marks,
            comparison=None if judged is None else judged.comparison,
            new_titles=0 if judged is None else judged.new_titles,
            stages=self._stages,
        ).model_dump(mode="json")

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        """Note how long a stage took."""
        began_s, cpu_s = clock.monotonic_s(), _cpu_s()
        yield
        wall_s = clock.monotonic_s() - began_s
        self._stages.append(StageTime(stage=name, wall_s=wall_s, cpu_s=_cpu_s() - cpu_s))


def _fitted(catalogue: Catalogue, learnt: Plays) -> Models:
    """All models; widened by the whole history where there is a Spark to learn from it."""
    models = Models().fit(catalogue, learnt)
    if settings.get().spark:
        spark = _extra("spark", "matinee.recommendations.actions.spark.widening")
        spark.widened(models, catalogue, learnt.now_s)
    return models


def _deepened(models: Models, catalogue: Catalogue, learnt: Plays) -> None:
    """Let the deep model learn, too."""
    keras = _extra("deep", "matinee.recommendations.actions.deep")
    models.deep = Deep(keras.trained).fit(catalogue, learnt)


def _extra(name: str, module: str) -> ModuleType:
    """A module that needs an extra; MissingExtraError says how that is installed."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        variable = f"MATINEE_RECOMMENDATIONS_{name.upper()}"
        how = f".venv/bin/uv pip install -r requirements/{name}.txt"
        msg = f"{variable} needs {error.name}, which is not installed: {how}, or unset it"
        raise MissingExtraError(msg) from error


def _must_forget(served_at: datetime, now: datetime) -> bool:
    """Whether what is in service is too old to know what somebody had erased since."""
    too_old = now - served_at > timedelta(days=settings.get().forget_within_days)
    return too_old and fits.erased_since(served_at)


def _cpu_s() -> float:
    """Seconds of a core that this process has used, all its threads together."""
    times = psutil.Process().cpu_times()
    used: float = times.user + times.system
    return used


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other process trains just now; holds as long as its own connection."""
    with second_connection("recommendations") as connection:
        locked = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        yield locked == (True,)
        # The end of the connection would do it, too, but some time after it was closed.
        connection.execute("SELECT pg_advisory_unlock_all()")
