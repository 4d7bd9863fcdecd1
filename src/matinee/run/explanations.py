"""Sentences for the errors that an operator can mend."""

import psycopg
import redis
from django.db import OperationalError
from pydantic import ValidationError

from matinee.kernel import databases
from matinee.kernel.binaries import MissingProgramError
from matinee.kernel.problems import Problem
from matinee.run.control import NotRunningError, RefusedError
from matinee.run.scaling.compose import ComposeError
from matinee.run.spawning import CannotStartError

_OWN_WORDS = (CannotStartError, ComposeError, MissingProgramError, NotRunningError, RefusedError)
_ENGINE_AWAY = (OperationalError, psycopg.OperationalError, redis.ConnectionError)
_LETS_NOBODY_IN = (
    "A database server keeps the password that its files were made with, also when it is started"
    " with another one: write that into MATINEE_DATABASE_URL (with Compose,"
    " MATINEE_DATABASE_PASSWORD), or change it in the server (ALTER ROLE)."
)


def explain(error: Exception) -> str | None:
    """What went wrong and what to do; None where only a traceback helps."""
    if isinstance(error, _OWN_WORDS):
        return str(error)
    if isinstance(error, Problem):
        return error.detail
    if isinstance(error, ValidationError) and error.title.endswith("Settings"):
        return settings_error(error)
    if databases.takes_no_password(error):
        return f"{str(error).strip()}\n{_LETS_NOBODY_IN}"
    if isinstance(error, _ENGINE_AWAY):
        return f"{str(error).strip()}\nIs Matinee running? Start it with `matinee up`."
    return None


def settings_error(error: ValidationError) -> str:
    """Each wrong setting by the name of its variable, with its value."""
    lines = ["A setting is wrong:"]
    for item in error.errors():
        variable = "MATINEE_" + "_".join(str(part) for part in item["loc"]).upper()
        lines.append(f"  {variable}={item['input']}: {item['msg']}")
    lines.append("Correct it or unset it; docs/settings.md says what each means.")
    return "\n".join(lines)
