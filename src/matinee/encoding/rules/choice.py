"""Which rungs a film gets: what is tried, and what is cut from the hull of the trials."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding.rules import curves, filters, ladder
from matinee.encoding.rules.curves import Curve, Shot
from matinee.encoding.rules.hull import Spot, concave, front, spots_of
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.source import Picture

# Above it hardly anybody sees a difference to the film itself.
VMAF_TOP = 95.0
# The same of few pixels: what a smaller one saves is little, and far less than is seen may be lost.
_SMALL_LINES, _SMALL_ALIKE_VMAF = 576, 0.5
# A rung's peak against its mean, as Apple's authoring specification allows for films (1.29).
_PEAK = 2.0
_CAP_LEAST_BPS = 150_000
# A trial shows what a quality takes; the cap comes with the rung.
_UNCAPPED_BPS = 90_000_000


class Spacing(NamedTuple):
    """How far rungs stand apart: even to the eye, as far as the bits' ratio is within bounds."""

    vmaf_step: float
    ratio_min: float
    ratio_max: float
    # The lowest rung takes no more than this, so that a poor mobile line carries it.
    bottom_bps: int
    rungs_min: int
    rungs_max: int
    # How much less a smaller size may give for the same bits than one of many pixels, to be taken:
    # it costs half, and less than is just noticed (6) is lost.
    alike_vmaf: float


SPACINGS: dict[VideoCodec, Spacing] = {
    "h264": Spacing(10.0, 2.0, 2.5, 200_000, 3, 7, 2.0),
    # It needs half the bits, so fewer steps lead down to what every line carries.
    "av1": Spacing(10.0, 1.8, 3.2, 200_000, 2, 6, 3.0),
}

# CRFs to try, of the film's own size, of the one below and of all others: the first serves the top
# of the ladder, the others what is below. AV1 keeps its larger sizes longest, so of the smallest a
# single trial tells enough.
_CRFS: dict[VideoCodec, tuple[tuple[float, ...], ...]] = {
    "h264": ((24.0, 31.0), (25.0, 34.0), (26.0, 34.0)),
    "av1": ((28.0, 50.0), (37.0, 50.0), (48.0,)),
}


def trial_crfs(codec: VideoCodec, place: int) -> tuple[float, ...]:
    """The CRFs to try of a film's sizes, counted from its tallest."""
    return _CRFS[codec][min(place, len(_CRFS[codec]) - 1)]


def trial_rung(codec: VideoCodec, film: Picture, lines: int, rate: str, crf: float) -> Rung:
    """What a trial encodes: a rung of that size without a cap."""
    made = ladder.rung_of(f"{codec}-trial", film.display_size, lines, Fraction(rate), crf)
    kept = filters.dynamic_range_of(film) if codec == "av1" else "sdr"
    new = {"codec": codec, "bitrate_bps_max": _UNCAPPED_BPS, "dynamic_range": kept}
    return made.model_copy(update=new)


def curves_of(codec: VideoCodec, trials: Sequence[Trial]) -> dict[int, Curve]:
    """The curve of each size, by lines."""
    shots: dict[int, list[Shot]] = {}
    for one in trials:
        if one.codec == codec:
            shots.setdefault(one.lines, []).append(Shot(one.crf, one.bitrate_bps, one.vmaf))
    if not shots:
        return {}
    tallest = max(shots)
    own = curves.fit(codec, shots[tallest])
    smaller = {
        lines: curves.fit(codec, found, tallest / lines, own)
        for lines, found in shots.items()
        if lines != tallest
    }
    return {tallest: own, **smaller}


def spots(codec: VideoCodec, by_lines: dict[int, Curve]) -> list[Spot]:
    """The rungs' places, best first: along the front of all sizes, from the top downwards."""
    every = spots_of(by_lines)
    line = front(every)
    spacing = SPACINGS[codec]
    reached = [spot for spot in line if spot.vmaf >= VMAF_TOP]
    chosen = [reached[0] if reached else line[-1]]
    while len(chosen) < spacing.rungs_max:
        above = chosen[-1]
        if above.bitrate_bps <= spacing.bottom_bps and len(chosen) >= spacing.rungs_min:
            break
        lower = [s for s in line if s.bitrate_bps * spacing.ratio_min <= above.bitrate_bps]
        if not lower:
            break
        near = [
            s
            for s in lower
            if s.vmaf >= above.vmaf - spacing.vmaf_step
            and s.bitrate_bps * spacing.ratio_max >= above.bitrate_bps
        ]
        best = near[0] if near else lower[-1]
        chosen.append(_lightest(every, best, spacing.alike_vmaf))
    return chosen


def _lightest(every: Sequence[Spot], best: Spot, alike_vmaf: float) -> Spot:
    """The smallest size that looks the same for the same bits: it is made and played with less."""
    least = best.vmaf - (_SMALL_ALIKE_VMAF if best.lines <= _SMALL_LINES else alike_vmaf)
    alike = [
        spot
        for spot in every
        if spot.lines < best.lines and spot.bitrate_bps <= best.bitrate_bps and spot.vmaf >= least
    ]
    return min(alike, key=lambda spot: (spot.lines, -spot.vmaf), default=best)


def rungs(codec: VideoCodec, trials: Sequence[Trial], film: Picture, rate: str) -> list[Rung]:
    """The film's ladder in a codec, best first."""
    made = []
    for number, spot in enumerate(spots(codec, curves_of(codec, trials)), 1):
        rung = trial_rung(codec, film, spot.lines, rate, spot.crf)
        new = {
            "name": f"{codec}-{number}",
            "bitrate_bps_max": max(_CAP_LEAST_BPS, round(_PEAK * spot.bitrate_bps)),
            "vmaf_aim": round(spot.vmaf, 2),
        }
        made.append(rung.model_copy(update=new))
    return made


def marked(trials: Sequence[Trial]) -> list[Trial]:
    """One codec's trials, with those on the hull of what was tried marked."""
    tried = [Spot(t.lines, t.crf, float(t.bitrate_bps), t.vmaf) for t in trials]
    best = {(spot.lines, spot.crf) for spot in concave(tried)}
    return [one.model_copy(update={"on_hull": (one.lines, one.crf) in best}) for one in trials]
