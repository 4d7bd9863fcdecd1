"""What is still to be encoded of a rung so that the film gets the quality that was aimed at.

The rest of a film makes up for what its first chunks missed; where all of it is there and
still off, as few chunks as possible are encoded once more.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from matinee.encoding.rules import ease, quality
from matinee.encoding.rules.curves import Curve, odds_of, vmaf_of

# What is promised is one; measuring some of the frames is off by 0.3, as far as it goes.
DEVIATION_MAX = 1.0
_TOLERANCE = 0.7
ROUNDS_MAX = 5
# Of so few chunks each counts for much, so what is left of them comes half by half.
_FEW_CHUNKS = range(4, 25)
# Less than is just noticed (6), and than the scenes of a film differ by anyway: so much a chunk
# may be better or worse to make up for others.
_UNSEEN = 5.0
# Mending ends this near the aim: the less is changed, the more alike scenes stay.
_NEAR = 0.4
# What is still missing need not do more: near perfection a tenth of VMAF costs several CRFs.
_CLOSE = 0.25
# A film's own curve is about as steep as its samples', unless a cap holds it.
_STEEPNESS = (0.5, 2.0)
# The share of the expected gain below which a cap, and not the CRF, holds the quality.
_HELD_BELOW = 0.25
_GOLDEN = 0.618034


class Piece(NamedTuple):
    """A chunk as it was encoded: its CRF, and its VMAF where it was measured."""

    crf: float
    vmaf: float | None


class Redone(NamedTuple):
    """A chunk before and after it was encoded once more."""

    before: Piece
    after: Piece


@dataclass(frozen=True)
class Made:
    """What there is of a rung: its chunks by number, of a film whose chunks have `frames`.

    `ease` is that of `rules.ease`, by chunk; empty where nothing is known.
    """

    frames: Sequence[int]
    pieces: Mapping[int, Piece]
    ease: Sequence[float] = ()
    redone: Sequence[Redone] = ()
    rounds: int = 1

    @property
    def missing(self) -> tuple[int, ...]:
        """The chunks that were never encoded."""
        return tuple(n for n in range(len(self.frames)) if n not in self.pieces)

    @property
    def told(self) -> dict[int, float]:
        """The quality of the chunks that were measured."""
        return {n: p.vmaf for n, p in self.pieces.items() if p.vmaf is not None}

    def mean(self, vmaf: Mapping[int, float]) -> float:
        """The mean of some chunks' quality, each as much as it is long."""
        return sum(self.frames[n] * v for n, v in vmaf.items()) / sum(self.frames[n] for n in vmaf)

    def forecast(self, curve: Curve) -> Callable[[Mapping[int, float]], float]:
        """What gives the film's quality with CRFs by chunk.

        A chunk that was measured moves along the curve, as steep as the film has shown itself to
        be; others are as much above or below those as they are easier or harder.
        """
        eases = self.ease or [0.0] * len(self.frames)
        steep = _steepness(curve, self.redone)
        own = {
            n: odds_of(v) - steep * curve.odds_at(self.pieces[n].crf) for n, v in self.told.items()
        }
        usual, middle = fmean(own.values()), fmean(eases[n] for n in own)

        def odds(n: int, crf: float) -> float:
            moved = steep * curve.odds_at(crf)
            if n in own:
                return own[n] + moved
            guess = usual + moved
            return guess + ease.slope(guess) * (eases[n] - middle)

        return lambda crfs: self.mean({n: vmaf_of(odds(n, crf)) for n, crf in crfs.items()})


class Order(NamedTuple):
    """Chunks to encode, and the CRF to do it with."""

    crf: float
    chunks: tuple[int, ...]


def order(curve: Curve, aim: float, made: Made) -> Order | None:
    """What to encode next of a rung that is aimed at `aim`; None where that is no use.

    No use where all is there, and the aim is met, a cap holds the quality, or there were rounds
    enough.
    """
    crfs = {n: piece.crf for n, piece in made.pieces.items()}
    if made.missing:
        crf = max(crfs.values())
        if not made.told:
            return Order(crf, made.missing)
        off = made.forecast(curve)(dict.fromkeys(made.missing, crf) | crfs) - aim
        is_kept = abs(off) <= (_UNSEEN if is_seen_whole(made) else _TOLERANCE)
        chunks = made.missing if is_kept else tuple(range(len(made.frames)))
        crf = _crf(Goal(curve, aim, _CLOSE), made, chunks)
        return Order(crf, _following(made) if is_kept else chunks)
    off = made.mean(made.told) - aim if made.told else 0.0
    if abs(off) <= _TOLERANCE or made.rounds >= ROUNDS_MAX or is_held(curve, made.redone):
        return None
    chunks = _enough(made, off)
    crf = _crf(Goal(curve, aim, _NEAR), made, chunks)
    return None if all(made.pieces[n].crf == crf for n in chunks) else Order(crf, chunks)


