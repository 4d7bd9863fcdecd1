"""Prints parts of this benchmark: `python -m bench.recommendations strong cold`."""

import sys

from bench import figures
from bench.recommendations import PARTS, measured

for part in sys.argv[1:] or PARTS:
    print(f"\n{part}: measuring …", flush=True)
    print(figures.table(measured(part)))
