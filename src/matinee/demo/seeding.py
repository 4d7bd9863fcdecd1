"""Puts the demo into a running service: title after title, each step only if it is still to do.

May be stopped at any point, by `kill -9` too, and goes on where it was: what it did is seen from
the service, and from the notes, which also remember what the operator has since thrown away.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from matinee.contracts.catalog import StudioTitle, Title, TitleDraft
from matinee.demo import drafts
from matinee.demo.films.records import DemoFilm, DemoSeries
from matinee.demo.notes import Notes, TitleNote
from matinee.demo.personas import Subject
from matinee.kernel import clock

log = logging.getLogger("matinee.demo")

POLL_S = 0.5
PLAYABLE_TIMEOUT_S = 1800.0
NOTES = "notes.json"
# A film that fails at so many starts will not come out of the next one either.
FAILURES_MAX = 3

ArtworkKind = Literal["poster", "backdrop"]


class Studio(Protocol):
    """What the operator can do from outside."""

    def find(self, slug: str) -> Title | None:
        """The title with this slug."""

    def look(self, title_id: UUID) -> StudioTitle | None:
        """A title and how far its film is; None if it is gone."""

    def create(self, draft: TitleDraft) -> Title:
        """Make a title."""

    def upload(self, title_id: UUID, film: Path) -> None:
        """Bring a title's film; returns when the last byte is there."""

    def choose_artwork(self, title_id: UUID, kind: ArtworkKind, picture: Path) -> None:
        """Put a picture on a title."""

    def retry(self, title_id: UUID) -> None:
        """Encode a film again that failed."""


class Audience(Protocol):
    """The made-up viewers."""

    def watch(self, title: Title, subject: Subject) -> int:
        """Plant what they watched of a title; how many plays."""

    def speak(self, title: Title, subject: Subject) -> None:
        """Plant their thumbs and lists."""


@dataclass(frozen=True)
class Workshop:
    """What renders films and pictures."""

    films: Sequence[DemoFilm]
    series: Sequence[DemoSeries]
    render: Callable[[DemoFilm, Path], object]
    poster: Callable[[str, Path], object]
    backdrop: Callable[[str, Path], object]


def render_ahead(workshop: Workshop, folder: Path, notes: Notes) -> None:
    """Render what comes first, if nothing was done for it yet: that needs no service to be up."""
    for film in workshop.films[:1]:
        note = notes.of(film.slug)
        if note.id is None and not note.done:
            _rendered(workshop, film, folder)


def _rendered(workshop: Workshop, film: DemoFilm, folder: Path) -> Path:
    path = folder / f"{film.slug}.mkv"
    if not path.exists():
        started_s = clock.monotonic_s()
        workshop.render(film, path)
        log.info("rendered %s in %.0f s", film.title, clock.monotonic_s() - started_s)
    return path


