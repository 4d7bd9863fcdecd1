"""How exactly and how fast money is reckoned.

Each part is a file with a function `measure() -> list[Figure]`; `bin/bench billing.PART` runs one.
"""

import importlib

from bench.figures import Figure

# In this order; each is a file beside this one.
PARTS = ("renewals", "year", "lives")


def measured(part: str) -> list[Figure]:
    """One part."""
    figures: list[Figure] = importlib.import_module(f"bench.billing.{part}").measure()
    return figures
