"""TTML and its profiles IMSC and SMPTE-TT, text only (W3C TTML1, IMSC 1.1).

Parsed by expat event by event: a document type, and so any entity of its own, is
refused before a byte of it is expanded, and nothing is ever fetched.
"""

import re
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from matinee.encoding.rules.subtitles import placing
from matinee.encoding.rules.subtitles.cues import Cue
from matinee.encoding.rules.subtitles.markup import PLAIN, Run, Styles, rendered
from matinee.encoding.rules.subtitles.ttml_times import Clock, Span
from matinee.encoding.rules.subtitles.unreadable import Unreadable

_TT, _TTS, _TTP = (f"http://www.w3.org/ns/ttml{part}" for part in ("", "#styling", "#parameter"))
_XML = "http://www.w3.org/XML/1998/namespace"
_SMPTE = "http://www.smpte-ra.org/schemas/2052-1/"
_PICTURES = (f"{_TT} image", f"{_TTS} backgroundImage")
_PICTURE_PROFILES = ("imsc1/image", "imsc1.1/image", "imsc1.2/image")
_DEPTH_MAX = 64
_PERCENTAGES = re.compile(r"^\s*-?[\d.]+%\s+(\d+(?:\.\d+)?)%\s*$")
_TIMED = {"body", "div", "p", "span"}
_ADVICE = "Save the subtitles as SRT, WebVTT, ASS or TTML with text and add them again."


@dataclass(frozen=True)
class _Look:
    """What styling says, as far as WebVTT can show it; None where it says nothing."""

    italic: bool | None = None
    bold: bool | None = None
    underline: bool | None = None
    # Where in its region it stands, and the region's top and height as shares of the picture.
    display: str | None = None
    top: float | None = None
    high: float | None = None
    column: int | None = None

    def over(self, below: "_Look") -> "_Look":
        """What it says itself, and what lies below where it says nothing."""
        own = {name: value for name, value in vars(self).items() if value is not None}
        return replace(below, **own)

    @property
    def styles(self) -> Styles:
        """The tags that WebVTT has for it."""
        marks = (("i", self.italic), ("b", self.bold), ("u", self.underline))
        return frozenset(tag for tag, on in marks if on) or PLAIN

    @property
    def settings(self) -> str:
        """The cue settings for its place."""
        column = 1 if self.column is None else self.column
        if self.display is None and self.top is None:
            return placing.settings(0, column)
        top, high = self.top or 0.0, 1.0 if self.high is None else self.high
        down = top + high * {"center": 0.5, "after": 1.0}.get(self.display or "", 0.0)
        return placing.settings(2 - min(2, max(0, int(3 * down))), column)


@dataclass
class _Element:
    name: str
    look: _Look
    span: Span
    keeps_space: bool
    runs: list[Run] = field(default_factory=list)


def cues(content: bytes) -> list[Cue]:
    """The cues of a TTML document; Unreadable where it is none, or holds pictures of text."""
    document = _Document()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = document.refuse_doctype
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.words
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        msg = (
            f"The file is damaged XML (line {error.lineno}: {expat.ErrorString(error.code)}). "
            f"{_ADVICE}"
        )
        raise Unreadable(msg) from error
    except (LookupError, ValueError) as error:
        msg = f"The file is in a character encoding that is not known. {_ADVICE}"
        raise Unreadable(msg) from error
    return document.cues


