"""How good recommendations are, beside the libraries that others use: the same data, split and run.

Each part is a file with a function `measure() -> list[Figure]`; `bin/bench recommendations.PART`
runs one.
"""

import importlib
import importlib.util
from pathlib import Path

from bench.figures import Figure

# In this order; the dearest last.
PARTS = (
    "search",
    "strong",
    "cold",
    "in_time",
    "in_order",
    "off_policy",
    "pages",
    "at_once",
    "spark",
)


def measured(part: str) -> list[Figure]:
    """One part; ends with a sentence where the peers are missing."""
    if importlib.util.find_spec("irspack") is None:
        lock = Path("requirements/peers.txt")
        raise SystemExit(f"The peers are missing: .venv/bin/uv pip install -r {lock}")
    if part == "spark" and importlib.util.find_spec("pyspark") is None:
        lock = Path("requirements/spark.txt")
        raise SystemExit(f"Spark is missing: .venv/bin/uv pip install -r {lock}")
    figures: list[Figure] = importlib.import_module(f"bench.recommendations.{part}").measure()
    return figures
