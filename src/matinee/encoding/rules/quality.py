"""Which pictures of a film are measured, with which model, and what the figures come to.

VMAF judges motion by the pictures before and after, and takes the lesser of the two
differences. So pictures come to it in threes of neighbours, of which only the middle one is
measured: it has its own neighbours, and so the score that it has in the whole film.
Whatever lies between two threes is neither scaled nor looked at.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from matinee.encoding.rules import ladder
from matinee.encoding.rules.windows import GOPS_A_CHUNK, Window, gop_frames

THREE = 3
# So many pictures before the first three put every middle one where VMAF measures: at
# multiples of three, counted from none.
LEAD = 2
_LOW_SHARE = 0.05
_GOLDEN = 0.618034
# The common model was trained on 1080 lines seen from three heights away, the other on 2160.
_HD_LINES = 1080
MODEL, _MODEL_4K = "version=vmaf_v0.6.1", "version=vmaf_4k_v0.6.1"

# How much of a film is measured, by how long it is. What is decoded costs most, so a long film
# is seen in single GOPs, and a very long one not in every chunk.
_DENSITIES = (
    # Up to so many seconds: GOPs of each chunk, and threes in each GOP; none for every picture.
    # Of a very short one there are too few for chance to even out.
    (16.0, 5, 0),
    (45.0, 5, 5),
    (90.0, 2, 5),
    (240.0, 2, 5),
    (math.inf, 1, 5),
)
CHUNKS_MEASURED_MAX = 120


class Measured(BaseModel):
    """VMAF of some of a window's frames; they stand for `frames` frames of the film.

    `vmaf` is what they tell of all of the window, None where none was measured. `cpu_s` is what
    measuring took, in CPU seconds.
    """

    model_config = ConfigDict(frozen=True)

    frames: int
    scores: tuple[float, ...]
    vmaf: float | None
    cpu_s: float = 0.0


class Looks(NamedTuple):
    """What is measured of a chunk: whole GOPs, from one of them on, and threes in each."""

    first_gop: int
    gops: int
    threes: int


class Verdict(NamedTuple):
    """A rung's quality over the film; `low` is the mean of the worst twentieth."""

    vmaf: float
    low: float
    frames_measured: int


def model(size: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """VMAF's model for a film as displayed, and the size at which it is asked."""
    lines = ladder.lines_of(size)
    if lines <= _HD_LINES:
        return MODEL, ladder.fitted(size, lines)
    return _MODEL_4K, ladder.fitted(size, min(lines, 2 * _HD_LINES))


def looks(window: Window, film_frames: int, gop_ease: Sequence[float] = ()) -> Looks | None:
    """What to measure of a chunk; None for nothing.

    Of its GOPs those that are together as easy as all of it, so that they need not be made up for
    (`gop_ease` is that of `rules.ease`); where nothing is known of that, each in its turn.
    """
    gop = gop_frames(window.rate)
    film_s = film_frames / gop * ladder.GOP_S
    number = window.first_frame // (gop * GOPS_A_CHUNK)
    chunks = math.ceil(film_frames / (gop * GOPS_A_CHUNK))
    if number % math.ceil(chunks / CHUNKS_MEASURED_MAX):
        return None
    there = max(1, window.frames // gop)
    wanted, count = next((gops, threes) for most, gops, threes in _DENSITIES if film_s <= most)
    wanted = there if wanted == GOPS_A_CHUNK else min(there, wanted)
    firsts = range(there - wanted + 1)
    eases = gop_ease[window.first_frame // gop :][:there]
    if len(eases) == there:
        usual = fmean(eases)
        first = min(firsts, key=lambda at: abs(fmean(eases[at : at + wanted]) - usual))
    else:
        # Two and five have no common divisor: each GOP's turn comes.
        first = (2 * number) % len(firsts)
    return Looks(first, wanted, count)


def looked(window: Window, wanted: Looks) -> Window:
    """The stretch of a chunk that is measured."""
    gop = gop_frames(window.rate)
    start = wanted.first_gop * gop
    last = wanted.first_gop + wanted.gops >= window.frames // gop
    length = window.frames - start if last else wanted.gops * gop
    return Window(window.first_frame + start, length, window.rate)


def threes(frames: int, count: int, turn: int = 0) -> tuple[int, ...]:
    """The first frames of `count` threes, evenly over `frames`; each `turn` shifts them a little.

    None where there are not three frames. No two lie in step: encoders make every second, fourth
    or sixteenth picture better than those between, so even distances would see only some kinds.
    Any picture may be a middle one, but the first and the last: keyframes and those at the seams
    of the even distances are of the best kinds, and were they left out, films would look worse.
    """
    count = min(count, frames // THREE)
    if count < 1:
        return ()
    places = [n * frames // count for n in range(count + 1)]
    # Its multiples' fractions fall evenly, however many of them are taken.
    shifts = [(0.5 + (n + turn) * _GOLDEN) % 1.0 for n in range(count)]
    starts: list[int] = []
    for n, (place, following) in enumerate(pairwise(places)):
        middle = place + int(shifts[n] * (following - place))
        least = starts[-1] + THREE if starts else 0
        starts.append(min(max(middle - 1, least), frames - THREE * (count - n)))
    return tuple(starts)


def selected(starts: Sequence[int]) -> str:
    """The filter that lets only the threes through; everything where there are none."""
    wanted = "+".join(f"between(n\\,{start}\\,{start + THREE - 1})" for start in starts)
    return f"select={wanted}" if wanted else "null"


def numbered(starts: Sequence[int]) -> str:
    """The filter that counts pictures instead of times, after what leads to the first three."""
    count = "settb=1/25,setpts=N"
    lead = f"fps=25,tpad=start={LEAD}:start_mode=clone,{count}"
    return f"{count},{lead}" if starts else count


def verdict(parts: Sequence[Measured]) -> Verdict | None:
    """A rung's quality over all that was measured of it; None if nothing was.

    Each part counts as much as it is long, so that a short last chunk does not weigh more.
    """
    told = [(part.frames, part.vmaf) for part in parts if part.vmaf is not None]
    weight = sum(frames for frames, _ in told)
    if not weight:
        return None
    vmaf = sum(frames * one for frames, one in told) / weight
    scores = sorted(score for part in parts for score in part.scores)
    worst = scores[: max(1, round(_LOW_SHARE * len(scores)))]
    return Verdict(vmaf, sum(worst) / len(worst), len(scores))