def _following(made: Made) -> tuple[int, ...]:
    """What is missing, or half of it spread over the film, so that the rest makes up for that.

    The last one of few misses by little, so hardly anything is encoded twice; a round is left for
    where it is.
    """
    few = len(made.frames) in _FEW_CHUNKS and made.rounds < ROUNDS_MAX - 2
    return made.missing[::2] if few else made.missing


def is_seen_whole(made: Made) -> bool:
    """Whether every chunk is measured; else those of one CRF might count for too much."""
    return len(made.frames) <= quality.CHUNKS_MEASURED_MAX


def is_held(curve: Curve, redone: Sequence[Redone]) -> bool:
    """Whether better was asked for and not given: the cap or the source itself is the limit."""
    better = [gain for gain in _gains(curve, redone) if gain.expected > 0]
    expected = sum(gain.expected for gain in better)
    return expected > 0 and sum(gain.found for gain in better) < _HELD_BELOW * expected


def honest_aim(curve: Curve, aim: float, made: Made) -> float:
    """The aim, or what was reached where more cannot be had."""
    if not made.told:
        return aim
    reached = made.mean(made.told)
    ends = {curve.scale.lowest, curve.scale.highest}
    at_the_end = all(piece.crf in ends for piece in made.pieces.values())
    missed = abs(reached - aim) > DEVIATION_MAX
    return round(reached, 2) if missed and (at_the_end or is_held(curve, made.redone)) else aim


def _enough(made: Made, off: float) -> tuple[int, ...]:
    """As few chunks as can bring the film back by `off` without being seen among the others."""
    count = math.ceil(len(made.frames) * (abs(off) - _NEAR) / _UNSEEN)
    if count >= len(made.frames) or not is_seen_whole(made):
        return tuple(range(len(made.frames)))
    sign = 1 if off > 0 else -1
    # Those first that are furthest from where the film must go; of equal ones, evenly spread.
    by_need = sorted(made.pieces, key=lambda n: (sign * made.pieces[n].crf, n * _GOLDEN % 1.0))
    return tuple(sorted(by_need[:count]))


class Goal(NamedTuple):
    """What a rung is aimed at, by which curve, and how far from it is near enough."""

    curve: Curve
    aim: float
    near: float = 0.0


def _crf(goal: Goal, made: Made, chunks: Sequence[int]) -> float:
    """The CRF for `chunks` that brings the whole film near its aim, with the least change."""
    kept = {n: piece.crf for n, piece in made.pieces.items()}
    usual = fmean(kept.values())
    film = made.forecast(goal.curve)

    def misfit(crf: float) -> tuple[float, float]:
        off = abs(film(kept | dict.fromkeys(chunks, crf)) - goal.aim)
        return max(0.0, off - goal.near), abs(crf - usual)

    return min(goal.curve.crfs(), key=misfit)


class _Gain(NamedTuple):
    """The odds that encoding a chunk again should have gained, and those that it did."""

    expected: float
    found: float


def _steepness(curve: Curve, redone: Sequence[Redone]) -> float:
    """How much more a CRF does here than the samples told, from what was encoded twice.

    By least squares: steps there and back tell as much as two that go on.
    """
    gains = _gains(curve, redone)
    weight = sum(gain.expected**2 for gain in gains)
    if not weight:
        return 1.0
    steep = sum(gain.expected * gain.found for gain in gains) / weight
    return min(max(steep, _STEEPNESS[0]), _STEEPNESS[1])


def _gains(curve: Curve, redone: Sequence[Redone]) -> list[_Gain]:
    """What each chunk that was measured before and after should have gained, and did."""
    return [
        _Gain(
            curve.odds_at(after.crf) - curve.odds_at(before.crf),
            odds_of(after.vmaf) - odds_of(before.vmaf),
        )
        for before, after in redone
        if before.vmaf is not None and after.vmaf is not None
    ]
