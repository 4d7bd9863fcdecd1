"""Which trace something belongs to, as the header `traceparent` says it.

Source: W3C Trace Context, level 1, section 3.2.
"""

import re
from dataclasses import dataclass
from typing import Self

_FORM = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})"
    r"-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?",
    re.ASCII,
)
_SAMPLED = 1
_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Traceparent:
    """A span of a trace that is looked at; both ids in hexadecimal digits, 32 and 16."""

    trace_id: str
    span_id: str

    @classmethod
    def of(cls, header: str | None) -> Self | None:
        """What a header says; None if it is malformed, or says that nobody looks on.

        Later versions are read as far as this one goes; version ff is none.
        """
        found = _FORM.fullmatch(header) if header and len(header) <= _LENGTH_MAX else None
        if found is None or not int(found["flags"], 16) & _SAMPLED:
            return None
        is_plain = found["version"] == "00"
        if found["version"] == "ff" or (is_plain and found["more"]):
            return None
        if not int(found["trace"], 16) or not int(found["span"], 16):
            return None
        return cls(found["trace"], found["span"])

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"
