"""Rounds of chunks: a few first, the rest with what those taught, then what has to be mended.

A ladder is chosen from seconds of a film, and what a CRF gives over the whole of it is known
only once it is encoded. So a part of the chunks goes ahead; the CRFs of the others make up for
what it missed, and hardly anything is encoded twice.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from matinee.encoding.rules import ease, quality, samples
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.windows import GOPS_A_CHUNK, Window

# A quarter of a film tells enough of it, and of a very long one less.
AHEAD_SHARE, _AHEAD_MOST = 0.25, 48
# With fewer chunks there is nothing to gain.
_CHUNKS_LEAST = 3


class Round(BaseModel):
    """Rungs of a codec, and by the name of each the chunks that are to be encoded of it."""

    model_config = ConfigDict(frozen=True)

    rungs: tuple[Rung, ...]
    chunks: dict[str, tuple[int, ...]]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The chunks that anything is encoded of, in order."""
        return tuple(sorted({number for numbers in self.chunks.values() for number in numbers}))

    def of_chunk(self, number: int) -> tuple[Rung, ...]:
        """The rungs that a chunk is encoded for."""
        return tuple(rung for rung in self.rungs if number in self.chunks[rung.name])


def ahead(
    rungs: Sequence[Rung],
    cuts: Sequence[Window],
    gop_bytes: Sequence[int],
    gop_ease: Sequence[float] = (),
) -> Round:
    """The first round: of the film's chunks those that stand for all of it.

    `gop_bytes` are what each GOP takes at one quality, `gop_ease` is that of `rules.ease`; empty
    where nobody has counted.
    """
    frames = sum(cut.frames for cut in cuts)
    told = [n for n, cut in enumerate(cuts) if quality.looks(cut, frames) is not None]
    wanted = min(_AHEAD_MOST, math.ceil(AHEAD_SHARE * len(cuts)))
    if len(cuts) < _CHUNKS_LEAST or wanted >= len(told):
        return of_all(rungs, cuts)
    bits = [_bytes_of(n, len(cuts), gop_bytes) for n in told]
    eases = [ease.of_window(gop_ease, cuts[n]) for n in told]
    chosen = tuple(told[at] for at in samples.choose(bits, wanted, eases))
    return Round(rungs=tuple(rungs), chunks={rung.name: chosen for rung in rungs})


def of_all(rungs: Sequence[Rung], cuts: Sequence[Window]) -> Round:
    """A round of every chunk of the film."""
    every = tuple(range(len(cuts)))
    return Round(rungs=tuple(rungs), chunks={rung.name: every for rung in rungs})


def latest(rounds: Iterable[Round]) -> dict[str, dict[int, int]]:
    """By rung and chunk, the last round that encoded it."""
    found: dict[str, dict[int, int]] = {}
    for number, one in enumerate(rounds):
        for name, chunks in one.chunks.items():
            found.setdefault(name, {}).update(dict.fromkeys(chunks, number))
    return found


def rungs_of(rounds: Iterable[Round]) -> Mapping[str, Rung]:
    """Each rung by its name, as it was encoded last."""
    return {rung.name: rung for one in rounds for rung in one.rungs}


def _bytes_of(chunk: int, count: int, gop_bytes: Sequence[int]) -> int:
    first = chunk * GOPS_A_CHUNK
    last = len(gop_bytes) if chunk == count - 1 else first + GOPS_A_CHUNK
    here = gop_bytes[first:last]
    return round(sum(here) / len(here)) if here else 1
