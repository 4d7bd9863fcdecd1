"""What each role will need soon, from what it needed before and from what is about to come out."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from matinee.kernel import stores
from matinee.run.scaling.rules import forecast
from matinee.run.scaling.rules.forecast import History

log = logging.getLogger(__name__)

_HISTORY = "scaling:history"
# Whoever gives it up for so long has no use for it any more.
_KEPT_FOR = timedelta(weeks=2 * forecast.WEEKS)
_LIFT_SEEN_WITHIN = timedelta(hours=1)
PREMIERES_MAX = 200


@dataclass(frozen=True)
class _Coming:
    """A premiere that is watched: what was usual before it, and the most that came since."""

    usual: float
    came: float = 0.0


class Foresight:
    """The histories of all roles, kept in the store; `premieres` says what comes out when."""

    def __init__(self, premieres: Callable[[datetime], list[datetime]]) -> None:
        self._ask = premieres
        self._premieres: list[datetime] = []
        self._histories: dict[str, History] | None = None
        self._coming: dict[tuple[str, datetime], _Coming] = {}

    def foreseen(self, role: str, now: datetime, lately: float) -> float:
        """The copies that a role will need soon; RedisError if its history cannot be read."""
        history = self._known().get(role, History())
        return forecast.foreseen(history, self._premieres, now, lately)

    def remember(self, means: Mapping[str, float], now: datetime) -> None:
        """Take in what roles needed over the last minutes, and look what comes out soon."""
        self._premieres = sorted(set(self._ask(now)))[:PREMIERES_MAX]
        known = self._known()
        for role, mean in means.items():
            history = self._with_lifts(role, known.get(role, History()), mean, now)
            known[role] = forecast.with_demand(history, now, mean)
        if means:
            with stores.connect().pipeline(transaction=False) as pipe:
                pipe.hset(_HISTORY, mapping={role: _written(known[role]) for role in means})
                pipe.expire(_HISTORY, _KEPT_FOR)
                pipe.execute()

    def _with_lifts(self, role: str, history: History, mean: float, now: datetime) -> History:
        for premiere in self._premieres:
            if now < premiere <= now + forecast.AHEAD:
                usual = max(mean, forecast.usual(history, premiere))
                self._coming[role, premiere] = _Coming(usual)
        for key, seen in list(self._coming.items()):
            of_role, premiere = key
            if of_role != role or now < premiere:
                continue
            if now < premiere + _LIFT_SEEN_WITHIN:
                self._coming[key] = _Coming(seen.usual, max(mean, seen.came))
            else:
                del self._coming[key]
                history = forecast.with_premiere(history, seen.usual, seen.came)
        return history

    def _known(self) -> dict[str, History]:
        if self._histories is None:
            found = stores.connect().hgetall(_HISTORY)
            self._histories = {
                str(role): _read(str(role), str(text)) for role, text in found.items()
            }
        return self._histories


def _written(history: History) -> str:
    return json.dumps({"peaks": history.peaks, "lifts": history.lifts})


def _read(role: str, text: str) -> History:
    try:
        told = json.loads(text)
        peaks = {
            int(hour): tuple((int(week), float(peak)) for week, peak in weeks)
            for hour, weeks in told["peaks"].items()
        }
        return History(peaks, tuple(map(float, told["lifts"])))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("what %s needed before cannot be read, and is begun anew: %s", role, error)
        return History()