class Seeding:
    """One run; `folder` holds the notes, and films on their way."""

    def __init__(
        self, workshop: Workshop, studio: Studio, audience: Audience, folder: Path, notes: Notes
    ) -> None:
        self._workshop = workshop
        self._studio = studio
        self._audience = audience
        self._folder = folder
        self._notes = notes
        self._series_of = {one.slug: one for one in workshop.series}

    def run(self) -> list[str]:
        """Put in all that is missing; the slugs of films that could not be."""
        missing = [film.slug for film in self._workshop.films if not self._is_done(film.slug)]
        failed = []
        for number, film in enumerate(self._workshop.films, 1):
            if film.slug in missing:
                log.info("%d of %d: %s", number, len(self._workshop.films), film.title)
                if not self._film(film):
                    failed.append(film.slug)
        return failed

    def _is_done(self, slug: str) -> bool:
        return self._notes.of(slug).done

    def _film(self, film: DemoFilm) -> bool:
        series = None if film.series is None else self._series_of[film.series.slug]
        if series is not None and not self._series(series):
            return self._leave(film.slug, "its series is not there")
        note = self._notes.of(film.slug)
        title = self._title(drafts.of_film(film), note)
        if title is None:
            return self._leave(film.slug, "the operator has removed it, or has one like it")
        self._bring(film, title, note)
        if not self._wait_until_playable(title):
            note.failures += 1
            self._keep()
            return note.failures >= FAILURES_MAX and self._leave(film.slug, "it failed too often")
        self._fill_seats(film, title)
        self._done(note)
        return True

    def _series(self, series: DemoSeries) -> bool:
        note = self._notes.of(series.slug)
        if note.done:
            return self._studio.find(series.slug) is not None
        title = self._title(drafts.of_series(series), note)
        if title is None:
            return False
        self._artwork(series.slug, title, note)
        self._done(note)
        return True

    def _title(self, draft: TitleDraft, note: TitleNote) -> Title | None:
        """Our title, made if need be; None where it must not be made."""
        if note.id is not None:
            known = self._studio.look(note.id)
            return None if known is None else known.title
        found = self._studio.find(draft.slug or "")
        if found is None:
            found = self._studio.create(draft)
        elif not drafts.is_of(draft, found):
            return None
        note.id = found.id
        self._keep()
        return found

    def _bring(self, film: DemoFilm, title: Title, note: TitleNote) -> None:
        """Render the film and upload it, unless it is there; put up the poster meanwhile."""
        path = self._folder / f"{film.slug}.mkv"
        known = self._studio.look(title.id)
        if known is not None and known.progress is None:
            _rendered(self._workshop, film, self._folder)
            self._studio.upload(title.id, path)
            log.info("  uploaded %.1f MB", path.stat().st_size / 1e6)
        elif known is not None and known.progress is not None and known.progress.stage == "failed":
            log.info("  trying again what failed: %s", known.progress.error)
            self._studio.retry(title.id)
        path.unlink(missing_ok=True)
        self._artwork(film.slug, title, note)

    def _artwork(self, slug: str, title: Title, note: TitleNote) -> None:
        if note.artwork:
            return
        makers: tuple[tuple[ArtworkKind, Callable[[str, Path], object]], ...] = (
            ("poster", self._workshop.poster),
            ("backdrop", self._workshop.backdrop),
        )
        for kind, make in makers:
            path = self._folder / f"{slug}-{kind}.jpg"
            make(slug, path)
            self._studio.choose_artwork(title.id, kind, path)
            path.unlink()
        note.artwork = True
        self._keep()

    def _wait_until_playable(self, title: Title) -> bool:
        started_s = clock.monotonic_s()
        while clock.monotonic_s() - started_s < PLAYABLE_TIMEOUT_S:
            known = self._studio.look(title.id)
            if known is None:
                log.warning("  the title was removed meanwhile")
                return False
            if known.title.status in {"published", "withdrawn"}:
                log.info("  playable after %.0f s", clock.monotonic_s() - started_s)
                return True
            if known.progress is not None and known.progress.stage == "failed":
                log.error("  could not be encoded: %s", known.progress.error)
                return False
            clock.pause(POLL_S)
        log.error("  is not playable after %.0f s; look at it in Studio", PLAYABLE_TIMEOUT_S)
        return False

    def _fill_seats(self, film: DemoFilm, title: Title) -> None:
        subject = drafts.subject_of(film, self._workshop.series)
        count = self._audience.watch(title, subject)
        log.info("  %d plays by made-up viewers", count)
        if film.series is None:
            self._audience.speak(title, subject)
        elif subject.place == 1:
            series = self._studio.find(film.series.slug)
            if series is not None:
                self._audience.speak(series, subject)

    def _leave(self, slug: str, why: str) -> bool:
        log.warning("  left out: %s", why)
        self._done(self._notes.of(slug))
        return True

    def _done(self, note: TitleNote) -> None:
        note.done = True
        self._keep()

    def _keep(self) -> None:
        self._notes.write(self._folder / NOTES)
