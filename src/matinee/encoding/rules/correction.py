"""What is still to be encoded of a rung so that the film gets the quality that was aimed at.

The rest of a film makes up for what its first chunks missed; where all of it is there and
still off, as few chunks as possible are encoded once more.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matinee.encoding.rules.curves import Curve, odds_of, vmaf_of

# What is promised is one; measuring some of the frames may be off by a little.
DEVIATION_MAX = 1.0
_TOLERANCE = 0.6
ROUNDS_MAX = 4
# Between two chunks nobody sees so much, so the others may make up for it.
_UNSEEN = 1.5
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
    """What there is of a rung: its chunks by number, of a film whose chunks have `frames`."""

    frames: Sequence[int]
    pieces: Mapping[int, Piece]
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


class Order(NamedTuple):
    """Chunks to encode, and the CRF to do it with."""

    crf: float
    chunks: tuple[int, ...]


def order(curve: Curve, aim: float, made: Made) -> Order | None:
    """What to encode next of a rung that is aimed at `aim`; None where that is no use.

    No use where all is there, and the aim is met, a cap holds the quality, or there were rounds
    enough.
    """
    if not made.told:
        crf = max(piece.crf for piece in made.pieces.values())
        return Order(crf, made.missing) if made.missing else None
    off = made.mean(made.told) - aim
    if made.missing:
        chunks = made.missing if abs(off) <= _UNSEEN else tuple(range(len(made.frames)))
        return Order(_crf(curve, aim, made, chunks), chunks)
    if abs(off) <= _TOLERANCE or made.rounds >= ROUNDS_MAX or is_held(curve, made.redone):
        return None
    chunks = _enough(made, off)
    crf = _crf(curve, aim, made, chunks)
    return None if all(made.pieces[n].crf == crf for n in chunks) else Order(crf, chunks)


def is_held(curve: Curve, redone: Sequence[Redone]) -> bool:
    """Whether better was asked for and not given: the cap or the source itself is the limit."""
    expected, gained = _gains(curve, redone)
    return expected > 0 and gained < _HELD_BELOW * expected


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
    count = math.ceil(len(made.frames) * abs(off) / _UNSEEN)
    if count >= len(made.frames) or len(made.told) < len(made.frames):
        return tuple(range(len(made.frames)))
    sign = 1 if off > 0 else -1
    # Those first that are furthest from where the film must go; of equal ones, evenly spread.
    by_need = sorted(made.pieces, key=lambda n: (sign * made.pieces[n].crf, n * _GOLDEN % 1.0))
    return tuple(sorted(by_need[:count]))


def _crf(curve: Curve, aim: float, made: Made, chunks: Sequence[int]) -> float:
    """The CRF for `chunks` that brings the whole film nearest to its aim."""
    told, anew = made.told, set(chunks)
    usual = made.mean(told)
    kept = {n: told.get(n, usual) for n in made.pieces if n not in anew}
    steep = _steepness(curve, made.redone)

    def film(crf: float) -> float:
        there = {n: _moved(curve, made.pieces[n].crf, v, crf, steep) for n, v in told.items()}
        expected = made.mean(there)
        return made.mean(kept | {n: there.get(n, expected) for n in anew})

    return min(curve.crfs(), key=lambda crf: abs(film(crf) - aim))


def _moved(curve: Curve, crf: float, vmaf: float, to: float, steep: float) -> float:
    """The quality that a chunk would have at another CRF."""
    return vmaf_of(odds_of(vmaf) + steep * (curve.odds_at(to) - curve.odds_at(crf)))


def _steepness(curve: Curve, redone: Sequence[Redone]) -> float:
    """How much more a CRF does here than the samples told, from what was encoded twice."""
    expected, gained = _gains(curve, redone)
    if not expected:
        return 1.0
    return min(max(gained / expected, _STEEPNESS[0]), _STEEPNESS[1])


def _gains(curve: Curve, redone: Sequence[Redone]) -> tuple[float, float]:
    """The odds that encoding again should have gained, and those that it did."""
    expected = gained = 0.0
    for before, after in redone:
        if before.vmaf is not None and after.vmaf is not None:
            expected += curve.odds_at(after.crf) - curve.odds_at(before.crf)
            gained += odds_of(after.vmaf) - odds_of(before.vmaf)
    return expected, gained
