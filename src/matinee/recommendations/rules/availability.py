"""Which items may be shown where and when, and which a viewer understands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from matinee.contracts.catalog import RightsWindow, Vantage
from matinee.recommendations.rules.arrays import Items, Mask, Times

_ALWAYS_S = np.inf
# Languages come from requests; few more are spoken.
_LANGUAGES_MAX = 300
# Each takes a byte a window; there are few more countries, a handful of plans, three platforms.
_VANTAGES_MAX = 1_000
# More than stand in a row; what else closes is told when these have.
_CLOSING_MAX = 60


class Availability:
    """The windows and languages of all items as arrays.

    Items without windows are open everywhere and always. Where a country, plan or platform is not
    known, only windows that name none count: what is for some only is not shown on a guess.
    """

    def __init__(
        self, rights: Sequence[Sequence[RightsWindow]], languages: Sequence[Sequence[str]]
    ) -> None:
        flat = [(item, one) for item, windows in enumerate(rights) for one in windows]
        self._windows = [one for _, one in flat]
        self._items: Items = np.array([item for item, _ in flat], dtype=np.int32)
        self._starts_s: Times = _moments((one.starts_at for one in self._windows), -_ALWAYS_S)
        self._ends_s: Times = _moments((one.ends_at for one in self._windows), _ALWAYS_S)
        self._turns_s = turns_s(self._windows)
        self._unlimited: Mask = np.array([not windows for windows in rights], dtype=bool)
        self._languages = [frozenset(map(_primary, own)) for own in languages]
        self._of_vantage: dict[Vantage, Mask] = {}
        self._of_buyers: dict[Vantage, Mask] = {}
        self._of_language: dict[str, Mask] = {}

    def open_to(self, vantage: Vantage, now_s: float) -> Mask:
        """Which items may be shown to who looks from there at a moment; a new array."""
        shown = self._unlimited.copy()
        now_open = (self._starts_s <= now_s) & (now_s < self._ends_s) & self._covered(vantage)
        shown[self._items[now_open]] = True
        return shown

    def open_to_buyers(self, vantage: Vantage, now_s: float) -> Mask:
        """Which items may be shown to who has rented or bought them, whatever their plan; new."""
        shown = self._unlimited.copy()
        now_open = (self._starts_s <= now_s) & (now_s < self._ends_s)
        shown[self._items[now_open & self._covered_for_buyers(vantage)]] = True
        return shown

    def turned(self, now_s: float) -> int:
        """How many beginnings and ends of windows lie behind a moment: pages change with it."""
        return int(np.searchsorted(self._turns_s, now_s, side="right"))

    def opening(self, vantage: Vantage, now_s: float, within_s: float) -> Mapping[int, float]:
        """When items that are closed now open within a time, soonest first; Unix seconds."""
        closed = ~self.open_to(vantage, now_s)
        soon = (self._starts_s > now_s) & (self._starts_s <= now_s + within_s)
        found = np.flatnonzero(soon & self._covered(vantage) & closed[self._items])
        first: dict[int, float] = {}
        for at in found[np.argsort(self._starts_s[found], kind="stable")].tolist():
            first.setdefault(int(self._items[at]), float(self._starts_s[at]))
        return first

    def closing(self, vantage: Vantage, now_s: float, within_s: float) -> Mapping[int, float]:
        """When items that are open now close within a time, soonest first; Unix seconds."""
        covered = self._covered(vantage)
        now_open = (self._starts_s <= now_s) & (now_s < self._ends_s) & covered
        latest_s = np.full(len(self._unlimited), -_ALWAYS_S)
        np.maximum.at(latest_s, self._items[now_open], self._ends_s[now_open])
        near = np.flatnonzero((latest_s > now_s) & (latest_s <= now_s + within_s))
        last: dict[int, float] = {}
        for item in near[np.argsort(latest_s[near], kind="stable")][:_CLOSING_MAX].tolist():
            until_s = self._until(
                np.flatnonzero((self._items == item) & covered).astype(np.int32), now_s
            )
            if until_s <= now_s + within_s:
                last[item] = until_s
        return dict(sorted(last.items(), key=lambda pair: (pair[1], pair[0])))

    def understood(self, language: str) -> Mask:
        """Which items can be followed by whoever speaks a language: by their sound or subtitles.

        All of them where the language is not known; those of which no language is known.
        """
        primary = _primary(language)
        known = self._of_language.get(primary)
        if known is None:
            known = np.array(
                [not primary or not own or primary in own for own in self._languages], dtype=bool
            )
            if len(self._of_language) < _LANGUAGES_MAX:
                self._of_language[primary] = known
        return known

    def _until(self, windows: Items, now_s: float) -> float:
        """When the last of the windows closes that follow each other without a gap."""
        until_s = now_s
        for at in windows[np.argsort(self._starts_s[windows], kind="stable")].tolist():
            if self._starts_s[at] <= until_s:
                until_s = max(until_s, float(self._ends_s[at]))
        return until_s

    def _covered(self, vantage: Vantage) -> Mask:
        known = self._of_vantage.get(vantage)
        if known is None:
            known = np.array([one.covers(vantage) for one in self._windows], dtype=bool)
            if len(self._of_vantage) < _VANTAGES_MAX:
                self._of_vantage[vantage] = known
        return known

    def _covered_for_buyers(self, vantage: Vantage) -> Mask:
        known = self._of_buyers.get(vantage)
        if known is None:
            known = np.array([one.covers_buyers(vantage) for one in self._windows], dtype=bool)
            if len(self._of_buyers) < _VANTAGES_MAX:
                self._of_buyers[vantage] = known
        return known


def turns_s(windows: Iterable[RightsWindow]) -> Times:
    """The moments at which windows begin and end, ascending; Unix seconds."""
    bounds = (moment for one in windows for moment in (one.starts_at, one.ends_at))
    return np.sort([moment.timestamp() for moment in bounds if moment is not None])


def _primary(language: str) -> str:
    """The language of a BCP 47 tag without script and region (RFC 5646, section 2.2.1)."""
    return language.partition("-")[0].lower()


def _moments(found: Iterator[datetime | None], otherwise_s: float) -> Times:
    return np.array(
        [otherwise_s if one is None else one.timestamp() for one in found], dtype=np.float64
    )
