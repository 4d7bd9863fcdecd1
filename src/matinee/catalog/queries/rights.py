"""Which titles rights windows let somebody see, asked of the database."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from matinee.catalog.models import AccountPlan, OfferedTitle, OwnTitle, TitleWindow
from matinee.contracts.catalog import Vantage

# What opens later is not told of yet.
SOON = timedelta(days=30)
_NO_WINDOWS = Q(rights=[])
_NO_WINDOWS_OF_SERIES = Q(series=None) | Q(series__rights=[])


def open_to(vantage: Vantage, account_id: UUID | None, now: datetime) -> Q:
    """Titles that may be watched or bought by who looks from there; as `is_available`, for all.

    A plan in `vantage` counts beside the one that the account is known to have. An episode without
    windows has those of its series.
    """
    begun = Q(starts_at=None) | Q(starts_at__lte=now)
    return _by_windows(covering(vantage, account_id, now), begun & _not_over(now))


def opening_to(vantage: Vantage, account_id: UUID | None, now: datetime) -> Q:
    """Titles of which a window opens soon for who looks from there."""
    soon = Q(starts_at__gt=now, starts_at__lte=now + SOON)
    return _by_windows(covering(vantage, account_id, now), soon) & ~open_to(
        vantage, account_id, now
    )


def covering(vantage: Vantage, account_id: UUID | None, now: datetime) -> Q:
    """Windows that are for who looks from there, whatever the time, or could be if they paid."""
    offered = OfferedTitle._default_manager.filter(offered=True, title_id=OuterRef("title_id"))
    return _somewhere(vantage) & (_paid(vantage, account_id, now) | Q(Exists(offered)))


def covering_paid(vantage: Vantage, account_id: UUID | None, now: datetime) -> Q:
    """Windows that are for who looks from there with what they have paid for, whatever the time."""
    return _somewhere(vantage) & _paid(vantage, account_id, now)


def _paid(vantage: Vantage, account_id: UUID | None, now: datetime) -> Q:
    plans = Q(plans=[]) | Q(plans__contains=[vantage.plan])
    if account_id is not None:
        lasting = _not_over(now)
        known = AccountPlan._default_manager.filter(lasting, account_id=account_id)
        plans |= Q(plans__overlap=ArraySubquery(known.values("plan")))
        own = OwnTitle._default_manager.filter(lasting, account_id=account_id)
        plans |= Q(Exists(own.filter(title_id=OuterRef("title_id"))))
    return plans


def _somewhere(vantage: Vantage) -> Q:
    territories = Q(territories=[]) | Q(territories__contains=[vantage.country])
    platforms = Q(platforms=[]) | Q(platforms__contains=[vantage.platform])
    return territories & platforms


def _not_over(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


def _by_windows(covers: Q, when: Q) -> Q:
    windows = TitleWindow._default_manager.filter(covers, when)
    own = Exists(windows.filter(title=OuterRef("pk")))
    of_series = Exists(windows.filter(title=OuterRef("series_id")))
    inherited = _NO_WINDOWS_OF_SERIES | Q(of_series)
    return (~_NO_WINDOWS & Q(own)) | (_NO_WINDOWS & inherited)
