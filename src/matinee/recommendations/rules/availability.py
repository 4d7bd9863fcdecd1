"""Which items may be shown where and when, and which a viewer understands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from matinee.contracts.catalog import RightsWindow
from matinee.recommendations.rules.arrays import Items, Mask, Times

_ALWAYS_S = np.inf
# Codes come from requests; there are no more countries, and few more languages are spoken.
_COUNTRIES_MAX = _LANGUAGES_MAX = 300
# More than stand in a row; what else closes is told when these have.
_CLOSING_MAX = 60


class Availability:
    """The windows and languages of all items as arrays.

    Items without windows are open everywhere and always. Where a country is not known, only windows
    without territories count: what may be shown in some countries only is not shown on a guess.
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
        self._of_country: dict[str, Mask] = {}
        self._of_language: dict[str, Mask] = {}

    def open_to(self, country: str, now_s: float) -> Mask:
        """Which items may be shown in a country at a moment; a new array."""
        shown = self._unlimited.copy()
        now_open = (self._starts_s <= now_s) & (now_s < self._ends_s) & self._covered(country)
        shown[self._items[now_open]] = True
        return shown

    def turned(self, now_s: float) -> int:
        """How many beginnings and ends of windows lie behind a moment: pages change with it."""
        return int(np.searchsorted(self._turns_s, now_s, side="right"))

    def opening(self, country: str, now_s: float, within_s: float) -> Mapping[int, float]:
        """When items that are closed now open within a time, soonest first; Unix seconds."""
        closed = ~self.open_to(country, now_s)
        soon = (self._starts_s > now_s) & (self._starts_s <= now_s + within_s)
        found = np.flatnonzero(soon & self._covered(country) & closed[self._items])
        first: dict[int, float] = {}
        for at in found[np.argsort(self._starts_s[found], kind="stable")].tolist():
            first.setdefault(int(self._items[at]), float(self._starts_s[at]))
        return first

    def closing(self, country: str, now_s: float, within_s: float) -> Mapping[int, float]:
        """When items that are open now close within a time, soonest first; Unix seconds."""
        covered = self._covered(country)
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

    def _covered(self, country: str) -> Mask:
        known = self._of_country.get(country)
        if known is None:
            known = np.array([_covers(one, country) for one in self._windows], dtype=bool)
            if len(self._of_country) < _COUNTRIES_MAX:
                self._of_country[country] = known
        return known


def turns_s(windows: Iterable[RightsWindow]) -> Times:
    """The moments at which windows begin and end, ascending; Unix seconds."""
    bounds = (moment for one in windows for moment in (one.starts_at, one.ends_at))
    return np.sort([moment.timestamp() for moment in bounds if moment is not None])


def _covers(window: RightsWindow, country: str) -> bool:
    return not window.territories or country in window.territories


def _primary(language: str) -> str:
    """The language of a BCP 47 tag without script and region (RFC 5646, section 2.2.1)."""
    return language.partition("-")[0].lower()


def _moments(found: Iterator[datetime | None], otherwise_s: float) -> Times:
    return np.array(
        [otherwise_s if one is None else one.timestamp() for one in found], dtype=np.float64
    )
