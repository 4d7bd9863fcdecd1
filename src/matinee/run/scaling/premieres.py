"""When something new comes out: asked of the catalogue's calendar, in the operator's name."""

import logging
from datetime import datetime

from matinee.contracts.catalog.calendar import Calendar
from matinee.kernel.problems import Problem
from matinee.run.operator import Operator
from matinee.run.scaling.rules.forecast import AHEAD, PREMIERE_LASTS

log = logging.getLogger(__name__)
_CALENDAR = "/api/catalog/studio/calendar"


def around(now: datetime) -> list[datetime]:
    """The moments, lately and soon, at which titles come out; none while nobody answers."""
    # What it takes to be ready, and as long again until this is asked the next time.
    stretch = {"since": now - PREMIERE_LASTS, "until": now + 2 * AHEAD}
    operator = Operator()
    try:
        wanted = {name: at.isoformat() for name, at in stretch.items()}
        calendar = operator.ask(Calendar, "GET", _CALENDAR, params=wanted)
    except Problem as problem:
        log.warning("the catalogue does not say what comes out: %s", problem)
        return []
    finally:
        operator.close()
    return [turn.at for turn in calendar.turns if turn.what != "closes"]
