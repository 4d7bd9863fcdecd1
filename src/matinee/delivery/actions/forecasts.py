"""Learning what viewers of each region ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from matinee.delivery import queries
from matinee.delivery.models import OutlookRecord
from matinee.delivery.rules import outlook, remembering
from matinee.delivery.rules.listing import Floats, Listing, PortionName
from matinee.delivery.rules.outlook import Outlook
from matinee.kernel.databases import transaction_of

# A region that was never learnt, or not for long, begins so many hours ago.
_HOURS_MAX = 14 * 24
# All regions together, of which what is known goes for a region that is new.
EVERYWHERE = ""
_HOUR = timedelta(hours=1)
# Agents report an hour's last requests a little later.
_REPORTED_AFTER = timedelta(minutes=2)
_HOUR_S = 3600.0
_DAY_S = 86_400.0
# Less of an hour says nothing yet.
_LEAST_H = 0.05


def outlooks_learn(
    regions: Iterable[str], listing: Listing, age_days: Floats, now: datetime
) -> dict[str, Outlook]:
    """What is known of regions' viewers now; `age_days` is that of each package's title now.

    Whole hours are learnt once and kept. The hour that runs is learnt for this answer alone,
    because it is not over: so a surprise counts within minutes and no request counts twice.
    A region of which not enough is known is taken for an even part of `EVERYWHERE`.
    """
    told = now - _REPORTED_AFTER
    this_hour = told.replace(minute=0, second=0, microsecond=0)
    known, until = _remembered({EVERYWHERE, *regions}, listing, this_hour)
    hour = min(until.values(), default=this_hour)
    while hour < this_hour:
        due = [region for region in known if until[region] <= hour]
        ages = age_days - (now - hour - _HOUR).total_seconds() / _DAY_S
        asked = _asked(hour)
        for region in due:
            known[region] = _learnt(known[region], listing, asked.get(region, {}), (1.0, ages))
        hour += _HOUR
    _keep(known, until, listing, this_hour)
    begun_h = (told - this_hour).total_seconds() / _HOUR_S
    if begun_h >= _LEAST_H:
        asked = _asked(this_hour)
        for region, one in known.items():
            known[region] = _learnt(one, listing, asked.get(region, {}), (begun_h, age_days))
    whole = known.pop(EVERYWHERE)
    part = replace(whole, plays_an_hour=whole.plays_an_hour / max(len(known), 1))
    return {region: one if one.is_settled else part for region, one in known.items()}


def _asked(hour: datetime) -> dict[str, dict[PortionName, float]]:
    asked = queries.demand_in(hour)
    total: defaultdict[PortionName, float] = defaultdict(float)
    for each in asked.values():
        for name, requests in each.items():
            total[name] += requests
    return {**asked, EVERYWHERE: total}


def _learnt(
    known: Outlook, listing: Listing, asked: Mapping[PortionName, float], when: tuple[float, Floats]
) -> Outlook:
    hours, ages = when
    return outlook.learnt(known, listing.portions, listing.values(asked), hours, ages)


def _remembered(
    regions: Iterable[str], listing: Listing, this_hour: datetime
) -> tuple[dict[str, Outlook], dict[str, datetime]]:
    """What is kept of each region and until when it was learnt."""
    names = sorted(set(regions))
    rows = {row.region: row for row in OutlookRecord.objects.filter(region__in=names)}
    known, until = dict[str, Outlook](), dict[str, datetime]()
    earliest = this_hour - _HOURS_MAX * _HOUR
    for region in names:
        row = rows.get(region)
        is_fresh = row is None or row.learnt_until < earliest
        until[region] = earliest if row is None or is_fresh else row.learnt_until
        known[region] = (
            Outlook.nothing(listing.portions, len(listing.packages))
            if row is None or is_fresh
            else remembering.unpacked(bytes(row.body), listing)
        )
    return known, until


def _keep(
    known: Mapping[str, Outlook],
    until: Mapping[str, datetime],
    listing: Listing,
    this_hour: datetime,
) -> None:
    with transaction_of("delivery"):
        for region, one in known.items():
            if until[region] < this_hour:
                OutlookRecord.objects.update_or_create(
                    region=region,
                    defaults={
                        "learnt_until": this_hour,
                        "body": remembering.packed(one, listing),
                    },
                )
