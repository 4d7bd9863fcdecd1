"""Fits the models to what everybody watched, and keeps the result.

Decided: one fit in the worker rather than updates in each web process, so that any number of web
processes agree and none pays for it. What a single profile did counts without a fit, since models
score from its history. Bounded: `fit_plays_max` newest plays of 20 bytes, an array over all items
at a time, and the result, 8 MB before compression for 20,000 titles. A fit begins within
`fit_check_s` of a change and takes at most a twentieth of a core on average.
"""

import logging

from django.db import connections

from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.models import Fit
from matinee.recommendations.queries import catalogue as catalogues
from matinee.recommendations.queries import fits
from matinee.recommendations.queries.catalogue import FIT
from matinee.recommendations.rules.blend import Models

log = logging.getLogger(__name__)

# Popularity ages even when nobody does anything.
REFIT_S = 3600.0
_KEPT = 3
# Any number that nothing else locks in this database.
_LOCK = 7_203_114


def models_fit(*, even_if_fresh: bool = False) -> int | None:
    """Fit and keep all models; the version, or None if nothing has changed or another fits."""
    with transaction_of("recommendations"):
        if not _alone():
            return None
        started_at, started_s = clock.now(), clock.monotonic_s()
        number, _ = catalogues.numbers()
        if not even_if_fresh and not fits.is_stale(started_at, number, REFIT_S):
            return None
        catalogue = catalogues.whole()
        plays = fits.plays(catalogue, started_at)
        body = fits.packed(catalogue, Models().fit(catalogue, plays).state())
        fit = Fit.objects.create(
            version=next_number(FIT),
            started_at=started_at,
            duration_s=clock.monotonic_s() - started_s,
            catalogue_version=catalogue.version,
            plays=len(plays.items),
            body=body,
        )
        Fit.objects.filter(version__lte=fit.version - _KEPT).delete()
    log.info(
        "fitted models to %d plays of %d titles in %.2f s",
        fit.plays,
        len(catalogue),
        fit.duration_s,
    )
    return fit.version


def _alone() -> bool:
    """Whether no other process fits just now; holds until the transaction ends."""
    with connections["recommendations"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))
        alone: bool = cursor.fetchone()[0]
        return alone
