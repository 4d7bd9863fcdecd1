"""What a long benchmark has measured of its pieces, so that one that was cut short goes on.

Pieces are kept in `.cache/bench` until the benchmark is whole, and only for the very code and
films that they were measured with.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bench.figures import ROOT

_KEPT = ROOT / ".cache" / "bench"


Piece = TypeVar("Piece")


class Unfinished(Generic[Piece]):
    """The pieces of one benchmark; `of` are files and folders that its figures depend on."""

    def __init__(
        self, name: str, kind: type[Piece], of: Iterable[Path], kept: Path = _KEPT
    ) -> None:
        self._folder = kept / name
        self._form = TypeAdapter(kind)
        self._mark = _mark(of)

    def piece(self, name: str, source: Path, measure: Callable[[], Piece]) -> Piece:
        """What was measured of a piece that is made of `source`, before or now."""
        path = self._folder / f"{name}-{_mark([source], self._mark)}.json"
        if path.exists():
            print(f"\n{name}: measured before, and not again", flush=True)
            return self._form.validate_json(path.read_bytes())
        found = measure()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(self._form.dump_json(found))
        draft.rename(path)
        return found

    def end(self) -> None:
        """Forget the pieces: the benchmark is whole, and measures anew the next time."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _mark(of: Iterable[Path], before: str = "") -> str:
    """A digest of what files and folders hold."""
    digest = hashlib.sha256(before.encode())
    for one in of:
        files = sorted(one.rglob("*.py")) if one.is_dir() else [one]
        for file in files:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
