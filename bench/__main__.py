"""The command behind `bin/bench`: run benchmarks by name, keep and show what they measured.

A benchmark is a file of this folder with a function `measure()`, or a part of a folder that has
`PARTS` and `measured(part)`: `bin/bench delivery` runs all parts, `bin/bench delivery.caching` one.
Each is kept by itself, so that one that fails loses nothing of the others.
"""

import importlib
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench import figures

FOLDER = Path(__file__).parent


def names() -> dict[str, tuple[str, ...]]:
    """What can be asked for, and the benchmarks that each stands for."""
    found: dict[str, tuple[str, ...]] = {
        file.stem: (file.stem,)
        for file in sorted(FOLDER.glob("*.py"))
        if "\ndef measure() " in file.read_text()
    }
    for file in sorted(FOLDER.glob("*/__init__.py")):
        folder = file.parent.name
        parts = tuple(
            f"{folder}.{part}" for part in importlib.import_module(f"bench.{folder}").PARTS
        )
        found[folder] = parts
        found |= {part: (part,) for part in parts}
    return found


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, or all; 2 for a wrong name, 1 if one failed."""
    known = names()
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    wanted = [part for name in arguments or known for part in known[name]]
    failed = list(_failed(dict.fromkeys(wanted)))
    (figures.ROOT / "docs" / "figures.md").write_text(figures.page())
    if failed:
        print(f"Failed, and not kept: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _failed(wanted: Iterable[str]) -> Iterator[str]:
    """Run each; those that fail."""
    for name in wanted:
        print(f"\n{name}: measuring …", flush=True)
        try:
            measured = _measured(name)
        except (Exception, SystemExit):  # noqa: BLE001 - the others are measured all the same
            traceback.print_exc()
            yield name
            continue
        path = figures.keep(name, measured)
        print(figures.table(measured))
        print(f"kept in {path.relative_to(figures.ROOT)}", flush=True)


def _measured(name: str) -> list[figures.Figure]:
    folder, _, part = name.partition(".")
    module = importlib.import_module(f"bench.{folder}")
    found: list[figures.Figure] = module.measured(part) if part else module.measure()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
