"""Advanced SubStation Alpha (ASS) and its elder SSA: words, times, place and plain styles."""

import re
from dataclasses import dataclass

from matinee.encoding.rules.subtitles import placing
from matinee.encoding.rules.subtitles.cues import Cue
from matinee.encoding.rules.subtitles.markup import PLAIN, Run, Styles, rendered

_TIME = re.compile(r"^\s*(\d+):(\d{1,2}):(\d{1,2})[.:](\d{1,3})\s*$")
# A code and its value, as long as it is not the start of a longer code's name.
_CODE = re.compile(r"\\(an|a|i|b|u|p)(-?\d*)(?=\s*(?:[\\)]|$))|\\(r)[^\\]*|\\(pos)\(([^()]*)\)")
_BLOCK = re.compile(r"\{([^{}]*)\}")
_BREAKS = {r"\N": "\n", r"\n": "\n", r"\h": "\u00a0"}
_BOLD_WEIGHT = 600
# What a script without a size of its own is laid out for.
_HEIGHT_USUAL = 288
_FOOT = 2
# SSA counts 1 to 3 at the foot, adds 4 for the top and 8 for the middle.
_SSA_TOP, _SSA_MIDDLE = 4, 8
_STYLE_MARKS = {"italic": "i", "bold": "b", "underline": "u"}


@dataclass(frozen=True)
class _Style:
    styles: Styles = PLAIN
    place: int = _FOOT


def cues(text: str) -> list[Cue]:
    """The cues of an ASS or SSA script; drawings and comments are left out."""
    script = _Script()
    for line in text.split("\n"):
        script.take(line)
    return script.cues


class _Script:
    """Takes a script line by line."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self._known: dict[str, _Style] = {}
        self._height = _HEIGHT_USUAL
        self._section = ""
        self._columns: list[str] = []
        self._is_ssa = False

    def take(self, line: str) -> None:
        head, colon, rest = line.partition(":")
        key = head.strip().lower()
        if line.lstrip().startswith("["):
            self._section, self._columns = line.strip().strip("[]").lower(), []
            self._is_ssa = self._is_ssa or self._section == "v4 styles"
        elif colon and key == "playresy" and rest.strip().isdecimal():
            self._height = int(rest) or _HEIGHT_USUAL
        elif colon and key == "format":
            self._columns = [name.strip().lower() for name in rest.split(",")]
        elif colon and key == "style" and "styles" in self._section:
            row = _row(self._columns, rest)
            self._known[row.get("name", "")] = _style(row, is_ssa=self._is_ssa)
        elif colon and key == "dialogue" and self._section == "events":
            self._dialogue(_row(self._columns, rest))

    def _dialogue(self, row: dict[str, str]) -> None:
        start, end = _TIME.match(row.get("start", "")), _TIME.match(row.get("end", ""))
        if start is None or end is None:
            return
        style = self._known.get(row.get("style", "").lstrip("*"), _Style())
        setter = _Setter(style, self._height)
        for number, part in enumerate(_BLOCK.split(row.get("text", ""))):
            (setter.obey if number % 2 else setter.say)(part)
        where = placing.of_numpad(setter.place)
        self.cues.append(Cue(_ms(start), _ms(end), rendered(setter.runs), where))


def _row(columns: list[str], rest: str) -> dict[str, str]:
    values = rest.split(",", max(0, len(columns) - 1))
    # The last column is the text, whose spaces and commas are its own.
    return dict(zip(columns, [*(v.strip() for v in values[:-1]), values[-1]], strict=False))


def _style(row: dict[str, str], *, is_ssa: bool) -> _Style:
    marks = {mark for name, mark in _STYLE_MARKS.items() if row.get(name) not in {None, "0", ""}}
    said = row.get("alignment", "")
    place = int(said) if said.isdigit() else _FOOT
    return _Style(frozenset(marks), _numpad(place) if is_ssa else place)


def _numpad(ssa: int) -> int:
    if ssa > _SSA_MIDDLE:
        return ssa - _SSA_MIDDLE + 3
    return ssa - _SSA_TOP + 6 if ssa > _SSA_TOP else ssa


class _Setter:
    """Sets the words of one line as its codes say."""

    def __init__(self, style: _Style, height: int) -> None:
        self.runs: list[Run] = []
        self.place = style.place
        self._style = style
        self._height = height
        self._now = set(style.styles)
        self._draws = False

    def say(self, words: str) -> None:
        """Take words, which are none while the line draws."""
        for code, meant in _BREAKS.items():
            words = words.replace(code, meant)
        if words and not self._draws:
            self.runs.append(Run(words, frozenset(self._now)))

    def obey(self, block: str) -> None:
        """Take the codes of one pair of braces."""
        for code in _CODE.finditer(block):
            value = code[2] or ""
            match code[1] or code[3] or code[4]:
                case "i" | "b" | "u" as style:
                    self._switch(style, value)
                case "r":
                    self._now = set(self._style.styles)
                case "p":
                    self._draws = value not in {"", "0"}
                case "an" if value.isdecimal():
                    self.place = int(value)
                case "a" if value.isdecimal():
                    self.place = _numpad(int(value))
                case "pos":
                    self._put(code[5])

    def _switch(self, style: str, value: str) -> None:
        weight = int(value) if value.lstrip("-") else None
        if weight is None:
            on = style in self._style.styles
        else:
            on = weight in {1, -1} or weight >= _BOLD_WEIGHT
        (self._now.add if on else self._now.discard)(style)

    def _put(self, point: str) -> None:
        try:
            down = float(point.split(",")[1]) / self._height
        except (ValueError, IndexError):
            return
        third = 2 - min(2, max(0, int(3 * down)))
        self.place = 3 * third + _FOOT


def _ms(time: re.Match[str]) -> int:
    hours, minutes, seconds = (int(part) for part in time.groups()[:3])
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + int(time[4].ljust(3, "0"))
