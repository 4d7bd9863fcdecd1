"""Answers of recommendations, from memory and a handful of short queries."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import Vantage
from matinee.contracts.experiments import settings_for
from matinee.contracts.recommendations import (
    Card,
    HomePage,
    SearchLabel,
    SearchPage,
    Seen,
    SimilarPage,
)
from matinee.kernel import clock
from matinee.kernel.problems import NotFound
from matinee.kernel.tokens import Caller
from matinee.recommendations.queries import kept_pages, policies, viewers
from matinee.recommendations.queries.kept_pages import KeptPage, Looker
from matinee.recommendations.queries.knowledge import Knowledge, held
from matinee.recommendations.queries.making import Maker
from matinee.recommendations.rules.arrays import Items, best, unit
from matinee.recommendations.rules.bandit.picks import Sealer
from matinee.recommendations.rules.catalogue import Collection
from matinee.recommendations.rules.impressions import day_of
from matinee.recommendations.rules.resuming import Doorkeeper
from matinee.recommendations.rules.search import Eyes
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.tuning import LAYERS, Tuning, tuning_of

_FOUND_MAX = 40
_SIMILAR_MAX = 20
_NEAR_MAX = 12
_LABELS_MAX = 6
_COLLECTIONS_MAX, _LOOKED_AT = 6, 20


@dataclass(frozen=True)
class HomeRequest:
    """A home page that may be made: `etag` names all that it depends on."""

    knowledge: Knowledge
    profile_id: UUID
    ceiling: int
    revision: int
    vantage: Vantage
    own: frozenset[UUID] = frozenset()

    @property
    def etag(self) -> str:
        """Changes with all that the page depends on."""
        kept = self._kept
        return _etag(self._depends_on) if kept is None else kept.etag

    def compressed(self) -> bytes:
        """The page as JSON, compressed by gzip: the one that was written before, if it holds."""
        if self._kept is not None:
            return self._kept.compressed
        page = KeptPage(self._depends_on, self.etag, kept_pages.compressed(self.written()))
        kept_pages.kept.keep(self._looker, page)
        return page.compressed

    @cached_property
    def _kept(self) -> KeptPage | None:
        return kept_pages.kept.find(self._looker, self._depends_on)

    @property
    def _looker(self) -> Looker:
        return Looker(self.profile_id, self.ceiling, self.vantage.country, self.vantage.platform)

    @cached_property
    def _depends_on(self) -> tuple[object, ...]:
        """The catalogue, the models, the profile's facts, its ceiling and the hour.

        And every window of rights or rows that opens or closes, and what experiments turn.
        """
        now = clock.now()
        now_s = now.timestamp()
        return (
            *(self.knowledge.numbers, self.profile_id, self.ceiling, self.revision, self.vantage),
            *(int(now_s // 3600), self.knowledge.windows_turned(now_s)),
            *(self.tuning, self.knowledge.hours_open(now), *sorted(self.own)),
        )

    @cached_property
    def tuning(self) -> Tuning:
        """What experiments turn in the profile's pages."""
        return tuning_of(settings_for(self.knowledge.running, LAYERS, self.profile_id))

    def page(self) -> HomePage:
        """The page itself, with the hero and the pictures that were chosen for the profile."""
        return self._maker(self._showing()).page()

    def written(self) -> str:
        """The page as JSON."""
        return self.knowledge.writer.page(self.page())

    def _showing(self) -> Showing:
        return Showing(
            self.knowledge.catalogue,
            self.knowledge.models,
            replace(
                viewers.facts_of(self.profile_id, self.revision),
                country=self.vantage.country,
                plan=self.vantage.plan,
                platform=self.vantage.platform,
                own=self.own,
            ),
            self.ceiling,
            clock.now(),
            self.knowledge.programme,
            self.tuning,
            self.knowledge.offers,
        )

    def similar(self, title_id: UUID) -> SimilarPage:
        """More like a title that the profile may see; NotFound if there is no such."""
        showing = self._showing()
        number = showing.catalogue.index.get(title_id)
        if number is None or not showing.may_see[number]:
            code = "unknown_title"
            raise NotFound(code, "This title is not available.")
        alike = showing.alike_to(number)
        return SimilarPage.model_construct(cards=self._cards(showing, best(alike, _SIMILAR_MAX)))

    def search(self, query: str) -> SearchPage:
        """What matches and whose names do, or else what comes near, with more like the nearest."""
        showing = self._showing()
        index = self.knowledge.search
        eyes = Eyes(showing.visible | showing.for_sale, unit(showing.alike))
        found = index.find(query, eyes, _FOUND_MAX)
        near = np.zeros(0, dtype=np.int32)
        if not len(found):
            near = index.near(query, eyes, _NEAR_MAX)
        if 0 < len(near) < _NEAR_MAX:
            alike = showing.alike_to(int(near[0]))
            alike[near] = 0.0
            near = np.concatenate((near, best(alike, _NEAR_MAX - len(near))))
        maker = self._maker(showing)
        labels = [
            SearchLabel(kind=one.kind, name=maker.label(one.kind, one.name), titles=one.titles)
            for one in index.labels(query, eyes, _LABELS_MAX)
        ]
        return SearchPage.model_construct(
            query=query,
            cards=self._cards(showing, found),
            near=self._cards(showing, near),
            labels=labels,
            collections=self._collections(showing, index.collections(query, eyes, _LOOKED_AT)),
        )

    def _collections(self, showing: Showing, found: Iterable[Collection]) -> list[Card]:
        """The cards of collections that may be shown themselves, as the profile reads them."""
        keeper = Doorkeeper(showing.ceiling, showing.vantage, showing.now)
        shown = [one.item.card for one in found if keeper.shows(one.item)]
        return self._maker(showing).worded(shown[:_COLLECTIONS_MAX])

    def _cards(self, showing: Showing, numbers: Items) -> list[Card]:
        """Cards with the same pictures as on the profile's home page."""
        return self._maker(showing).cards(numbers)

    def _maker(self, showing: Showing) -> Maker:
        sealer = Sealer(policies.pick_key(), self.profile_id, day_of(showing.now))
        return Maker(self.knowledge, showing, sealer)


def request_of(caller: Caller, country: str) -> HomeRequest:
    """What pages depend on of a caller in a country; Forbidden if no profile was chosen."""
    profile_id = caller.profile()
    latest = viewers.latest_of(profile_id, caller.account_id)
    knowledge = held.as_of(latest.numbers)
    plan = latest.plan if knowledge.asks_plans else ""
    return HomeRequest(
        knowledge,
        profile_id,
        caller.maturity_age,
        latest.revision,
        Vantage(country, plan, caller.platform),
        viewers.own_titles(caller.account_id) if knowledge.asks_plans else frozenset(),
    )


def _etag(depends_on: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(depends_on).encode()).hexdigest()[:32]


def parts_of(seen: Iterable[Seen]) -> dict[UUID, list[UUID]]:
    """Those titles that were seen and are in the catalogue, each with its episodes."""
    catalogue = held.current().catalogue
    found: dict[UUID, list[UUID]] = {}
    for one in seen:
        number = catalogue.index.get(one.title_id)
        if number is not None and catalogue.items[number].id == one.title_id:
            found[one.title_id] = [part.id for part in catalogue.items[number].episodes]
    return found
