"""What lies in an edge's store, as the disk says."""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from matinee.contracts.agents import RANGES, HeldPortion, PackageIndex
from matinee.delivery.agent.folder import EdgeFolder
from matinee.delivery.rules import portions

Key = tuple[str, str]


@dataclass(frozen=True)
class Lying:
    """Files and bytes of a folder by range."""

    files: tuple[int, ...] = (0,) * RANGES
    bytes: tuple[int, ...] = (0,) * RANGES


class Holdings:
    """Knows what lies where; `look` tells it what to look at again. Safe between threads.

    A range counts as held only when every file of it is there: a player that was sent
    here for it must not find half of it.
    """

    def __init__(self, folder: EdgeFolder) -> None:
        self._folder = folder
        self._lying: dict[Key, Lying] = {}
        self._expected: dict[Key, Lying] = {}
        self._changed: set[Key] = set()
        self._lock = threading.Lock()

    def scan(self) -> None:
        """Look at everything."""
        found = set(self._folder.held_folders())
        for key in found | set(self.keys_held()):
            self.look(*key)

    def all_changed(self) -> None:
        """Tell of everything that lies there once more."""
        with self._lock:
            self._changed |= set(self._lying)

    def look(self, package: str, folder: str) -> None:
        """Look at one folder again."""
        found = self._look(package, folder)
        key = (package, folder)
        with self._lock:
            if self._lying.get(key, Lying()) == found:
                return
            self._changed.add(key)
            if any(found.files):
                self._lying[key] = found
            else:
                self._lying.pop(key, None)

    def learn(self, index: PackageIndex) -> None:
        """Take from an index how much of each range there is."""
        files: dict[Key, list[int]] = {}
        sizes: dict[Key, list[int]] = {}
        for file in index.files:
            place = portions.place_of(file.path)
            key = (index.package, place.folder)
            files.setdefault(key, [0] * RANGES)[place.range] += 1
            sizes.setdefault(key, [0] * RANGES)[place.range] += file.bytes
        with self._lock:
            for key, counts in files.items():
                expected = Lying(tuple(counts), tuple(sizes[key]))
                if self._expected.get(key) != expected:
                    self._expected[key] = expected
                    self._changed.add(key)

    def forget(self, packages: Iterable[str]) -> None:
        """Expect nothing of these any more."""
        gone = set(packages)
        with self._lock:
            self._expected = {k: v for k, v in self._expected.items() if k[0] not in gone}

    def held(self, package: str, folder: str) -> int:
        """The set of ranges that are there whole."""
        with self._lock:
            return self._held((package, folder))

    def lacking(self, package: str, folder: str, ranges: int) -> int | None:
        """Those of the ranges that are not there whole; None until the index is known."""
        key = (package, folder)
        with self._lock:
            expected = self._expected.get(key)
            if expected is None:
                return None
            there = portions.bits(n for n in range(RANGES) if expected.files[n])
            return ranges & there & ~self._held(key)

    def bytes_of(self, package: str, folder: str, ranges: int) -> int:
        """What lies there of these ranges."""
        with self._lock:
            lying = self._lying.get((package, folder), Lying())
        return sum(lying.bytes[number] for number in portions.numbers(ranges))

    def expected_bytes(self, package: str, folder: str, ranges: int) -> int:
        """What these ranges come to when they are whole; 0 until the index is known."""
        with self._lock:
            expected = self._expected.get((package, folder), Lying())
        return sum(expected.bytes[number] for number in portions.numbers(ranges))

    def used_bytes(self) -> int:
        """All that lies in the store."""
        with self._lock:
            return sum(sum(lying.bytes) for lying in self._lying.values())

    def keys_held(self) -> list[Key]:
        """Every folder that something lies of."""
        with self._lock:
            return sorted(self._lying)

    def take_changed(self, count: int) -> list[HeldPortion]:
        """At most `count` of what changed since it was taken last."""
        with self._lock:
            keys = sorted(self._changed)[:count]
            self._changed.difference_update(keys)
            return [self._portion(key) for key in keys]

    def _portion(self, key: Key) -> HeldPortion:
        lying = self._lying.get(key, Lying())
        return HeldPortion(
            package=key[0], folder=key[1], ranges=self._held(key), bytes=sum(lying.bytes)
        )

    def _held(self, key: Key) -> int:
        lying = self._lying.get(key, Lying())
        expected = self._expected.get(key)
        if expected is None:
            return 0
        return portions.bits(
            number
            for number in range(RANGES)
            if expected.files[number] and lying.files[number] >= expected.files[number]
        )

    def _look(self, package: str, folder: str) -> Lying:
        files, sizes = [0] * RANGES, [0] * RANGES
        try:
            with os.scandir(self._folder.file(package, folder)) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        place = portions.place_of(path)
                        files[place.range] += 1
                        sizes[place.range] += entry.stat(follow_symlinks=False).st_size
        except (FileNotFoundError, NotADirectoryError):
            return Lying()
        return Lying(tuple(files), tuple(sizes))
