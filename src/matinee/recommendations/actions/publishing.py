"""Puts fits in service, goes back to earlier ones, and lets go of those that are not needed.

One row, the revision named `fit`, says which version is in service; web processes notice it with
their next request.
"""

from django.db.models import Q

from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound
from matinee.recommendations import settings
from matinee.recommendations.models import Fit, PublishingHold, Revision
from matinee.recommendations.queries import fits
from matinee.recommendations.queries.catalogue import FIT
from matinee.recommendations.rules.training import keeping


def fit_publish(fit: Fit, body: bytes, *, even_if_held: bool = False) -> bool:
    """Put a new fit in service; False if somebody has paused publishing meanwhile."""
    with transaction_of("recommendations"):
        revision = _locked()
        if fits.held_since() is not None and not even_if_held:
            return False
        _serve(revision, fit.version)
        fit.body, fit.state, fit.published_at = body, "published", clock.now()
        fit.save()
        return True


def fits_roll_back(version: int | None = None) -> Fit:
    """Put an earlier fit in service again, the one before if none is named, and pause publishing.

    NotFound for a version that there is not, Conflict for one that cannot be gone back to. Those
    published since are withdrawn: no later fit is compared with them.
    """
    with transaction_of("recommendations"):
        revision = _locked()
        target = _target(version)
        PublishingHold.objects.get_or_create(only=True)
        Fit.objects.filter(state="published", version__gt=target.version).update(state="withdrawn")
        _serve(revision, target.version)
        return target


def publishing_resume() -> None:
    """Let the next training publish again."""
    PublishingHold.objects.all().delete()


def fits_prune() -> None:
    """Let go of arrays and reports that are too old or too many."""
    bounds = keeping.Bounds(settings.get().fits_kept, settings.get().forget_within_days)
    with transaction_of("recommendations"):
        served = fits.served_version()
        rows = Fit.objects.values_list("version", "state", "started_at")
        known = [
            keeping.Kept(version, state == "published", at, version == served)
            for version, state, at in rows
        ]
        now = clock.now()
        arrays = keeping.bodies(known, bounds, now)
        Fit.objects.filter(~Q(version__in=arrays), body__isnull=False).update(body=None)
        Fit.objects.exclude(version__in=keeping.reports(known, now)).delete()


def _target(version: int | None) -> Fit:
    found = fits.returnable()
    if version is None:
        target = found.first()
        if target is None:
            raise Conflict("nothing_earlier", "There is no earlier fit that could be served.")
        return target
    target = found.filter(version=version).first()
    if target is not None:
        return target
    if not Fit.objects.filter(version=version).exists():
        raise NotFound("unknown_training", f"There is no training {version}.")
    served = fits.served_version()
    if version == served:
        raise Conflict("in_service", f"Training {version} is in service already.")
    kept = ", ".join(str(one.version) for one in found) or "none"
    raise Conflict(
        "cannot_return",
        f"Training {version} cannot be served: it was not published, came later than {served},"
        f" or is not kept any more. Those that can: {kept}.",
    )


def _locked() -> Revision:
    """The row that says what is in service, locked until the transaction ends."""
    Revision.objects.bulk_create([Revision(name=FIT)], ignore_conflicts=True)
    return Revision.objects.select_for_update().get(name=FIT)


def _serve(revision: Revision, version: int) -> None:
    revision.number = version
    revision.save(update_fields=["number"])
