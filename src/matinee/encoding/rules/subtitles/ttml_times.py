"""TTML's time expressions (W3C TTML1, section 10.3.1)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

_CLOCK = re.compile(r"^(\d{2,}):(\d{2}):(\d{2})(?:\.(\d+)|:(\d{2,})(?:\.\d+)?)?$")
_OFFSET = re.compile(r"^(\d+(?:\.\d+)?)(h|ms|m|s|f|t)$")
_WHOLE = re.compile(r"^[1-9][0-9]{0,9}$")


@dataclass(frozen=True)
class Span:
    """When an element is there; without an end where nothing says it."""

    start_ms: int = 0
    end_ms: int | None = None


@dataclass(frozen=True)
class Clock:
    """How a document counts time: frames and ticks a second."""

    frames: Fraction = Fraction(30)
    ticks: Fraction = Fraction(1)

    @classmethod
    def of(cls, said: Callable[[str], str | None]) -> "Clock":
        """The clock that a document's parameters describe."""
        numbers = [_whole(said("frameRate"), 30)]
        top, _, bottom = (said("frameRateMultiplier") or "1 1").partition(" ")
        frames = Fraction(numbers[0] * _whole(top, 1), _whole(bottom, 1))
        sub = _whole(said("subFrameRate"), 1)
        usual = frames * sub if said("frameRate") else Fraction(1)
        ticks = said("tickRate")
        return cls(frames, Fraction(_whole(ticks, 1)) if ticks else usual)

    def within(self, parent: Span, said: Mapping[str, str]) -> Span:
        """The span of an element inside another's; times count from the parent's start."""
        begin, end, length = (self.ms(said.get(name)) for name in ("begin", "end", "dur"))
        start = parent.start_ms + (begin or 0)
        ends = [parent.end_ms] if parent.end_ms is not None else []
        ends += [parent.start_ms + end] if end is not None else []
        ends += [start + length] if length is not None else []
        return Span(start, min(ends, default=None))

    def ms(self, written: str | None) -> int | None:
        """Milliseconds of a time expression; None where it is none."""
        text = (written or "").strip()
        if clock := _CLOCK.match(text):
            whole = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
            part = (
                Fraction(f"0.{clock[4]}")
                if clock[4]
                else Fraction(int(clock[5] or 0)) / self.frames
            )
            return round((whole + part) * 1000)
        if offset := _OFFSET.match(text):
            return round(Fraction(offset[1]) * self._unit_ms(offset[2]))
        return None

    def _unit_ms(self, unit: str) -> Fraction:
        if unit == "f":
            return 1000 / self.frames
        if unit == "t":
            return 1000 / self.ticks
        return Fraction({"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}[unit])


def _whole(text: str | None, otherwise: int) -> int:
    stripped = (text or "").strip()
    return int(stripped) if _WHOLE.match(stripped) else otherwise
