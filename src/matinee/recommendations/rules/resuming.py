"""Where somebody goes on: the film that was left in the middle, the next unfinished episode."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import Vantage, is_available
from matinee.contracts.ratings import age_in
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules.arrays import Mask
from matinee.recommendations.rules.catalogue import Catalogue, Episode, Item
from matinee.recommendations.rules.taste import PlayFact, Watched


@dataclass(frozen=True)
class Resumable:
    """An item that can be gone on with: at an episode, or a film's own."""

    item: int
    title: Item
    play: PlayFact | None
    episode: Episode | None
    watched_at: datetime

    @property
    def card(self) -> Card:
        """The card that goes on with it; made only for those that are shown."""
        resumable = self.play is not None and self.play.resumable
        changes: dict[str, object] = {
            "progress": self.play.fraction if self.play is not None and resumable else 0.0,
            "play_title_id": self.title.id,
        }
        if self.episode is not None:
            changes |= {
                "play_title_id": self.episode.id,
                "season": self.episode.season,
                "episode": self.episode.number,
            }
        return self.title.card.model_copy(update=changes)


@dataclass(frozen=True)
class Doorkeeper:
    """Which episodes of a series may be shown, and which collections."""

    ceiling: int
    vantage: Vantage
    now: datetime

    def lets_in(self, episode: Episode) -> bool:
        """Whether this one may be."""
        age = age_in(episode.maturity_age, episode.ratings, self.vantage.country)
        return age <= self.ceiling and is_available(episode.rights, self.vantage, self.now)

    def shows(self, item: Item) -> bool:
        """Whether what is no item of the catalogue, as a collection, may be shown."""
        age = age_in(item.card.maturity_age, item.ratings, self.vantage.country)
        return age <= self.ceiling and is_available(item.rights, self.vantage, self.now)


def resumables(
    catalogue: Catalogue, watched: Watched, visible: Mask, keeper: Doorkeeper
) -> list[Resumable]:
    """Everything visible that the profile is in the middle of, newest first."""
    newest: dict[int, PlayFact] = {}
    numbers = [number for number, _ in watched]
    is_visible = dict(zip(numbers, visible[numbers].tolist(), strict=True))
    is_series = dict(zip(numbers, catalogue.is_series[numbers].tolist(), strict=True))
    for number, play in watched:
        if is_visible[number] and not (
            is_series[number] and play.title_id == catalogue.items[number].id
        ):  # a series as such has no position
            known = newest.get(number)
            if known is None or play.watched_at > known.watched_at:
                newest[number] = play
    found = []
    for number, play in newest.items():
        if not (is_series[number] or play.resumable):
            continue
        item = catalogue.items[number]
        if not is_series[number]:
            found.append(Resumable(number, item, play, None, play.watched_at))
            continue
        parts = {part.title_id: part for own, part in watched if own == number}
        ahead = _ahead(item, play, parts, keeper)
        if ahead is not None:
            found.append(Resumable(number, item, parts.get(ahead.id), ahead, play.watched_at))
    return sorted(found, key=lambda one: (-one.watched_at.timestamp(), one.item))


def _ahead(
    item: Item, newest: PlayFact, plays: Mapping[UUID, PlayFact], keeper: Doorkeeper
) -> Episode | None:
    """The episode that was left in the middle, or after a finished one the next that is not."""
    places = [episode.id for episode in item.episodes]
    at = places.index(newest.title_id)
    if newest.resumable:
        ahead = [item.episodes[at]]
    elif newest.finished or newest.ever_finished:
        ahead = [one for one in item.episodes[at + 1 :] if not _seen(plays.get(one.id))]
    else:
        ahead = []
    return next((one for one in ahead if keeper.lets_in(one)), None)


def _seen(play: PlayFact | None) -> bool:
    return play is not None and (play.finished or play.ever_finished)


def finished_items(catalogue: Catalogue, watched: Watched) -> list[int]:
    """Films that came to their end, and series of which every episode did."""
    seen = [(number, play.title_id) for number, play in watched if _seen(play)]
    numbers = list(dict.fromkeys(number for number, _ in seen))
    is_series = catalogue.is_series[numbers]
    done: list[int] = np.array(numbers, dtype=np.int32)[~is_series].tolist()
    if is_series.any():
        ids = {title_id for _, title_id in seen}
        done += [
            number
            for number in np.array(numbers)[is_series].tolist()
            if all(episode.id in ids for episode in catalogue.items[number].episodes)
        ]
    return done
