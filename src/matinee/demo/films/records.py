"""Owns what a demo film is, as words and numbers: the record that the catalogue is filled from."""

from dataclasses import dataclass
from typing import Literal

GENRES = (
    "Animation",
    "Documentary",
    "Drama",
    "Experimental",
    "Family",
    "Mystery",
    "Nature",
    "Science fiction",
)
"""Every genre that a demo film may have."""

MATURITY_AGES = (0, 6, 12, 16)
"""Every age rating that a demo film may have."""

Role = Literal["director", "writer", "composer", "cast"]


@dataclass(frozen=True)
class Credit:
    """A person (invented) and what they did; `character` only for the cast."""

    name: str
    role: Role
    character: str | None = None


@dataclass(frozen=True)
class Cue:
    """One subtitle; a newline breaks the line."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class SubtitleTrack:
    """A text track; `language` is an ISO 639-2 code, as Matroska keeps it."""

    language: str
    title: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class SeriesPlace:
    """Where an episode stands."""

    slug: str
    title: str
    season: int
    episode: int


@dataclass(frozen=True)
class DemoSeries:
    """A series; its episodes are the films whose `series.slug` is this slug."""

    slug: str
    title: str
    tagline: str
    description: str
    year: int
    people: tuple[Credit, ...]
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    maturity_age: int
    language: str


@dataclass(frozen=True)
class DemoFilm:
    """A film or an episode.

    `language` is an ISO 639-1 code, or "zxx" where nobody speaks, which is everywhere so far;
    titles and subtitles are in English first. `audio` names the sound tracks, as in the file.
    """

    slug: str
    title: str
    tagline: str
    description: str
    year: int
    people: tuple[Credit, ...]
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    maturity_age: int
    duration_s: float
    fps: int = 24
    kind: Literal["film", "episode"] = "film"
    series: SeriesPlace | None = None
    language: str = "zxx"
    audio: tuple[str, ...] = ("Score",)
    subtitles: tuple[SubtitleTrack, ...] = ()


def poem(start_s: float, step_s: float, *lines: str) -> tuple[Cue, ...]:
    """Cues of equal length, one after another, with a breath between them; "" is a silence."""
    return tuple(
        Cue(start_s + number * step_s, start_s + (number + 1) * step_s - 0.25, line)
        for number, line in enumerate(lines)
        if line
    )
