"""Which pieces of a film stand for the whole of it in trials."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import fmean as mean
from statistics import pstdev
from typing import TypeVar

from matinee.encoding.rules import ladder
from matinee.encoding.rules.windows import Window, gop_frames

# A longer film affords more, and has more kinds of scenes.
_GOPS_LEAST, _GOPS_MOST = 2, 10
_FILM_S_A_GOP = 40.0
# More of them are tried one by one, which several encoders do side by side.
_TOGETHER = 3
# A GOP cut short by the film's end weighs its keyframe too much.
_WHOLE_SHARE = 0.9
# How often each choice is reconsidered in view of the others.
_PASSES = 2

Piece = TypeVar("Piece")


def count(film_s: float) -> int:
    """How many GOPs are tried of a film."""
    return min(_GOPS_MOST, _GOPS_LEAST + int(film_s / _FILM_S_A_GOP))


def parts(film_s: float) -> int:
    """In how many steps the samples of a film are tried at a size."""
    wanted = count(film_s)
    return wanted if wanted > _TOGETHER else 1


def part(looks: Sequence[Piece], number: int, of: int) -> Sequence[Piece]:
    """Which of the samples one of so many steps tries."""
    return looks[len(looks) * number // of : len(looks) * (number + 1) // of]


def choose(bits: Sequence[int], wanted: int, ease: Sequence[float] = ()) -> tuple[int, ...]:
    """The pieces, in the film's order, that stand for all of them.

    `bits` are what each takes at one quality, `ease` is that of `rules.ease`, where it is known.
    Pieces in order of their ease (else of their bits) are cut into equal parts, so that easy and
    hard scenes come in the film's own proportion; of each part that one is taken which brings the
    means of what is chosen nearest to the film's.
    """
    logs = _standard([math.log(max(1, count)) for count in bits])
    known = len(ease) == len(bits)
    eases = _standard(ease) if known else logs
    order = sorted(range(len(bits)), key=lambda n: (eases[n], n))
    wanted = max(1, min(wanted, len(order)))
    cuts = [round(n * len(order) / wanted) for n in range(wanted + 1)]
    parts = [order[low:high] for low, high in pairwise(cuts)]
    values = (eases, logs)
    chosen = [min(part, key=partial(_off, [], values, _means(values, part))) for part in parts]
    film = _means(values, order)
    for _ in range(_PASSES if known else 0):
        for at, part in enumerate(parts):
            others = chosen[:at] + chosen[at + 1 :]
            chosen[at] = min(part, key=partial(_off, others, values, film))
    return tuple(sorted(chosen))


def _standard(values: Sequence[float]) -> list[float]:
    """The same around nothing, with a spread of one."""
    middle = mean(values)
    spread = pstdev(values, middle) or 1.0
    return [(value - middle) / spread for value in values]


def _means(values: Sequence[Sequence[float]], pieces: Sequence[int]) -> list[float]:
    return [mean(one[n] for n in pieces) for one in values]


def _off(
    some: Sequence[int], values: Sequence[Sequence[float]], wanted: Sequence[float], one: int
) -> tuple[float, int]:
    """How far some pieces and one more are from the wanted means; the earlier of equal ones."""
    there = _means(values, [*some, one])
    return sum((a - b) ** 2 for a, b in zip(there, wanted, strict=True)), one


def windows(
    bits: Sequence[int], frames: int, rate: str, ease: Sequence[float] = ()
) -> tuple[Window, ...]:
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
    chosen = choose(known, wanted, ease[:whole] if len(ease) >= whole else ())
    return tuple(Window(n * gop, gop, rate) for n in chosen)


def weight(bits: Sequence[int], samples: Sequence[Window], frames: int) -> float:
    """The film's bits as a multiple of what its samples' are, each by the second."""
    gop = gop_frames(samples[0].rate)
    chosen = [bits[w.first_frame // gop] for w in samples if w.first_frame // gop < len(bits)]
    if not chosen or not sum(chosen) or len(chosen) < len(samples):
        return 1.0
    held = sum(window.frames for window in samples)
    return (sum(bits) / frames) / (sum(chosen) / held)
