"""How exactly and how fast money is reckoned.

Each part is a file with a function `measure() -> list[Figure]`; `python -m bench.billing PART ...`
prints some of them and keeps nothing.
"""

import importlib

from bench.figures import Figure

# In this order; each is a file beside this one.
PARTS = ("renewals", "year")


def measure() -> list[Figure]:
    """Every part."""
    return [figure for part in PARTS for figure in measured(part)]


def measured(part: str) -> list[Figure]:
    """One part."""
    figures: list[Figure] = importlib.import_module(f"bench.billing.{part}").measure()
    return figures
