"""What this process holds in memory: the catalogue, the search index and the models.

An immutable value that is replaced when a number in the database has moved on, which one short
query per request notices. The thread that notices rebuilds; others go on with the old value
meanwhile. A large catalogue is rebuilt at most a tenth of the time, so that an import of thousands
of titles does not stop the service. Measured for 20,000 titles of 60 words: 420 MB a process, most
of it the titles themselves and the search index; a home page takes 6 ms of CPU, a search 3 ms.
"""

import gc
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import EditorialRow
from matinee.contracts.catalog.labels import LabelNames
from matinee.contracts.experiments import Running
from matinee.kernel import clock
from matinee.recommendations.queries import catalogue as catalogues
from matinee.recommendations.queries import fits, kept_pages, policies
from matinee.recommendations.queries.catalogue import Numbers
from matinee.recommendations.queries.policies import Policies
from matinee.recommendations.rules.arrays import Times, unit
from matinee.recommendations.rules.availability import turns_s
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.candidates.interface import NO_TASTE
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble
from matinee.recommendations.rules.search import LabelWords, SearchIndex
from matinee.recommendations.rules.wording import Wordings
from matinee.recommendations.rules.writing import CardWriter

NOTHING_RUNS = Running()
_SHARE_OF_TIME = 0.1
# So short that nobody notices: small catalogues are always up to date.
_QUICK_S = 0.1


@dataclass(frozen=True)
class Knowledge:
    """Everything that pages are made of, as of `numbers`."""

    numbers: Numbers
    catalogue: Catalogue
    models: Models
    programme: tuple[EditorialRow, ...]
    policies: Policies
    writer: CardWriter
    before: SearchIndex | None
    running: Running = NOTHING_RUNS
    offers: frozenset[UUID] = frozenset()
    labels: tuple[LabelNames, ...] = ()

    def windows_turned(self, now_s: float) -> int:
        """How many beginnings and ends of rights and of the operator's rows lie behind a moment."""
        rights = self.catalogue.availability.turned(now_s)
        return rights + int(np.searchsorted(self._other_turns_s, now_s, side="right"))

    def hours_open(self, now: datetime) -> tuple[bool, ...]:
        """Which of the operator's rows that have hours are within them at a moment."""
        return tuple(row.hours.cover(now) for row in self.programme if row.hours is not None)

    @cached_property
    def asks_plans(self) -> bool:
        """Whether what somebody has subscribed to decides about anything on a page."""
        return self.catalogue.asks_plans or any(row.window.plans for row in self.programme)

    @cached_property
    def _other_turns_s(self) -> Times:
        rows = [row.window for row in self.programme]
        return turns_s([*rows, *self.catalogue.windows_of_episodes])

    @cached_property
    def wordings(self) -> Wordings:
        """The catalogue's cards in every language that somebody reads them in."""
        return Wordings(self.catalogue, self.labels)

    @cached_property
    def search(self) -> SearchIndex:
        """The search index, made when somebody searches; unchanged titles are taken over."""
        popularity = unit(self.models.weeks.recommend(NO_TASTE))
        return SearchIndex(self.catalogue, popularity, self.before, LabelWords(self.labels))


class Held:
    """The knowledge of one process, and how it is brought up to date."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._titles: dict[UUID, Known] = {}
        self._fit: fits.Stored | None = None
        self._now: Knowledge | None = None
        self._not_before_s = 0.0

    def current(self) -> Knowledge:
        """The knowledge as of this request, or that of a moment ago while a thread renews it."""
        return self.as_of(catalogues.numbers())

    def as_of(self, numbers: Numbers) -> Knowledge:
        """`current`, for whoever has asked for the numbers already."""
        held = self._now
        if held is not None and (
            held.numbers == numbers or clock.monotonic_s() < self._not_before_s
        ):
            return held
        if not self._lock.acquire(blocking=held is None):
            return held if held is not None else self.as_of(numbers)
        try:
            return self._renewed(numbers)
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Start anew with the next request, as after a restart."""
        kept_pages.kept.forget()
        with self._lock:
            self._now = None
            self._titles = {}
            self._fit = None
            self._not_before_s = 0.0

    def _renewed(self, numbers: Numbers) -> Knowledge:
        held = self._now
        if held is not None and held.numbers == numbers:
            return held  # another thread was first
        started_s = clock.worked_s()
        catalogue = self._catalogue(numbers.catalogue)
        catalogue.prepare()
        models = self._models(numbers.fit, catalogue)
        before = None if held is None else held.__dict__.get("search")
        chosen_by = policies.in_service(catalogue, None if held is None else held.policies)
        keeps_cards = held is not None and held.catalogue is catalogue
        self._now = Knowledge(
            numbers,
            catalogue,
            models,
            catalogues.programme(),
            chosen_by,
            held.writer if held is not None and keeps_cards else CardWriter(),
            before,
            catalogues.running(),
            catalogues.offers(),
            catalogues.labels(),
        )
        took_s = clock.worked_s() - started_s
        if took_s > _QUICK_S:
            # So much that stays need not be looked through again by every later collection.
            gc.collect()
            gc.freeze()
            self._not_before_s = clock.monotonic_s() + took_s * (1 / _SHARE_OF_TIME - 1)
        return self._now

    def _models(self, number: int, catalogue: Catalogue) -> Models:
        if self._fit is None or self._fit.version != number:
            self._fit = fits.in_service()
        if self._fit is None:
            nobody = np.full(len(catalogue), -1, dtype=np.int32)
            return Models().restore(catalogue, fits.empty_state(), nobody)
        return Models().restore(catalogue, self._fit.arrays, self._fit.rows(catalogue))

    def _catalogue(self, number: int) -> Catalogue:
        held = self._now
        if held is not None and held.catalogue.version == number:
            return held.catalogue
        since = held.catalogue.version if held is not None else 0
        if number < since:  # an older database was put back
            since, self._titles = 0, {}
        for title_id, known in catalogues.changed_since(since):
            if known is None:
                self._titles.pop(title_id, None)
            else:
                self._titles[title_id] = known
        return assemble(number, self._titles.values())


held = Held()
