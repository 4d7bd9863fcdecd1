"""What well-kept caches make of the same requests: libcachesim's, each with its authors' settings.

A cache stores every segment that it misses (unless its own admission refuses it), so that its
misses are both what it takes from the origin and what it writes.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import libcachesim as peers
import numpy as np

from bench.delivery.workload import Ints, Requests

# The record of libcachesim's "oracleGeneral" traces: its documentation, "trace formats".
_RECORD = np.dtype(
    [("at_s", "<u4"), ("item", "<u8"), ("size", "<u4"), ("next", "<i8")], align=False
)
_NEVER = -1
ALGORITHMS = {
    "LRU": peers.LRU,
    "ARC": peers.ARC,
    "SIEVE": peers.Sieve,
    "S3-FIFO": peers.S3FIFO,
    "3L-Cache": peers.ThreeLCache,
    "Belady": peers.Belady,
}


def origin_shares(
    asked: Requests, capacity: int, warm_s: float, names: Iterable[str]
) -> dict[str, float]:
    """The share of bytes that each cache of so many bytes took from the origin once it was warm."""
    n_warm = int(np.searchsorted(asked.at_s, warm_s))
    with tempfile.TemporaryDirectory(prefix="matinee-trace-") as folder:
        path = Path(folder) / "requests.oracleGeneral"
        _records(asked).tofile(path)
        return {name: _origin_share(name, path, capacity, n_warm) for name in names}


def _origin_share(name: str, path: Path, capacity: int, n_warm: int) -> float:
    reader = peers.TraceReader(str(path), peers.TraceType.ORACLE_GENERAL_TRACE)
    cache = ALGORITHMS[name](capacity)
    cache.process_trace(reader, start_req=0, max_req=n_warm)
    _, missed = cache.process_trace(reader, start_req=n_warm)
    return float(missed)


def _records(asked: Requests) -> np.ndarray:
    records = np.empty(len(asked.item), _RECORD)
    records["at_s"] = asked.at_s
    records["item"] = asked.item + 1  # 0 means none there
    records["size"] = asked.size
    records["next"] = following(asked.item)
    return records


def following(item: Ints) -> Ints:
    """When each item is asked for next, as a place in the order; -1 if never again."""
    order = np.lexsort((np.arange(len(item)), item))
    found = np.full(len(item), _NEVER, dtype=np.int64)
    is_same = item[order][1:] == item[order][:-1]
    found[order[:-1][is_same]] = order[1:][is_same]
    return found
