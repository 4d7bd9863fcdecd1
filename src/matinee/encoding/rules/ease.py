"""How easily each GOP of a film keeps its looks at few bits, told by the quick rungs alone.

Where the low quick rung is nearly as good as the tall one, any rung is good; where it is much
worse, so are all. The logit of the low one's VMAF against the tall one's goes with that of
real rungs against the film, and costs a decode of two small files. So pieces of a film tell
what the whole of it would give.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean as mean

from matinee.encoding.rules import ladder
from matinee.encoding.rules.curves import odds_of, vmaf_of
from matinee.encoding.rules.quality import LEAD, THREE
from matinee.encoding.rules.windows import Window, gop_frames

# Up to so many seconds, two threes of pictures of each GOP are looked at; above, one.
_TWICE_S = 240.0
_SLOPES = (0.4, 1.1)
# A film longer than the first is looked at in parts no longer than the second, side by side.
_ALONE_S, _PART_S = 180.0, 45.0


def parts(film_s: float) -> int:
    """In how many parts a film is looked at; 1 where it is looked at as a whole."""
    return math.ceil(film_s / _PART_S) if film_s > _ALONE_S else 1


def part(frames: int, rate: str, number: int, of: int) -> Window:
    """Which GOPs of a film one of its parts is."""
    gop = gop_frames(rate)
    gops = -(-frames // gop)
    first, end = (min(frames, gops * n // of * gop) for n in (number, number + 1))
    return Window(first, end - first, rate)


def places(frames: int, rate: str) -> tuple[int, ...]:
    """Where in each GOP the threes begin that are looked at."""
    gop = gop_frames(rate)
    film_s = frames / gop * ladder.GOP_S
    wanted = (1 / 4, 3 / 4) if film_s <= _TWICE_S else (1 / 2,)
    # The last picture of a three must lie within the GOP, and two of them apart.
    found = dict.fromkeys(max(0, min(int(gop * at) - 1, gop - THREE)) for at in wanted)
    return tuple(found) if gop >= len(found) * THREE else tuple(found)[:1]


def selected(frames: int, rate: str) -> str:
    """The filter that lets only those threes through, numbered, after what leads to them."""
    gop = gop_frames(rate)
    inside = f"mod(n\\,{gop})"
    wanted = "+".join(f"between({inside}\\,{at}\\,{at + THREE - 1})" for at in places(frames, rate))
    count = "settb=1/25,setpts=N"
    return f"select={wanted},{count},fps=25,tpad=start={LEAD}:start_mode=clone,{count}"


def scored(scores: Sequence[float], part: Window, frames: int) -> list[float | None]:
    """A part's scores, one for each of its threes: None for what was not measured of it."""
    gop = gop_frames(part.rate)
    lengths = (min(gop, part.frames - n) for n in range(0, part.frames, gop))
    count = sum(at + THREE <= held for held in lengths for at in places(frames, part.rate))
    return [*scores[:count], *[None] * (count - len(scores))]


def of_gops(scores: Iterable[float | None], frames: int, rate: str) -> list[float]:
    """The ease of each GOP from the VMAF of the threes, which come in order.

    A GOP at the end that is too short for a three is as easy as the film.
    """
    gop = gop_frames(rate)
    left = iter(scores)
    found: list[float | None] = []
    for first in range(0, frames, gop):
        held = min(gop, frames - first)
        seen = [next(left, None) for at in places(frames, rate) if at + THREE <= held]
        told = [score for score in seen if score is not None]
        found.append(odds_of(mean(told)) if told else None)
    known = [odds for odds in found if odds is not None]
    usual = mean(known) if known else 0.0
    return [round(usual if odds is None else odds, 4) for odds in found]


def of_window(by_gop: Sequence[float], window: Window) -> float:
    """The ease of a stretch of the film; none where nothing is known of it."""
    gop = gop_frames(window.rate)
    here = by_gop[window.first_frame // gop : -(-(window.first_frame + window.frames) // gop)]
    return mean(here) if here else 0.0


def slope(odds: float) -> float:
    """How much of a difference in ease a rung of this quality, as odds, shows.

    Near perfection there is less to lose: fitted to rungs of VMAF 40 to 95 (1.04 to 0.5).
    """
    return min(_SLOPES[1], max(_SLOPES[0], 1.0 - 0.17 * odds))


def moved(vmaf: float, ease: float, to: float) -> float:
    """The VMAF that a piece of one ease tells of a piece of another."""
    odds = odds_of(vmaf)
    return vmaf_of(odds + slope(odds) * (to - ease))


def film_vmaf(by_gop: Sequence[float], seen: Sequence[tuple[float, float]]) -> float:
    """The film's mean VMAF from pieces of it, each with its ease and its VMAF.

    Their own mean, and what the film should differ from them by (a difference estimator).
    """
    told = mean(vmaf for _, vmaf in seen)
    if not by_gop:
        return told
    odds = mean(odds_of(vmaf) for _, vmaf in seen)
    usual = mean(ease for ease, _ in seen)

    def expected(eases: Iterable[float]) -> float:
        return mean(vmaf_of(odds + slope(odds) * (ease - usual)) for ease in eases)

    differing = expected(by_gop) - expected(ease for ease, _ in seen)
    return min(100.0, max(0.0, told + differing))
