"""Black bars: which part of a film's picture is never black, if that is certain."""

from collections.abc import Sequence
from dataclasses import dataclass

# Fewer looks, or fewer that agree, may be chance or a dark scene.
_LOOKS_MIN = 3
_AGREEING_SHARE = 0.6
# Of a side; less is not worth another size, more leaves no film.
_BARS_SHARE_MIN, _BARS_SHARE_MAX = 0.02, 0.5
# Bars stand opposite each other; an encoder's edge is soft.
_UNEVEN_PIXELS_MAX = 4
_NEAR_PIXELS = 2


@dataclass(frozen=True)
class Box:
    """The part of one picture that is not black: first and last column and row."""

    left: int
    right: int
    top: int
    bottom: int


def crop_of(boxes: Sequence[Box], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Width, height, left and top without the bars that are there for the whole film; or None.

    Cut is only what no look ever saw anything in, and only where most looks saw the
    very same edges: a dark scene's edges wander, a bar's do not.
    """
    seen = [box for box in boxes if box.left < box.right and box.top < box.bottom]
    if len(seen) < _LOOKS_MIN:
        return None
    width, height = size
    left, right = _side([(box.left, box.right) for box in seen], width)
    top, bottom = _side([(box.top, box.bottom) for box in seen], height)
    # Chroma has half the columns and rows.
    left, top = left + left % 2, top + top % 2
    wide, high = (right + 1 - left) // 2 * 2, (bottom + 1 - top) // 2 * 2
    if (wide, high) == (width // 2 * 2, height // 2 * 2):
        return None
    return wide, high, left, top


def _side(edges: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """The first and last pixel of one direction that the film needs."""
    whole = (0, length - 1)
    first, last = min(a for a, _ in edges), max(b for _, b in edges)
    bars = first, length - 1 - last
    if abs(bars[0] - bars[1]) > _UNEVEN_PIXELS_MAX:
        return whole
    if not _BARS_SHARE_MIN * length <= sum(bars) <= _BARS_SHARE_MAX * length:
        return whole
    agreeing = sum(a - first <= _NEAR_PIXELS and last - b <= _NEAR_PIXELS for a, b in edges)
    return (first, last) if agreeing >= _AGREEING_SHARE * len(edges) else whole
