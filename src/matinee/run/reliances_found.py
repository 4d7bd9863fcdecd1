"""What `matinee doctor` finds of what services rely upon, while the engines run."""

from collections.abc import Iterator
from contextlib import closing

import psycopg

from matinee.kernel import reliances
from matinee.kernel.settings import Settings
from matinee.run import engines, services
from matinee.run.finding import Finding

_TIMEOUT_S = 3
_MENDS: dict[reliances.State, str] = {
    "away": "look into the log of the database server",
    "behind": "run `matinee migrate`, or start anew, which does",
    "read_only": "set MATINEE_DATABASE_URL to the server that takes changes",
}


def databases(ours: Settings) -> Iterator[Finding]:
    """Each service's database, by the question of its `/readyz`; nothing of a server at rest."""
    if not ours.database_url and not engines.postgres_is_ready(ours):
        return
    found: dict[str, reliances.State] = {}
    for service in services.DATABASES:
        found[service] = _state(ours, service)
        if found[service] == "away":
            break  # the others are at the same server, and each would be waited for
    for state, mend in _MENDS.items():
        wrong = [service for service, one in found.items() if one == state]
        if wrong:
            yield Finding(
                "bad", "records", f"{', '.join(wrong)}: {reliances.SENTENCES[state]}", mend
            )
    if all(state == "ok" for state in found.values()):
        yield Finding("ok", "records", "every service's database takes changes and is up to date")


def _state(ours: Settings, service: str) -> reliances.State:
    try:
        return reliances.database_at(
            service,
            lambda: closing(psycopg.connect(ours.database(service), connect_timeout=_TIMEOUT_S)),
        )
    except psycopg.errors.OperationalError as error:
        return "behind" if "does not exist" in str(error) else "away"
    except psycopg.Error:
        return "away"