class _Document:
    """Takes expat's events and makes cues of paragraphs."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self._clock = Clock()
        self._looks: dict[str, _Look] = {}
        self._regions: dict[str, _Look] = {}
        self._region = ""
        self._stack: list[_Element] = []

    def refuse_doctype(self, *_: object) -> None:
        msg = f"The file declares a document type, which subtitles never need. {_ADVICE}"
        raise Unreadable(msg)

    def start(self, tag: str, said: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not self._stack and (name != "tt" or not space.startswith(_TT)):
            msg = f"This XML document is not TTML. {_ADVICE}"
            raise Unreadable(msg)
        if len(self._stack) >= _DEPTH_MAX:
            msg = f"The file's elements are nested too deep. {_ADVICE}"
            raise Unreadable(msg)
        self._refuse_pictures(tag, said)
        if name == "tt":
            self._clock = Clock.of(lambda key: said.get(f"{_TTP} {key}"))
        self._stack.append(self._element(name, said))
        if name == "style":
            self._keep_style(said)
        elif name == "region":
            self._region = said.get(f"{_XML} id", "")
            self._regions[self._region] = self._stack[-1].look
        elif name == "br":
            self._add("\n")

    def end(self, tag: str) -> None:
        element = self._stack.pop()
        parent = self._stack[-1] if self._stack else None
        if element.name == "region":
            self._region = ""
        elif element.name == "span" and parent is not None:
            self._end_span(element, parent)
        elif tag.endswith(" p"):
            self._cue(element)

    def words(self, text: str) -> None:
        if any(element.name == "p" for element in self._stack):
            shown = text if self._stack[-1].keeps_space else " ".join(_edged(text))
            self._add(shown)

    def _add(self, text: str) -> None:
        if self._stack and text:
            holder = self._stack[-1] if self._stack[-1].name != "br" else self._stack[-2]
            holder.runs.append(Run(text, holder.look.styles))

    def _element(self, name: str, said: dict[str, str]) -> _Element:
        parent = self._stack[-1] if self._stack else None
        inherits = parent is not None and (name in _TIMED or name == "br")
        look = parent.look if parent is not None and inherits else _Look()
        look = self._regions.get(said.get("region", ""), _Look()).over(look)
        for style in said.get("style", "").split():
            look = self._looks.get(style, _Look()).over(look)
        span = parent.span if parent is not None else Span()
        if name in _TIMED:
            span = self._clock.within(span, said)
        kept = said.get(f"{_XML} space")
        keeps = kept == "preserve" if kept else parent is not None and parent.keeps_space
        return _Element(name, _look_of(said).over(look), span, keeps)

    def _keep_style(self, said: dict[str, str]) -> None:
        look = self._stack[-1].look
        if self._region:
            self._regions[self._region] = look.over(self._regions[self._region])
        elif identity := said.get(f"{_XML} id"):
            self._looks[identity] = look

    def _end_span(self, element: _Element, parent: _Element) -> None:
        if element.span == parent.span:
            parent.runs += element.runs
        else:
            # Shown for a part of the paragraph only: a cue of its own.
            self._cue(element)

    def _cue(self, element: _Element) -> None:
        if element.span.end_ms is None:
            return
        text = rendered(_joined(element.runs))
        where = element.look.settings
        self.cues.append(Cue(element.span.start_ms, element.span.end_ms, text, where))

    def _refuse_pictures(self, tag: str, said: dict[str, str]) -> None:
        profile = " ".join((said.get(f"{_TTP} profile", ""), said.get("designator", "")))
        pictures = tag in _PICTURES or any(key in _PICTURES for key in said)
        smpte = any(key.startswith(_SMPTE) and key.endswith("mage") for key in (tag, *said))
        if pictures or smpte or any(one in profile for one in _PICTURE_PROFILES):
            msg = f"The file holds pictures of text (IMSC's image profile), not text. {_ADVICE}"
            raise Unreadable(msg)


def _edged(text: str) -> list[str]:
    """Words with an empty one where white space stands at an edge, so that it stays a space."""
    words = text.split()
    if not words:
        return ["", ""] if text else []
    return [*([""] if text[0].isspace() else []), *words, *([""] if text[-1].isspace() else [])]


def _joined(runs: list[Run]) -> list[Run]:
    """Runs without spaces at the start and end of lines, and none doubled."""
    joined: list[Run] = []
    at_edge = True
    for run in runs:
        text = run.text.lstrip(" ") if at_edge else run.text
        if text.startswith("\n") and joined:
            joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(" "))
        if text:
            joined.append(replace(run, text=text))
            at_edge = text[-1] in " \n"
    return joined


def _second_share(pair: str | None) -> float | None:
    """The second of two percentages as a share; None for other units."""
    match = _PERCENTAGES.match(pair or "")
    return float(match[1]) / 100 if match else None


def _look_of(said: dict[str, str]) -> _Look:
    style, weight = said.get(f"{_TTS} fontStyle"), said.get(f"{_TTS} fontWeight")
    line = said.get(f"{_TTS} textDecoration")
    align, display = said.get(f"{_TTS} textAlign"), said.get(f"{_TTS} displayAlign")
    return _Look(
        italic=None if style is None else style in {"italic", "oblique"},
        bold=None if weight is None else weight == "bold",
        underline=None if line is None else "underline" in line.split(),
        display=display,
        top=_second_share(said.get(f"{_TTS} origin")),
        high=_second_share(said.get(f"{_TTS} extent")),
        column={"left": 0, "right": 2}.get(align or ""),
    )
