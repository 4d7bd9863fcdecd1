"""How long it takes to decide what lies on a thousand edges, of a hundred thousand portions each.

Made-up regions: titles by Zipf's law, renditions and ranges as viewers use them. Measured is what
the hourly run computes: a region's learning from an hour of requests, the spreading of titles over
the edges of its sites, and each edge's own choice. Reading and writing of the tables is not in it.
Run in a process of its own, so that its memory is its own.
"""

import os
import resource
import subprocess
import sys
from time import process_time

import numpy as np

from bench.figures import Figure
from matinee.delivery.rules import outlook, placement
from matinee.delivery.rules.listing import Listing, PortionName, folder_sets
from matinee.delivery.rules.outlook import Outlook
from matinee.delivery.rules.placement import Store
from matinee.delivery.rules.spread import Site, spread

EDGES, REGIONS, EDGES_A_SITE = 1000, 25, 8
TITLES, RUNGS = 5000, 5
# Segments of each range, of a film of forty minutes.
_RANGES = (9, 20, 70, 301)
_RUNG_BYTES = (262_500, 600_000, 1_200_000, 2_250_000, 3_600_000)
_DISK_SHARE = 0.05
_HOURS_LEARNT = 2
_SEED = 5
_WAIT_S = 900


def measure() -> list[Figure]:
    """CPU seconds of one process, and the most memory that it took."""
    command = [sys.executable, "-m", "bench.delivery.placing"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_WAIT_S)
    cpu_s, mib = (float(one) for one in done.stdout.split()[-2:])
    what = f"placement for {EDGES:,} edges × {TITLES * RUNGS * len(_RANGES):,} portions"
    return [
        Figure(f"{what}: CPU", cpu_s, "s", "<= 60"),
        Figure(f"{what}: memory", mib, "MiB", "<= 4096"),
    ]


def made_listing() -> Listing:
    """Titles that have all renditions alike."""
    return Listing.of(
        (PortionName(f"title-{title}", f"v{rung}", number), files, files * _RUNG_BYTES[rung])
        for title in range(TITLES)
        for rung in range(RUNGS)
        for number, files in enumerate(_RANGES)
    )


def place_all() -> int:
    """Decide for every region; how many folders edges are told of in all."""
    chance = np.random.default_rng(_SEED)
    listing = made_listing()
    ages = np.full(TITLES, 100.0)
    weight = 1 / (np.arange(TITLES) + 1.0)
    wanted = 0
    for _ in range(REGIONS):
        popular = chance.permutation(weight)
        known = Outlook.nothing(listing.portions, TITLES)
        for _ in range(_HOURS_LEARNT):
            plays = chance.poisson(popular * 50_000 / weight.sum())
            requests = (plays[listing.portions.title] * listing.portions.files).astype(np.float64)
            known = outlook.learnt(known, listing.portions, requests, 1.0, ages)
        wanted += _region_wanted(listing, known, ages)
    return wanted


def _region_wanted(listing: Listing, known: Outlook, ages: outlook.Floats) -> int:
    asked = outlook.requests_an_hour(known, listing.portions, ages)
    title = listing.portions.title
    load = np.bincount(title, asked * listing.portions.bytes, TITLES)
    size = int(_DISK_SHARE * listing.portions.bytes.sum())
    lying = {(f"title-{one}", f"v{rung}"): 0b1111 for one in range(200) for rung in range(RUNGS)}
    found = 0
    for number in range(EDGES // REGIONS // EDGES_A_SITE):
        names = [f"edge-{number}-{one}" for one in range(EDGES_A_SITE)]
        holds = np.zeros((EDGES_A_SITE, TITLES), dtype=np.bool_)
        site = Site(names, np.full(EDGES_A_SITE, 1 / EDGES_A_SITE), holds)
        for part in spread(site, listing.packages, load / load.sum()):
            store = Store(size, listing.held(lying), 0.3, fills=True)
            plan = placement.placed(listing.portions, asked * part[title], store)
            found += len(folder_sets(listing, plan.order, plan.fill, plan.wanted))
    return found


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not place_all():
        sys.exit("Nothing was placed.")
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(process_time(), kib / 1024)
