"""Catalogues, histories and events for the tests of recommendations."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from matinee.contracts.catalog import Artwork, Credit, Title
from matinee.contracts.events import PlaybackProgressed, TitleChanged
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.ids import uuid7
from matinee.recommendations.rules.candidates.interface import Plays
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble
from matinee.recommendations.rules.taste import PlayFact

NOW = datetime(2026, 6, 1, 20, 0, tzinfo=UTC)


def title_id(number: int) -> UUID:
    return UUID(int=number + 1)


def title(number: int, **change: Any) -> Title:
    """A published film called "Film <number>"."""
    values: dict[str, Any] = {
        "id": title_id(number),
        "slug": f"film-{number}",
        "kind": "film",
        "name": f"Film {number}",
        "tagline": "",
        "year": 2020,
        "maturity_age": 0,
        "duration_s": 100.0,
        "genres": ["Drama"],
        "artwork": Artwork(poster=f"/artwork/{number}.jpg", backdrop=f"/artwork/{number}-b.jpg"),
        "description": "",
        "language": "en",
        "moods": [],
        "credits": [],
        "audio_languages": ["en"],
        "subtitle_languages": [],
        "height": 720,
        "status": "published",
        "published_at": NOW - timedelta(days=number),
        "series_id": None,
        "season": None,
        "episode": None,
        "seasons": [],
        "play_title_id": title_id(number),
        "next_episode_id": None,
    }
    return Title.model_validate({**values, **change})


def series(number: int, episodes: Sequence[int], **change: Any) -> list[Title]:
    """A series and its episodes, two to a season."""
    show = title(number, kind="series", name=f"Series {number}", duration_s=None, **change)
    parts = [
        title(
            episode,
            kind="episode",
            name=f"Part {place + 1}",
            series_id=show.id,
            season=1 + place // 2,
            episode=1 + place % 2,
            **change,
        )
        for place, episode in enumerate(episodes)
    ]
    return [show, *parts]


def catalogue(titles: Iterable[Title], version: int = 1) -> Catalogue:
    return assemble(version, [Known(one, version) for one in titles])


def people(*names: str) -> list[Credit]:
    return [Credit(name=name, role="director") for name in names]


def play(number: int, fraction: float = 0.5, ago: timedelta = timedelta(hours=1)) -> PlayFact:
    finished = fraction > 0.95
    return PlayFact(
        title_id=title_id(number),
        position_s=100 * fraction,
        duration_s=100.0,
        finished=finished,
        watched_at=NOW - ago,
        ever_finished=finished,
    )


def plays_of(histories: Sequence[Sequence[int]], age_s: float = 0.0) -> Plays:
    """Everybody finished everything of their history, `age_s` ago; numbers are items."""
    pairs = [(viewer, item) for viewer, items in enumerate(histories) for item in items]
    viewers = np.array([viewer for viewer, _ in pairs], dtype=np.int32)
    items = np.array([item for _, item in pairs], dtype=np.int32)
    at_s = np.full(len(pairs), NOW.timestamp() - age_s, dtype=np.float64)
    return Plays(viewers, items, np.ones(len(pairs), dtype=np.float32), at_s, NOW.timestamp())


def tell(event: Event) -> bool:
    """Let recommendations hear an event, as the worker does."""
    return hear("recommendations", event.type, event.model_dump(mode="json"))


def title_changed(one: Title, at: datetime = NOW) -> TitleChanged:
    return TitleChanged(
        occurred_at=at, title=one, package=None, audio=[], subtitles=[], storyboard=None
    )


def progressed(
    profile_id: UUID, number: int, fraction: float = 1.0, at: datetime = NOW
) -> PlaybackProgressed:
    return PlaybackProgressed(
        occurred_at=at,
        session_id=uuid7(),
        account_id=uuid7(),
        profile_id=profile_id,
        title_id=title_id(number),
        position_s=100 * fraction,
        duration_s=100,
        watched_s=100 * fraction,
        finished=fraction > 0.95,
        maturity_age=0,
    )
