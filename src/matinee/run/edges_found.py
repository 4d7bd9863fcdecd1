"""What the doctor looks at of other hosts: whether edges run the release of their service."""

from collections.abc import Iterator

import psycopg

from matinee.delivery.agent import VERSION
from matinee.kernel.settings import Settings
from matinee.run import engines
from matinee.run.finding import Finding

_CONNECT_TIMEOUT_S = 3
_AGENTS = """
SELECT edge.name, agent.version
FROM delivery_agentrecord AS agent JOIN delivery_edgerecord AS edge ON edge.id = agent.edge_id
WHERE NOT edge.removed AND agent.version <> '' AND agent.reported_at IS NOT NULL
ORDER BY edge.name
"""


def releases(ours: Settings) -> Iterator[Finding]:
    """Whether each edge runs this release, as its agent said last."""
    if not ours.database_url and not engines.postgres_is_ready(ours):
        return
    try:
        with psycopg.connect(ours.database("delivery"), connect_timeout=_CONNECT_TIMEOUT_S) as link:
            told = link.execute(_AGENTS).fetchall()
    except psycopg.Error:
        return  # not migrated yet; what is wrong with the database itself is told elsewhere
    others = [f"{name} ({version})" for name, version in told if version != VERSION]
    if others:
        found = f"of another release than this service ({VERSION}): {', '.join(others)}"
        mend = "there, in the folder of this release: MATINEE_HOME=THE/EDGES/HOME bin/upgrade"
        yield Finding("warn", "edges", found, mend)
    elif told:
        yield Finding("ok", "edges", f"{len(told)} of release {VERSION}")
