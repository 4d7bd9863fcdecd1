"""Matinee's own rules on the made-up viewers: one edge, placed anew every ten minutes.

Between two runs a file that is missed is fetched from the origin, and kept if its portion is
wanted and the disk has room; files to be filled are fetched in the quiet hours. Both, and nothing
else, count as written; both count as bytes of the origin.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.delivery.workload import (
    DAY_S,
    RUNGS_BPS,
    SEGMENT_BYTES,
    Catalogue,
    Ints,
    Requests,
    Wish,
)
from matinee.delivery.rules import admission, outlook, placement
from matinee.delivery.rules.outlook import Outlook
from matinee.delivery.rules.portions import LAST_SEGMENTS
from matinee.delivery.rules.shape import Portions

HOUR_S = 3600
QUIET_HOURS = (3, 4, 5)
RUNS_AN_HOUR = 6
_N_RANGES = len(LAST_SEGMENTS) + 1


@dataclass(frozen=True)
class Cut:
    """A catalogue cut into portions; `portion` and `size` are of each segment of all titles."""

    portions: Portions
    portion: Ints
    size: Ints

    @classmethod
    def of(cls, titles: Catalogue) -> "Cut":
        """As `portions` cuts packages: each rendition by the numbers of its segments."""
        n_rungs = len(RUNGS_BPS)
        lengths = np.repeat(titles.segments, n_rungs)
        total = int(lengths.sum())
        number = np.arange(total) - np.repeat(titles.first_object.ravel(), lengths) + 1
        cut = np.searchsorted(LAST_SEGMENTS, number)
        rendition = np.repeat(np.arange(len(lengths)), lengths)
        found, portion = np.unique(rendition * _N_RANGES + cut, return_inverse=True)
        owner, range_ = np.divmod(found, _N_RANGES)
        files = np.bincount(portion)
        size = SEGMENT_BYTES[rendition % n_rungs]
        kind = owner % n_rungs * _N_RANGES + range_
        portions = Portions(
            owner // n_rungs, kind, range_ == 0, files, files * SEGMENT_BYTES[owner % n_rungs]
        )
        return cls(portions, portion, size)


class Disk:
    """What lies on the edge, segment by segment."""

    def __init__(self, cut: Cut, size_bytes: int) -> None:
        self.cut = cut
        self.size_bytes = size_bytes
        self.used_bytes = 0
        self.has = np.zeros(len(cut.portion), dtype=np.bool_)

    def held(self) -> Ints:
        """How many files of each portion lie here."""
        return np.bincount(self.cut.portion[self.has], minlength=len(self.cut.portions.files))

    def keep(self, segments: Ints, plan: placement.Placed) -> int:
        """Write these, the first first, as many as fit; their bytes.

        What is wanted no more makes room, the least worth first, as edges' agents do it. It goes
        at the beginning of a run's time, so that its last hits are not counted.
        """
        sizes = np.cumsum(self.cut.size[segments])
        if len(sizes):
            self._make_room(int(sizes[-1]), plan)
        n_fit = int(np.searchsorted(sizes, self.size_bytes - self.used_bytes, side="right"))
        self.has[segments[:n_fit]] = True
        written = int(sizes[n_fit - 1]) if n_fit else 0
        self.used_bytes += written
        return written

    def _make_room(self, needed_bytes: int, plan: placement.Placed) -> None:
        excess = self.used_bytes + needed_bytes - self.size_bytes
        portions = self.cut.portions
        spare = plan.order[::-1][~plan.wanted[plan.order[::-1]]]
        if excess <= 0 or not len(spare):
            return
        each = portions.bytes[spare] // portions.files[spare] * self.held()[spare]
        gone = np.zeros(len(plan.wanted), dtype=np.bool_)
        gone[spare[: int(np.searchsorted(np.cumsum(each), excess)) + 1]] = True
        leaving = self.has & gone[self.cut.portion]
        self.has[leaving] = False
        self.used_bytes -= int(self.cut.size[leaving].sum())


@dataclass
class Sums:
    """Bytes of a run's time, or of all that is counted."""

    served: float = 0.0
    origin: float = 0.0
    written: float = 0.0


