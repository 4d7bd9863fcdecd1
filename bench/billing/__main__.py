"""Prints parts of this benchmark: `python -m bench.billing renewals`."""

import sys

from bench import figures
from bench.billing import PARTS, measured

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"\n{part}: measuring …", flush=True)
        print(figures.table(measured(part)))
