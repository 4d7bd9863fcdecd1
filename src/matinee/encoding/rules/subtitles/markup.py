"""Words and how they are set: what WebVTT knows of it (italic, bold, underlined) is kept."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

Styles = frozenset[str]

PLAIN: Styles = frozenset()
_TAGS = {"i": "i", "em": "i", "b": "b", "strong": "b", "u": "u"}
_TAG = re.compile(r"<(/?)([A-Za-z]*)[^<>]*>")
# Control characters, and marks of byte order and interlinear annotation in mid-text.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb]")
_TEXT_CHARS_MAX = 2000
_LINES_MAX = 12


@dataclass(frozen=True)
class Run:
    """Words that are set alike."""

    text: str
    styles: Styles = PLAIN


def rendered(runs: Iterable[Run]) -> str:
    """The runs in WebVTT's markup: tags nest, nothing else is a tag, no line is empty."""
    lines: list[list[Run]] = [[]]
    left = _TEXT_CHARS_MAX
    for run in runs:
        text = _UNSEEN.sub("", run.text)[: max(0, left)]
        left -= len(text)
        first, *more = text.split("\n")
        lines[-1].append(Run(first, run.styles))
        lines += [[Run(line, run.styles)] for line in more]
    written = (_line(line) for line in lines if any(run.text.strip() for run in line))
    return "\n".join(list(written)[:_LINES_MAX])


def _line(runs: list[Run]) -> str:
    out: list[str] = []
    opened: list[str] = []
    for run in (one for one in runs if one.text):
        while opened and not run.styles.issuperset(opened):
            out.append(f"</{opened.pop()}>")
        for style in sorted(run.styles.difference(opened)):
            opened.append(style)
            out.append(f"<{style}>")
        out.append(html.escape(run.text, quote=False))
    out += [f"</{style}>" for style in reversed(opened)]
    return "".join(out).strip()


def of_tags(text: str, *, entities: bool) -> list[Run]:
    """Runs of text with tags as in SRT and WebVTT; unknown tags go, their words stay.

    With `entities`, character references such as `&amp;` are what they stand for.
    """
    runs: list[Run] = []
    depth = dict.fromkeys(("i", "b", "u"), 0)
    at = 0
    for tag in _TAG.finditer(text):
        runs.append(_run(text[at : tag.start()], depth, entities=entities))
        at = tag.end()
        style = _TAGS.get(tag[2].lower())
        if style is not None:
            depth[style] = max(0, depth[style] + (-1 if tag[1] else 1))
    runs.append(_run(text[at:], depth, entities=entities))
    return runs


def _run(text: str, depth: dict[str, int], *, entities: bool) -> Run:
    shown = html.unescape(text) if entities else text
    return Run(shown, frozenset(style for style, count in depth.items() if count))