def simulated(wish: Wish, titles: Catalogue, asked: Requests, size_bytes: int) -> list[Sums]:
    """What each run's time came to.

    As in the service whole hours are learnt once, and the hour that runs for one decision only.
    """
    cut = Cut.of(titles)
    disk = Disk(cut, size_bytes)
    known = Outlook.nothing(cut.portions, len(titles.segments))
    n_portions = len(cut.portions.files)
    nothing = np.zeros(n_portions, dtype=np.bool_)
    plan = placement.Placed(nothing, nothing, np.arange(0))
    counts = np.zeros(n_portions)
    sums: list[Sums] = []
    for run, items in enumerate(_by_run(wish, asked), start=1):
        sums.append(_served(disk, plan, items))
        if run // RUNS_AN_HOUR % 24 in QUIET_HOURS:
            _fill(disk, plan, sums[-1])
        counts += np.bincount(cut.portion[items], minlength=n_portions)
        age_days = run / RUNS_AN_HOUR / 24 - titles.released_day
        begun_h = ((run - 1) % RUNS_AN_HOUR + 1) / RUNS_AN_HOUR
        now = outlook.learnt(known, cut.portions, counts, begun_h, age_days)
        if begun_h == 1:
            known, counts = now, np.zeros(n_portions)
        wanted = outlook.requests_an_hour(now, cut.portions, age_days)
        store = placement.Store(size_bytes, disk.held() > 0, _price(sums), now.is_settled)
        plan = placement.placed(cut.portions, wanted, store)
    return sums


def counted(wish: Wish, sums: list[Sums]) -> Sums:
    """The sums of all that comes after the warm-up."""
    warm = sums[wish.warm_days * 24 * RUNS_AN_HOUR :]
    return Sums(
        sum(one.served for one in warm),
        sum(one.origin for one in warm),
        sum(one.written for one in warm),
    )


def _by_run(wish: Wish, asked: Requests) -> Iterator[Ints]:
    runs = np.arange(wish.days * 24 * RUNS_AN_HOUR + 1)
    for first, last in pairwise(np.searchsorted(asked.at_s, runs * (HOUR_S / RUNS_AN_HOUR))):
        yield asked.item[first:last]


def _served(disk: Disk, plan: placement.Placed, items: Ints) -> Sums:
    """A run's time of requests in their order: a kept file is missed once."""
    size = disk.cut.size
    missed = items[~disk.has[items]]
    is_wanted = plan.wanted[disk.cut.portion[missed]]
    wanted, first = np.unique(missed[is_wanted], return_index=True)
    written = disk.keep(wanted[np.argsort(first)], plan)
    # What made room is missed from now on, a wanted file without room every time.
    origin = size[items[~disk.has[items]]].sum() + written
    return Sums(float(size[items].sum()), float(origin), float(written))


def _fill(disk: Disk, plan: placement.Placed, sums: Sums) -> None:
    """Fetch what is sure to be asked for, the best first."""
    rank = np.full(len(plan.wanted), len(plan.wanted))
    rank[plan.order] = np.arange(len(plan.order))
    missing = np.flatnonzero(plan.fill[disk.cut.portion] & ~disk.has)
    missing = missing[np.argsort(rank[disk.cut.portion[missing]], kind="stable")]
    written = disk.keep(missing, plan)
    sums.origin += written
    sums.written += written


def _price(sums: list[Sums]) -> float:
    last = sums[-24 * RUNS_AN_HOUR * admission.RECKONED_DAYS :]
    return admission.price(sum(one.written for one in last), sum(one.served for one in last))


def shares(sums: Sums) -> tuple[float, float]:
    """Bytes of the origin and bytes written, a byte served."""
    return sums.origin / sums.served, sums.written / sums.served


def oracle_share(wish: Wish, titles: Catalogue, asked: Requests, size_bytes: int) -> float:
    """Bytes of the origin if each day's most asked-for portions were known and lay there.

    What the day before did not have is fetched; nothing comes or goes within a day.
    """
    cut = Cut.of(titles)
    portions = cut.portions
    each = portions.bytes / portions.files
    bounds = np.searchsorted(asked.at_s, np.arange(wish.days + 1) * DAY_S)
    before = np.zeros(len(portions.files), dtype=np.bool_)
    served = origin = 0.0
    for day, (first, last) in enumerate(pairwise(bounds)):
        counts = np.bincount(cut.portion[asked.item[first:last]], minlength=len(before))
        # A day's fetching pays only where a file is asked for more than once.
        worth = counts / portions.files - np.where(before, 0.0, 1.0)
        order = np.argsort(-worth, kind="stable")
        fits = (np.cumsum(portions.bytes[order]) <= size_bytes) & (worth[order] > 0)
        held = np.zeros_like(before)
        held[order[fits]] = True
        if day >= wish.warm_days:
            served += float((counts * each).sum())
            origin += float((counts * each)[~held].sum() + portions.bytes[held & ~before].sum())
        before = held
    return origin / served
