"""Owns the demo catalogue: a dozen short films that the project draws, scores and renders itself.

Keeps: nothing; every picture and sound is a pure function of its film and the time.
Uses: numpy and Pillow, and an ffmpeg whose path is passed in.
"""

from pathlib import Path

from matinee.demo.films.posters import backdrop_frame, poster_frame, save
from matinee.demo.films.records import (
    GENRES,
    MATURITY_AGES,
    Credit,
    Cue,
    DemoFilm,
    DemoSeries,
    SeriesPlace,
    SubtitleTrack,
)
from matinee.demo.films.registry import FILMS, REELS, SERIES, episodes
from matinee.demo.films.rendering import RenderError, render_reel
from matinee.demo.films.series_poster import SERIES_BACKDROP_S, series_poster_frame

__all__ = [
    "FILMS",
    "GENRES",
    "MATURITY_AGES",
    "SERIES",
    "Credit",
    "Cue",
    "DemoFilm",
    "DemoSeries",
    "RenderError",
    "SeriesPlace",
    "SubtitleTrack",
    "UnknownTitleError",
    "backdrop",
    "poster",
    "render",
]


class UnknownTitleError(LookupError):
    """No demo film or series has this slug."""

    def __init__(self, slug: str) -> None:
        known = ", ".join([*REELS, *(series.slug for series in SERIES)])
        super().__init__(f"no demo title {slug!r}; there are: {known}")


def render(film: DemoFilm, to: Path, ffmpeg: Path) -> Path:
    """Renders a film to a Matroska file with all its sound and subtitle tracks.

    Writes beside `to` first and renames, so a file that exists is complete. Memory stays bounded:
    frames go to ffmpeg one by one. Raises `RenderError` if ffmpeg is missing or fails.
    """
    if film.slug not in REELS:
        raise UnknownTitleError(film.slug)
    return render_reel(REELS[film.slug], to, ffmpeg)


def poster(slug: str, to: Path) -> Path:
    """Writes the poster of a film or series as a JPEG of 1000 by 1500 pixels."""
    for series in SERIES:
        if series.slug == slug:
            return save(series_poster_frame(series, episodes(series)), to)
    if slug not in REELS:
        raise UnknownTitleError(slug)
    reel = REELS[slug]
    return save(poster_frame(reel, reel.film.people, reel.film.tagline, reel.sheet), to)


def backdrop(slug: str, to: Path) -> Path:
    """Writes a still without type as a JPEG of 1920 by 1080 pixels.

    A series shows its first episode, at another moment than the episode itself.
    """
    for series in SERIES:
        if series.slug == slug:
            return save(backdrop_frame(episodes(series)[0], SERIES_BACKDROP_S), to)
    if slug not in REELS:
        raise UnknownTitleError(slug)
    return save(backdrop_frame(REELS[slug]), to)
