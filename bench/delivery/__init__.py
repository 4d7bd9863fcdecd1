"""How well the delivery network decides and serves, beside the caches and rules that others use.

Each part is a file with a function `measure() -> list[Figure]`; `bin/bench delivery.PART` runs one.
"""

import importlib
import importlib.util

from bench.figures import Figure

# In this order; each is a file beside this one.
PARTS = ("caching", "placing", "routing", "deciding", "edge_throughput", "purge", "failover")
_NEEDS_PEERS = {"caching"}


def measured(part: str) -> list[Figure]:
    """One part; ends with a sentence where the peers are missing."""
    if part in _NEEDS_PEERS and importlib.util.find_spec("libcachesim") is None:
        lock = "requirements/peers.txt"
        raise SystemExit(f"The peers are missing: .venv/bin/uv pip install -r {lock}")
    figures: list[Figure] = importlib.import_module(f"bench.delivery.{part}").measure()
    return figures
