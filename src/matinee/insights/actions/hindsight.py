"""Trying an alert on the past before it is set."""

from datetime import timedelta

from matinee.contracts import alerts as messages
from matinee.insights.actions.alerts import clear_checked
from matinee.insights.queries import hindsight as queries
from matinee.insights.rules import hindsight as rules
from matinee.insights.rules.alerts import Threshold
from matinee.kernel import clock, stores

_HINDSIGHTS, _HOUR_S = 60, 3600
_SHOWN = 50


def alert_hindsight(limits: messages.AlertLimits, who: str) -> messages.AlertHindsight:
    """How often it would have fired in the last 30 days, for as long as facts are there.

    Unprocessable as for an alert that is set; TooMany when somebody asks again and again.
    """
    lasting = timedelta(seconds=limits.lasting_s)
    threshold = Threshold(limits.side, limits.limit, clear_checked(limits), lasting)
    # Weeks of facts are read for each.
    stores.limit("alert-hindsight", who, _HINDSIGHTS, _HOUR_S)
    step = rules.step_of(limits.window_s)
    now = clock.now().replace(second=0, microsecond=0)
    looks = queries.looks(limits.metric, limits.window_s, now)
    fired = rules.firings(threshold, looks, step)
    values = [value for _, value in looks if value is not None]
    return messages.AlertHindsight(
        since=looks[0][0] if looks else now,
        until=now,
        every_s=int(step.total_seconds()),
        fired=len(fired),
        least=min(values, default=None),
        most=max(values, default=None),
        firings=[messages.Firing.model_validate(vars(one)) for one in fired[: -_SHOWN - 1 : -1]],
    )
