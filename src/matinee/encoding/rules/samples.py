"""Which pieces of a film stand for the whole of it in trials."""

import math
from collections.abc import Sequence
from itertools import pairwise

from matinee.encoding.rules import ladder
from matinee.encoding.rules.windows import Window, gop_frames

# A longer film affords more, and has more kinds of scenes.
_GOPS_LEAST, _GOPS_MOST = 2, 10
_FILM_S_A_GOP = 40.0
# A GOP cut short by the film's end weighs its keyframe too much.
_WHOLE_SHARE = 0.9


def count(film_s: float) -> int:
    """How many GOPs are tried of a film."""
    return min(_GOPS_MOST, _GOPS_LEAST + int(film_s / _FILM_S_A_GOP))


def choose(bits: Sequence[int], wanted: int) -> tuple[int, ...]:
    """The GOPs, in the film's order, that stand for a film whose GOPs take `bits` at one quality.

    GOPs in order of their bits are cut into equal parts; of each part the one nearest to its
    mean stands for it. So easy and hard scenes come in the film's own proportion, and the mean
    of the samples is nearly the film's.
    """
    order = sorted(range(len(bits)), key=lambda n: (bits[n], n))
    wanted = max(1, min(wanted, len(order)))
    cuts = [round(n * len(order) / wanted) for n in range(wanted + 1)]
    chosen = []
    for low, high in pairwise(cuts):
        part = order[low:high]
        logs = [math.log(max(1, bits[n])) for n in part]
        mean = sum(logs) / len(logs)
        best = min(range(len(part)), key=lambda n: (abs(logs[n] - mean), part[n]))
        chosen.append(part[best])
    return tuple(sorted(chosen))


def windows(bits: Sequence[int], frames: int, rate: str) -> tuple[Window, ...]:
    """The samples of a film as windows of one GOP each; all of it where it is that short."""
    gop = gop_frames(rate)
    whole = max(1, frames // gop)
    if frames < gop / _WHOLE_SHARE:
        return (Window(0, frames, rate),)
    known = list(bits[:whole]) if len(bits) >= whole else [1] * whole
    wanted = count(frames / gop * ladder.GOP_S)
    if len(bits) < whole:
        # Nothing is known of the scenes: evenly spread.
        step = whole / min(wanted, whole)
        return tuple(
            Window(int((n + 0.5) * step) * gop, gop, rate) for n in range(min(wanted, whole))
        )
    return tuple(Window(n * gop, gop, rate) for n in choose(known, wanted))


def weight(bits: Sequence[int], samples: Sequence[Window], frames: int) -> float:
    """The film's bits as a multiple of what its samples' are, each by the second."""
    gop = gop_frames(samples[0].rate)
    chosen = [bits[w.first_frame // gop] for w in samples if w.first_frame // gop < len(bits)]
    if not chosen or not sum(chosen) or len(chosen) < len(samples):
        return 1.0
    held = sum(window.frames for window in samples)
    return (sum(bits) / frames) / (sum(chosen) / held)
