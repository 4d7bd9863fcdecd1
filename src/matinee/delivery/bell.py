"""The bell: a static file whose number grows when there are new orders for agents.

nginx serves it, so that agents may ask every second without a process of ours, and
find the newest takedowns in it. A ring that is lost costs one interval between reports:
orders are told with these, too.
"""

import logging

from matinee.contracts.agents import Bell
from matinee.delivery import queries
from matinee.kernel import clock, ids
from matinee.kernel import settings as shared_settings

log = logging.getLogger(__name__)


def ring() -> None:
    """Let every agent ask for its orders now; call it after the transaction that made them."""
    folder = shared_settings.get().home / "agents"
    after, newest = queries.takedowns_rung()
    rung = Bell(serial=int(clock.unix_s() * 1000), takedowns_after=after, takedowns=newest)
    text = rung.model_dump_json()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".bell.{ids.uuid7().hex}"
        draft.write_text(text)
        draft.replace(folder / "bell.json")
    except OSError as error:
        log.warning("the agents' bell could not be rung: %s", error)
