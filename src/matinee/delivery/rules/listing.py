"""All portions that edges may hold, in an order that arrays can follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matinee.contracts.agents import RANGES
from matinee.delivery.rules.portions import bit, numbers
from matinee.delivery.rules.shape import Portions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Renditions are alike when the sizes of their files lie within half an octave.
_CLASSES_AN_OCTAVE = 2
_SIZE_CLASSES = 80


class PortionName(NamedTuple):
    """A range of a folder of a package."""

    package: str
    folder: str
    range: int


class FolderSets(NamedTuple):
    """A folder of a package and sets of its ranges, a bit each: to bring, to keep when asked."""

    package: str
    folder: str
    fill: int
    admit: int


@dataclass(frozen=True)
class Listing:
    """Packages and their portions; `place` tells where a portion stands."""

    packages: Sequence[str]
    names: Sequence[PortionName]
    place: Mapping[PortionName, int]
    portions: Portions

    @classmethod
    def of(cls, sizes: Iterable[tuple[PortionName, int, int]]) -> "Listing":
        """From how many files and bytes there are of each portion; what has no file is left out."""
        rows = sorted((name, files, size) for name, files, size in sizes if files > 0)
        names = [name for name, _, _ in rows]
        packages = sorted({name.package for name in names})
        at = {package: number for number, package in enumerate(packages)}
        files = np.array([count for _, count, _ in rows], dtype=np.int64)
        size = np.array([total for _, _, total in rows], dtype=np.int64)
        number = np.array([name.range for name in names], dtype=np.int64)
        portions = Portions(
            title=np.array([at[name.package] for name in names], dtype=np.int64),
            kind=_size_classes(names, files, size) * RANGES + number,
            first=number == 0,
            files=files,
            bytes=size,
        )
        return cls(packages, names, {name: n for n, name in enumerate(names)}, portions)

    def values(self, found: Mapping[PortionName, float]) -> Floats:
        """An array of what was found of portions; of what is not listed here nothing."""
        values = np.zeros(len(self.names))
        for name, value in found.items():
            if (place := self.place.get(name)) is not None:
                values[place] = value
        return values

    def held(self, ranges: Mapping[tuple[str, str], int]) -> Bools:
        """Which portions lie somewhere, from a set of ranges by package and folder."""
        found = np.zeros(len(self.names), dtype=np.bool_)
        for (package, folder), there in ranges.items():
            for number in numbers(there):
                if (place := self.place.get(PortionName(package, folder, number))) is not None:
                    found[place] = True
        return found


def folder_sets(listing: Listing, order: Ints, fill: Bools, wanted: Bools) -> list[FolderSets]:
    """What an edge is told, by folder, the best first.

    `order` has what is wanted and what lies there beside it. Of a folder of which nothing is wanted
    the latter may stay as long as there is room: it comes last, and the last goes first.
    """
    sets: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for place in order:
        package, folder, number = listing.names[place]
        one = sets[package, folder]
        one[0] |= bit(number) if fill[place] else 0
        one[1] |= bit(number) if wanted[place] else 0
        one[2] |= bit(number)
    return [
        FolderSets(package, folder, filled, admitted or there)
        for (package, folder), (filled, admitted, there) in sets.items()
    ]


def _size_classes(names: Sequence[PortionName], files: Ints, size: Ints) -> Ints:
    """A number for how large the files of each portion's folder are."""
    folders: dict[tuple[str, str], int] = {}
    folder = np.array(
        [folders.setdefault((name.package, name.folder), len(folders)) for name in names],
        dtype=np.int64,
    )
    mean = np.bincount(folder, size) / np.maximum(np.bincount(folder, files), 1)
    octaves = np.log2(np.maximum(mean, 1.0)) * _CLASSES_AN_OCTAVE
    found: Ints = np.clip(np.round(octaves), 0, _SIZE_CLASSES - 1).astype(np.int64)
    return found[folder]
