"""Reading what players report: Common Media Client Data, version 2, event mode (CTA-5004-A).

A report is a line: a dictionary of structured fields (RFC 9651). Of its keys these count:

- `e` what happened, `ts` when (ms since 1970, on the player's clock), `sn` which report it is;
- `sta` the player's state; `br` the encoded bitrate (kbit/s) of what is shown;
- `msd` from pressing play to the first picture (ms), told once;
- `bsa`, `bsda` how often and how long (ms) the player stalled in all, where it counts itself;
- `ec` codes of errors;
- `matinee-edge` over which pathway the media comes, `matinee-network` by what kind of network: keys
  of our own, which the standard wants to have a hyphen.

Other keys are for other readers and passed over, as are events and states of later versions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeGuard, get_args

from http_sf import StructuredFieldError, Token, parse

from matinee.insights.rules import plain_fields

# What edges and other pathways are called, and kinds of networks.
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
State = Literal["s", "p", "k", "r", "a", "w", "e", "f", "q", "d"]
STATES: Final[frozenset[str]] = frozenset(get_args(State))
EVENTS_MAX = 200
LINE_BYTES_MAX = 4096
CODE_LENGTH_MAX = 40
_CODES_MAX = 8
# Fifteen digits are what a structured integer may have; nothing here is near that.
_MILLISECONDS_MAX = 864_000_000
_TIMESTAMP_MAX = 10**14
_KILOBITS_MAX = 1_000_000
_COUNT_MAX = 100_000


class WrongReportError(ValueError):
    """A line is no event report; the message says which line and why."""


@dataclass(frozen=True)
class Event:
    """What happened in a player, and what it told beside; None for what it did not tell."""

    kind: str
    at_ms: int
    number: int | None = None
    state: State | None = None
    startup_ms: int | None = None
    bitrate_kbps: int | None = None
    stalls: int | None = None
    stalled_ms: int | None = None
    error_codes: tuple[str, ...] = ()
    edge: str | None = None
    network: str | None = None


def events_of(body: bytes) -> list[Event]:
    """The events in the lines of a body, in their order; WrongReportError where one is none."""
    lines = [line.strip() for line in body.splitlines()]
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line]
    if not numbered:
        raise WrongReportError("There is no report in the body. Send one per line.")
    if len(numbered) > EVENTS_MAX:
        raise WrongReportError(f"Send at most {EVENTS_MAX} reports at once, not {len(numbered)}.")
    return [_event(number, line) for number, line in numbered]


def _event(number: int, line: bytes) -> Event:
    if len(line) > LINE_BYTES_MAX:
        raise WrongReportError(f"Line {number} has {len(line)} bytes, over {LINE_BYTES_MAX}.")
    try:
        return _Keys(plain_fields.read(line) or _read(line)).event()
    except StructuredFieldError as error:
        raise WrongReportError(f"Line {number} is no CMCD: {error}.") from error
    except WrongReportError as error:
        raise WrongReportError(f"Line {number}: {error}") from error


def _read(line: bytes) -> Mapping[str, object]:
    found = parse(line, tltype="dictionary")
    if not isinstance(found, dict):  # pragma: no cover - what the library's type allows
        raise TypeError(found)
    return found


class _Keys:
    """The values of a report by their keys."""

    def __init__(self, found: Mapping[str, object]) -> None:
        self._found = found

    def event(self) -> Event:
        kind, at_ms = self._token("e"), self._number("ts", _TIMESTAMP_MAX)
        if kind is None or at_ms is None:
            raise WrongReportError("An event report needs the keys `e` and `ts`.")
        state = self._token("sta")
        return Event(
            kind=kind,
            at_ms=at_ms,
            number=self._number("sn", _TIMESTAMP_MAX),
            state=state if _is_state(state) else None,
            startup_ms=self._number("msd", _MILLISECONDS_MAX),
            # Picture and sound may be told apart; a viewer gets both.
            bitrate_kbps=_total(self._numbers("br", _KILOBITS_MAX)),
            # A player that waits for one waits for both.
            stalls=max(self._numbers("bsa", _COUNT_MAX), default=None),
            stalled_ms=max(self._numbers("bsda", _MILLISECONDS_MAX), default=None),
            error_codes=tuple(self._codes()),
            edge=self._name("matinee-edge"),
            network=self._name("matinee-network"),
        )

    def _items(self, key: str) -> list[object]:
        """The value, or the values of an inner list, without their parameters."""
        if key not in self._found:
            return []
        value = _bare(self._found[key])
        return [_bare(item) for item in value] if isinstance(value, list) else [value]

    def _numbers(self, key: str, most: int) -> list[int]:
        numbers = []
        for value in self._items(key):
            # `True` is an int, and what a key without a value reads as.
            if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                raise WrongReportError(f"`{key}` must be a number.")
            if not 0 <= value <= most:
                raise WrongReportError(f"`{key}` must be from 0 to {most}.")
            numbers.append(round(value))
        return numbers

    def _number(self, key: str, most: int) -> int | None:
        return next(iter(self._numbers(key, most)), None)

    def _token(self, key: str) -> str | None:
        value = next(iter(self._items(key)), None)
        if value is None:
            return None
        if not isinstance(value, Token):
            raise WrongReportError(f"`{key}` must be a token.")
        return str(value)

    def _name(self, key: str) -> str | None:
        value = next(iter(self._items(key)), None)
        if value is None:
            return None
        if not isinstance(value, (str, Token)) or not _NAME.fullmatch(str(value)):
            raise WrongReportError(f"`{key}` must be a name of up to 40 small letters and digits.")
        return str(value)

    def _codes(self) -> Iterable[str]:
        for value in self._items("ec")[:_CODES_MAX]:
            if not isinstance(value, (str, Token)):
                raise WrongReportError("`ec` must be a list of strings.")
            yield str(value)[:CODE_LENGTH_MAX]


def _bare(item: object) -> object:
    return item[0] if isinstance(item, tuple) else item


def _total(numbers: list[int]) -> int | None:
    return min(sum(numbers), _KILOBITS_MAX) if numbers else None


def _is_state(state: str | None) -> TypeGuard[State]:
    return state in STATES
