"""Log lines: one format for every process, without personal data."""

import logging
import sys

from matinee.kernel.settings import Settings

# These tell each request or connection, which the edge's log does already.
_QUIET = ("httpx", "httpcore", "kombu", "amqp", "urllib3", "granian.access", "PIL")


def set_up(settings: Settings) -> None:
    """Send this process's log to standard error; the supervisor adds time and name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
