"""What one decode of a film tells beside whether it can be decoded: cuts, bars, loudness."""

import heapq
import re
from collections.abc import Callable

from matinee.encoding.rules.bars import Box
from matinee.encoding.rules.sound import Loudness
from matinee.encoding.rules.source import Light, Mastering

SCENES_MAX = 1000
BOXES_MAX = 2000
_SILENT = -120.0

_CUT = re.compile(r"^\[scdet@cuts .*score: ([\d.]+), lavfi\.scd\.time: ([\d.]+)")
_BOX = re.compile(r"^\[cropdetect@bars .* x1:(-?\d+) x2:(-?\d+) y1:(-?\d+) y2:(-?\d+) ")
_SUMMARY = re.compile(r"^\[ebur128@(\S+) .*Summary")
_FIGURE = re.compile(r"^(?:\[info\])?\s+(I|Peak):\s+(\S+) (?:LUFS|dBFS)")
_NUMBER = r"(-?[\d.]+)"
_POINT = rf"\({_NUMBER}[, ]+{_NUMBER}\)"
_MASTERING = re.compile(
    rf"Mastering display metadata: has_primaries:1 has_luminance:1 r{_POINT} g{_POINT} b{_POINT}"
    rf" wp{_POINT} min_luminance={_NUMBER}, max_luminance={_NUMBER}"
)
_LIGHT = re.compile(r"Content light level metadata: MaxCLL=(\d+), MaxFALL=(\d+)")


class Findings:
    """Hears ffmpeg's lines while it decodes a film; keeps no more than it can tell of."""

    def __init__(self) -> None:
        self.clear()
        self._hear: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], None]], ...] = (
            (_BOX, self._box),
            (_CUT, self._cut),
            (_SUMMARY, self._summary),
            (_FIGURE, self._figure),
        )

    def clear(self) -> None:
        """Forget everything, for a decode that begins again."""
        self.boxes: list[Box] = []
        self.mastering: Mastering | None = None
        self.light: Light | None = None
        self._cuts: list[tuple[float, float]] = []
        self._figures: dict[str, dict[str, float]] = {}
        self._meter = ""

    def hear(self, line: str) -> bool:
        """Take one line; True if it is one of these findings."""
        for pattern, take in self._hear:
            match = pattern.search(line)
            if match is not None:
                take(match)
                return True
        self._screen(line)
        return False

    @property
    def scenes(self) -> list[float]:
        """When cuts are, in seconds; the clearest, where there are very many."""
        return sorted(at_s for _, at_s in self._cuts)

    @property
    def loudness(self) -> dict[str, Loudness]:
        """What each meter measured, by its name."""
        return {
            name: Loudness(figures["I"], figures["Peak"])
            for name, figures in self._figures.items()
            if {"I", "Peak"} <= figures.keys()
        }

    def _cut(self, match: re.Match[str]) -> None:
        heapq.heappush(self._cuts, (float(match[1]), round(float(match[2]), 3)))
        if len(self._cuts) > SCENES_MAX:
            heapq.heappop(self._cuts)

    def _box(self, match: re.Match[str]) -> None:
        if len(self.boxes) < BOXES_MAX:
            left, right, top, bottom = map(int, match.groups())
            self.boxes.append(Box(left, right, top, bottom))

    def _summary(self, match: re.Match[str]) -> None:
        self._meter = match[1]

    def _figure(self, match: re.Match[str]) -> None:
        value = _SILENT if match[2] == "-inf" else float(match[2])
        self._figures.setdefault(self._meter, {}).setdefault(match[1], value)

    def _screen(self, line: str) -> None:
        match = _MASTERING.search(line)
        if match is not None and self.mastering is None:
            n = [float(number) for number in match.groups()]
            self.mastering = Mastering(
                red=(n[0], n[1]),
                green=(n[2], n[3]),
                blue=(n[4], n[5]),
                white=(n[6], n[7]),
                luminance_min=n[8],
                luminance_max=n[9],
            )
        match = _LIGHT.search(line)
        if match is not None and self.light is None and match[1] != "0":
            self.light = Light(content_max=int(match[1]), picture_max=int(match[2]))
