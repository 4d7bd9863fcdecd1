"""Looking at what alert rules are about, and noting what fires and what is over."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from matinee.insights.actions.alerts import episode_end
from matinee.insights.actions.telling import alert_tell
from matinee.insights.models import AlertEpisode, AlertRule
from matinee.insights.rules.alerts import Side, Threshold, Watch, after
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

log = logging.getLogger(__name__)

Measure = Callable[[str, datetime, datetime], float | None]
"""A metric's value from one moment to another; None where nothing was there to be measured."""

_KEPT = timedelta(days=366)
_WATCH = ("state", "looked_at", "since", "back_since", "silent_since", "worst")


def alerts_look(measure: Measure) -> int:
    """Look once at every rule that is not paused; how many could be measured.

    Each metric is measured once for all rules with the same window. One that cannot be measured
    is left as it was: that is a fault of ours, and says nothing of how the service does.
    """
    now = clock.now()
    rules = AlertRule.objects.filter(is_paused=False).order_by("id")
    wanted = {(row.metric, row.window_s) for row in rules}
    found: dict[tuple[str, int], float | None] = {}
    for metric, window_s in sorted(wanted):
        try:
            found[metric, window_s] = measure(metric, now - timedelta(seconds=window_s), now)
        except Exception:
            log.exception("alerts: %s could not be measured", metric)
    measured = [row for row in rules if (row.metric, row.window_s) in found]
    for row in measured:
        _note(row, now, found[row.metric, row.window_s])
    return len(measured)


def episodes_prune() -> int:
    """Forget what fired and ended more than a year ago; how many times."""
    old = AlertEpisode.objects.filter(ended_at__lt=clock.now() - _KEPT).values("pk")[:1000]
    return AlertEpisode.objects.filter(pk__in=old).delete()[0]


def _note(seen: AlertRule, at: datetime, value: float | None) -> None:
    """One more look at a rule, unless it became another one while its figure was measured."""
    same = {name: getattr(seen, name) for name in ("metric", "window_s", "is_paused")}
    with transaction_of("insights"):
        row = AlertRule.objects.select_for_update().filter(pk=seen.pk, **same).first()
        if row is None:
            return
        before = Watch(**{name: getattr(row, name) for name in _WATCH})
        watch = after(before, threshold_of(row), at, value)
        if watch is before:
            return
        for name in _WATCH:
            setattr(row, name, getattr(watch, name))
        row.value = value
        row.save(update_fields=[*_WATCH, "value"])
        _tell(row, before, watch, at)


def _tell(row: AlertRule, before: Watch, watch: Watch, at: datetime) -> None:
    if watch.state == "firing":
        episode, is_new = AlertEpisode.objects.get_or_create(
            rule=row,
            ended_at=None,
            defaults={
                **{name: getattr(row, name) for name in ("name", "metric", "side", "limit")},
                "window_s": row.window_s,
                **{name: getattr(watch, name) for name in ("since", "worst")},
                "fired_at": at,
            },
        )
        if is_new:
            alert_tell(row, "firing", episode)
        elif watch.worst is not None and episode.worst != watch.worst:
            AlertEpisode.objects.filter(pk=episode.pk).update(worst=watch.worst)
    elif before.state == "firing" and watch.ending is not None:
        episode_end(row, watch.ending)


def threshold_of(row: AlertRule) -> Threshold:
    """A rule's limits."""
    side: Side = "above" if row.side == "above" else "below"
    return Threshold(side, row.limit, row.clear_at, timedelta(seconds=row.lasting_s))
