"""Where somebody goes on: the film that was left in the middle, the next unfinished episode."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matinee.contracts.catalog import is_available
from matinee.contracts.recommendations import Card
from matinee.recommendations.rules.catalogue import Catalogue, Episode, Item
from matinee.recommendations.rules.taste import PlayFact, ViewerFacts


@dataclass(frozen=True)
class Resumable:
    """An item that can be gone on with, and the card that does so."""

    item: int
    card: Card
    watched_at: datetime


@dataclass(frozen=True)
class _Doorkeeper:
    """Which episodes of a series may be shown."""

    ceiling: int
    country: str
    now: datetime

    def lets_in(self, episode: Episode) -> bool:
        return episode.maturity_age <= self.ceiling and is_available(
            episode.rights, self.country, self.now
        )


def resumables(
    catalogue: Catalogue, viewer: ViewerFacts, ceiling: int, now: datetime
) -> list[Resumable]:
    """Everything that the profile is in the middle of, newest first."""
    keeper = _Doorkeeper(ceiling, viewer.country, now)
    plays = {play.title_id: play for play in viewer.plays}
    newest: dict[int, PlayFact] = {}
    for play in viewer.plays:
        number = catalogue.index.get(play.title_id)
        if number is None or not _is_playable(catalogue.items[number], play.title_id):
            continue
        if number not in newest or play.watched_at > newest[number].watched_at:
            newest[number] = play
    found = []
    for number, play in newest.items():
        item = catalogue.items[number]
        if item.card.maturity_age > ceiling:
            continue
        card = _series_card(item, play, plays, keeper) if item.episodes else _film_card(item, play)
        if card is not None:
            found.append(Resumable(number, card, play.watched_at))
    return sorted(found, key=lambda one: (-one.watched_at.timestamp(), one.item))


def _is_playable(item: Item, title_id: UUID) -> bool:
    """Whether it is a film or an episode; a series as such has no position."""
    return item.card.kind != "series" or title_id != item.id


def _film_card(item: Item, play: PlayFact) -> Card | None:
    if not play.resumable:
        return None
    return item.card.model_copy(update={"progress": play.fraction, "play_title_id": item.id})


def _series_card(
    item: Item, newest: PlayFact, plays: Mapping[UUID, PlayFact], keeper: _Doorkeeper
) -> Card | None:
    """The episode that was left in the middle, or after a finished one the next that is not."""
    places = [episode.id for episode in item.episodes]
    at = places.index(newest.title_id)
    if newest.resumable:
        ahead = [item.episodes[at]]
    elif newest.finished or newest.ever_finished:
        ahead = [one for one in item.episodes[at + 1 :] if not _seen(plays.get(one.id))]
    else:
        ahead = []
    allowed = [one for one in ahead if keeper.lets_in(one)]
    return _episode_card(item, allowed[0], plays.get(allowed[0].id)) if allowed else None


def _episode_card(item: Item, episode: Episode, play: PlayFact | None) -> Card:
    return item.card.model_copy(
        update={
            "progress": play.fraction if play is not None and play.resumable else 0.0,
            "play_title_id": episode.id,
            "season": episode.season,
            "episode": episode.number,
        }
    )


def _seen(play: PlayFact | None) -> bool:
    return play is not None and (play.finished or play.ever_finished)


def finished_items(catalogue: Catalogue, viewer: ViewerFacts) -> set[int]:
    """Films that came to their end, and series of which every episode did."""
    seen = {play.title_id for play in viewer.plays if _seen(play)}
    touched = {catalogue.index[one] for one in seen if one in catalogue.index}
    return {
        number
        for number in touched
        if all(episode.id in seen for episode in catalogue.items[number].episodes)
    }
