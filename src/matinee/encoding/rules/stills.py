"""Which frames make good artwork: bright enough, full of contrast, and far from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

WANTED = 5
# Titles, fades and credits live at the ends.
_EDGE_SHARE = 0.06
_DARK, _BRIGHT = 40.0, 215.0
# Black, a single colour, a title on black: shown only where there is nothing better.
_SCORE_MIN = 12.0


@dataclass(frozen=True)
class Look:
    """A frame as measured small: luma 0 to 255, its spread, edges, and how colourful it is."""

    at_s: float
    luma_mean: float
    luma_spread: float
    edges: float
    colour: float


def choose(looks: Sequence[Look], wanted: int = WANTED) -> list[Look]:
    """Up to `wanted` frames, best first, at most one of each stretch of the film."""
    if not looks:
        return []
    last_s = looks[-1].at_s
    shown = [x for x in looks if score(x) >= _SCORE_MIN] or list(looks)
    inner = [x for x in shown if _EDGE_SHARE * last_s <= x.at_s <= (1 - _EDGE_SHARE) * last_s]
    candidates = inner if len(inner) >= wanted else shown
    stretch = max(1, -(-len(candidates) // wanted))
    best = [
        max(candidates[start : start + stretch], key=score)
        for start in range(0, len(candidates), stretch)
    ]
    return sorted(best, key=score, reverse=True)[:wanted]


def score(look: Look) -> float:
    """How good a still is; black, white and flat frames are near nothing."""
    if look.luma_mean < _DARK:
        exposure = look.luma_mean / _DARK
    elif look.luma_mean > _BRIGHT:
        exposure = max(0.0, (255.0 - look.luma_mean) / (255.0 - _BRIGHT))
    else:
        exposure = 1.0
    return exposure**2 * (look.luma_spread + 1.5 * look.edges + 0.7 * look.colour)
