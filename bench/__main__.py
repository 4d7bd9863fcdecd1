"""The command behind `bin/bench`: run benchmarks by name, keep and show what they measured."""

import importlib
import sys
from pathlib import Path

from bench import figures

FOLDER = Path(__file__).parent
NAMES = sorted(
    file.parent.name if file.stem == "__init__" else file.stem
    for file in (*FOLDER.glob("*.py"), *FOLDER.glob("*/__init__.py"))
    if "\ndef measure() " in file.read_text()
)


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, all of them if none is named; 2 for a wrong name."""
    unknown = sorted(set(arguments) - set(NAMES))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in arguments or NAMES:
        print(f"\n{name}: measuring …", flush=True)
        measured = importlib.import_module(f"bench.{name}").measure()
        path = figures.keep(name, measured)
        print(figures.table(measured))
        print(f"kept in {path.relative_to(figures.ROOT)}")
    readme = figures.ROOT / "README.md"
    readme.write_text(figures.with_summary(readme.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
