"""Log lines: one format for every process, one event a line, without personal data.

Code logs ids and never names, addresses, tokens or keys. What slips into a line all the same,
in an error of a library or in what somebody sent, is struck out here.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from matinee.kernel import errands
from matinee.kernel.settings import Settings

# These tell each request or connection, which the edge's log does already.
_QUIET = ("httpx", "httpcore", "kombu", "amqp", "urllib3", "granian.access", "PIL")
# Whatever begins a line, moves a cursor or changes a terminal's looks (CWE-117).
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
# Whoever collects lines cuts longer ones, and would leave half an object.
_TEXT_MAX = 5_000
_STRUCK_OUT = (
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), "<address>"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 <token>"),
    (re.compile(r"(?i)\b(password|passwort|secret|token|cookie)([\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]+"),
     r"\1\2<secret>"),
    (re.compile(r"(/media/)k\d+~\d+~[0-9a-f]+~[\w-]+"), r"\1<token>"),
    (re.compile(r"\b(?:\d[ -]?){12}\d{1,7}\b"), "<number>"),
)  # fmt: skip


class OneLine(logging.Formatter):
    """What is said stays on its line; the lines of an error follow, each marked as one."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """See `logging.Formatter`."""
        record.message = harmless(record.message)
        known = " ".join(f"{name}={value}" for name, value in _errand().items())
        line = super().formatMessage(record)
        return f"{line} [{known}]" if known else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """See `logging.Formatter`."""
        text = super().formatException(ei)  # type: ignore[arg-type]
        return "\n".join(f"  | {harmless(line)}" for line in text.splitlines())


class OneObject(logging.Formatter):
    """Each record is one line of JSON, with the lines of its error in it; for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": harmless(record.getMessage())[:_TEXT_MAX],
            **_errand(),
        }
        if record.exc_info:
            lines = self.formatException(record.exc_info).splitlines()
            # What went wrong stands at the end.
            told["error"] = "\n".join(map(harmless, lines))[-_TEXT_MAX:]
        return json.dumps(told, ensure_ascii=False)


def _errand() -> dict[str, str]:
    """The ids by which a line is found again: of its request, its trace, and who asked."""
    errand = errands.current()
    if errand is None:
        return {}
    known = {"request": errand.id}
    if errand.account_id is not None:
        known["account"] = str(errand.account_id)
    if errand.trace is not None:
        known["trace"] = errand.trace.trace_id
    return known


def harmless(text: str) -> str:
    """A text without line ends and control characters, and without what must not be kept."""
    for pattern, instead in _STRUCK_OUT:
        text = pattern.sub(instead, text)
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def set_up(settings: Settings) -> None:
    """Send this process's log to standard error; the supervisor adds time and name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneObject() if settings.log_format == "json" else OneLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of each request that was refused, which the edge's log tells, too.
    logging.getLogger("django.request").setLevel(logging.ERROR)
