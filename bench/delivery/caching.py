"""Bytes that an edge takes from the origin and writes to its disk, beside well-kept caches.

The disk holds a twentieth of the catalogue. The aims, 0.222 and 0.215, were stated beside caches
on other requests, of which LRU took 0.309 from the origin, ARC 0.254, SIEVE 0.246, S3-FIFO 0.239
and Belady's foreknowledge 0.176. Requests of the same description whose titles' ranks weigh by a
power of 1.0 are flatter: LRU takes 0.57 of them, Belady 0.34, and no other reading of the rest
brings all five near. A power of 1.33 does, so those are the ones that the aims are held against;
of the flatter ones the aims are held in the proportion that they have to the caches beside them.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from bench.delivery import house, rivals, workload
from bench.delivery.workload import Wish
from bench.figures import Figure

DISK_SHARE = 0.05
# At which the five caches take what they took beside the aims, each within a twentieth.
CONCENTRATED = 1.33
USUAL = Wish(seed=1, zipf=CONCENTRATED)
SURPRISES = replace(USUAL, surprise_share=0.12)
FLATTER = {
    "flatter": replace(USUAL, zipf=1.0),
    "flatter, surprises": replace(SURPRISES, zipf=1.0),
}
OTHERS = tuple(
    replace(USUAL, seed=seed, zipf=zipf) for seed, zipf in ((2, CONCENTRATED), (3, 0.8), (4, 1.2))
)
ORACLE = "each day's best set, foreknown"
# What the aims allow as a multiple of what each peer took beside them.
AIMED = {
    "flatter": {"LRU": 0.718, "SIEVE": 0.902, "S3-FIFO": 0.929, ORACLE: 1.047},
    "flatter, surprises": {"LRU": 0.734, "SIEVE": 0.86, ORACLE: 1.064},
}
_QUICK = ("LRU", "SIEVE", "S3-FIFO")


def measure() -> list[Figure]:
    """The two workloads of the aims with all peers, and others with some."""
    return list(_figures())


def _figures() -> Iterator[Figure]:
    for name, wish, aim in (("usual", USUAL, "<= 0.222"), ("surprises", SURPRISES, "<= 0.215")):
        yield from _workload(name, wish, tuple(rivals.ALGORITHMS), aim)
    for name, wish in FLATTER.items():
        figures = list(_workload(name, wish, _QUICK, None))
        yield from figures
        for peer, aimed in AIMED[name].items():
            ratio = figures[0].ratios()[peer]
            yield Figure(f"{name}: origin bytes, times {peer}", ratio, "×", f"<= {aimed}")
    for wish in OTHERS:
        yield from _workload(f"seed {wish.seed}, Zipf {wish.zipf}", wish, _QUICK, None)


def _workload(name: str, wish: Wish, peers: tuple[str, ...], aim: str | None) -> Iterator[Figure]:
    titles = workload.catalogue(wish)
    asked = workload.requests(titles, workload.plays(wish, titles))
    size_bytes = int(DISK_SHARE * titles.bytes_all)
    warm_s = wish.warm_days * workload.DAY_S
    anchors = rivals.origin_shares(asked, size_bytes, warm_s, peers)
    anchors[ORACLE] = house.oracle_share(wish, titles, asked, size_bytes)
    sums = house.counted(wish, house.simulated(wish, titles, asked, size_bytes))
    origin, written = house.shares(sums)
    if not 0 < origin < 1 or not np.isfinite(written):
        raise SystemExit(f"{name}: a share of {origin} from the origin cannot be.")
    yield Figure(f"{name}: origin bytes a byte served", origin, "", aim, anchors)
    # A cache that keeps whatever it misses writes what it misses.
    wrote = {peer: anchors[peer] for peer in ("LRU", "SIEVE")}
    yield Figure(f"{name}: disk written a byte served", written, "", "<= 0.01", wrote)
