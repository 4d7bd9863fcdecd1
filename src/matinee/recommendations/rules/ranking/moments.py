"""Features of time: how a title's audience moves, and how a viewer stands to what is new.

What a title is at a moment is the same for everybody, so those columns are made once for each fit;
what a viewer is, once for each list. Without real times they say nothing, and trees pass them by.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matinee.recommendations.rules.arrays import Items, Scores, best
from matinee.recommendations.rules.candidates.interface import Taste
from matinee.recommendations.rules.candidates.popularity import DAY_S
from matinee.recommendations.rules.candidates.trends import HALF_LIVES_S, Trends
from matinee.recommendations.rules.catalogue import Catalogue

_ITEM, _VIEWER = 2 * len(HALF_LIVES_S) + 5, 10
FEATURES = _ITEM + _VIEWER

# Added to counts, so that one viewer more or less of a title with few is no trend.
_FEW = 0.3
# What is so many years old or less counts as new.
_NEW_YEARS = 1.5
# A viewer of whom little is known stands where most stand, as if by so many titles.
_PRIOR, _USUAL_YEARS = 2.0, 3.0
_WEEK_S = 7 * DAY_S
# So many that some are left for somebody who has watched the most of them.
_LATELY_MAX = 1_000

Columns = npt.NDArray[np.float32]
"""One row for each of some items, one column for each feature, shape (k, `FEATURES`)."""


@dataclass(frozen=True)
class Moments:
    """What time says of one catalogue as of one fit."""

    catalogue: Catalogue
    trends: Trends

    @cached_property
    def years_old(self) -> Scores:
        """Years since each item was made, the median of all where that is unknown."""
        made = np.array([item.card.year or np.nan for item in self.catalogue.items], np.float32)
        year = datetime.fromtimestamp(self.trends.now_s, UTC).timetuple()
        old = year.tm_year + year.tm_yday / 366 - made
        known = ~np.isnan(old)
        old[~known] = np.median(old[known]) if known.any() else 0.0
        clipped: Scores = np.clip(old, -100.0, 100.0)
        return clipped

    @cached_property
    def of_items(self) -> Columns:
        """The columns that are the same for everybody, for all items, shape (n_items, …)."""
        trends = self.trends
        counts = trends.counts
        slopes = np.log(counts[:, :-1] + _FEW) - np.log(counts[:, 1:] + _FEW)
        days = np.stack([trends.age_s, trends.unseen_s], axis=1) / DAY_S
        plain = [np.log1p(trends.watched), trends.liking, trends.place, self.years_old]
        columns = [np.log(counts + 0.01), slopes, days, np.stack(plain, axis=1)]
        return np.hstack(columns).astype(np.float32)

    @cached_property
    def liked_lately(self) -> tuple[Items, Items]:
        """What was liked most these days, and these weeks; best first."""
        return (
            best(self.trends.lately(3 * DAY_S), _LATELY_MAX),
            best(self.trends.lately(14 * DAY_S), _LATELY_MAX),
        )

    def features(self, taste: Taste, items: Items, now_s: float) -> Columns:
        """The columns of some items for one viewer at a moment."""
        return np.hstack([self.of_items[items], self._of_viewer(taste, items, now_s)])

    def _of_viewer(self, taste: Taste, items: Items, now_s: float) -> Columns:
        liked = taste.liked().items[np.argsort(-taste.liked().watched_at_s, kind="stable")]
        old = self.years_old[liked]
        years = (old.sum() + _PRIOR * _USUAL_YEARS) / (len(liked) + _PRIOR)
        newness = ((old <= _NEW_YEARS).sum() + _PRIOR / 2) / (len(liked) + _PRIOR)
        fame = np.log1p(self.trends.watched[liked]).sum() / (len(liked) + _PRIOR)
        ages_s = np.maximum(now_s - taste.watched_at_s, 0.0)
        alike = [
            years,
            newness,
            fame,
            ages_s.min(initial=3650 * DAY_S) / DAY_S,
            np.count_nonzero(ages_s < _WEEK_S),
            len(taste.items),
        ]
        same = np.tile(np.array(alike, dtype=np.float32), (len(items), 1))
        stands = [years, *(old[:count].mean() if len(old) else years for count in (1, 5))]
        apart = self.years_old[items][:, None] - np.array(stands, dtype=np.float32)
        early = self.trends.place[items] - np.float32(np.log1p(len(taste.items)))
        return np.column_stack([same, early, apart])
