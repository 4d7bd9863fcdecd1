"""Prints parts of this benchmark: `python -m bench.delivery caching`."""

import sys

from bench import figures
from bench.delivery import PARTS, measured

for part in sys.argv[1:] or PARTS:
    print(f"\n{part}: measuring …", flush=True)
    print(figures.table(measured(part)))
