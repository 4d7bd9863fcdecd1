"""Composes the demo: its accounts, films and made-up viewers, put in through the front door.

Films take the way of anybody's film: a title is made and its file uploaded through the API. Only
what has no door, made-up history, goes to the services' own actions.
"""

import logging
import os
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar
from uuid import UUID

from matinee.contracts.catalog import StudioTitle, Title, TitleDraft, Upload
from matinee.contracts.identity import Profile, ProfileDraft, Role
from matinee.demo import films, personas
from matinee.demo.notes import Notes
from matinee.demo.personas import Persona, Subject
from matinee.demo.seeding import NOTES, ArtworkKind, Seeding, Workshop, render_ahead
from matinee.identity import actions as identity
from matinee.identity import queries as households
from matinee.kernel import binaries, clock, secret_files, settings
from matinee.kernel.problems import Conflict, NotFound, Unavailable
from matinee.playback.actions.positions import PastPlay, plays_import
from matinee.run import edge
from matinee.run.operator import Operator
from matinee.viewing import actions as viewing

log = logging.getLogger("matinee.demo")

VIEWER_EMAIL = "viewer@demo.matinee.example"
OWNER_EMAIL = "owner@demo.matinee.example"
# Known to everybody, so only where nobody else can reach the service.
_LOOPBACK_PASSWORD = "popcorn-and-velvet"  # noqa: S105 - printed, and meant to be known
# Rendering leaves the machine to viewers, and to the encode of the film before.
_NICE = 10
_SERVICE_TIMEOUT_S = 300.0
_REGULAR, _NEWCOMER, _CHILD = "Robin", "Guest", "Kids"
_PROFILES = (
    ProfileDraft(name=_REGULAR, avatar="coral"),
    ProfileDraft(name=_NEWCOMER, avatar="lagoon"),
    ProfileDraft(name=_CHILD, avatar="amber", is_kids=True),
)
_CHUNK_BYTES = 8 * 1024 * 1024
_UPLOAD_TRIES = 10
_CHUNK_TYPE = "application/offset+octet-stream"
_TUS = {"Tus-Resumable": "1.0.0"}
_WAITS_S = (0.5, 1, 2, 4, 8, 15, 15, 15)

T = TypeVar("T")


@dataclass(frozen=True)
class DemoAccount:
    """Somebody whom a visitor may sign in as."""

    email: str
    password: str
    account_id: UUID
    profiles: tuple[Profile, ...]


def seed() -> None:
    """Put in what is missing of the demo; SystemExit(1) if something could not be."""
    os.nice(_NICE)
    folder = settings.get().home / "demo"
    notes = Notes.read(folder / NOTES, clock.now())
    ffmpeg = binaries.find("ffmpeg")
    workshop = Workshop(
        films.FILMS,
        films.SERIES,
        lambda film, to: films.render(film, to, ffmpeg),
        films.poster,
        films.backdrop,
    )
    render_ahead(workshop, folder, notes)
    _wait_for_service()
    viewer, owner = accounts()
    for account, may in ((viewer, "to watch"), (owner, "to run the service, in Studio")):
        log.info("sign in %s: %s with the password %s", may, account.email, account.password)
    audience = PlantedAudience(_people(viewer), notes.anchor)
    failed = Seeding(workshop, HttpStudio(Operator()), audience, folder, notes).run()
    if failed:
        log.error("missing: %s; the next start tries again", ", ".join(failed))
        raise SystemExit(1)
    log.info("the demo is complete: %d films and episodes", len(films.FILMS))


def _wait_for_service() -> None:
    """Return when the edge answers, which is the last to start; SystemExit(1) if it never does."""
    ours = settings.get()
    end_s = clock.monotonic_s() + _SERVICE_TIMEOUT_S
    while not edge.is_ready(ours):
        if clock.monotonic_s() > end_s:
            log.error("%s does not answer; start the service with `matinee up`", ours.url)
            raise SystemExit(1)
        clock.pause(0.2)


def accounts() -> tuple[DemoAccount, DemoAccount]:
    """The viewer's and the owner's account, made if they are not there."""
    password = _password()
    viewer = _account(VIEWER_EMAIL, password, _PROFILES, ())
    owner = _account(
        OWNER_EMAIL, password, (ProfileDraft(name="Owner", avatar="slate"),), ("owner",)
    )
    return viewer, owner


def _password() -> str:
    """Well known on loopback; anywhere else made up once and kept with the secrets."""
    ours = settings.get()
    kept = ours.secrets / "demo_password"
    if ours.is_loopback and not ours.public_url:
        return secret_files.read_or_make(kept, lambda: _LOOPBACK_PASSWORD)
    password = secret_files.read_or_make(kept)
    if password == _LOOPBACK_PASSWORD:
        log.warning(
            "everybody knows the password of the demo's owner, and others reach this service now; "
            "start anew with an empty MATINEE_HOME"
        )
    return password


def _account(
    email: str, password: str, profiles: Sequence[ProfileDraft], roles: Sequence[Role]
) -> DemoAccount:
    try:
        account_id = identity.account_create(email, password, profiles, roles).id
    except Conflict:
        account_id = households.account_id_of(email)
    found = households.profiles_of(account_id)
    return DemoAccount(email, password, account_id, tuple(found))


def _people(viewer: DemoAccount) -> tuple[Persona, ...]:
    """The made-up population, and the one of the visitor's profiles that has watched before."""
    regulars = [
        personas.regular(_REGULAR, viewer.account_id, profile.id, 18)
        for profile in viewer.profiles
        if profile.name == _REGULAR
    ]
    return (*personas.population(), *regulars)


class HttpStudio:
    """See `demo.seeding.Studio`: everything through the API, in the operator's name.

    A service that does not answer is asked again for about a minute, as it may be restarting.
    """

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    def find(self, slug: str) -> Title | None:
        """See `Studio`."""
        return self._if_there(
            lambda: self._operator.ask(Title, "GET", f"/api/catalog/titles/{slug}")
        )

    def look(self, title_id: UUID) -> StudioTitle | None:
        """See `Studio`."""
        path = f"/api/catalog/studio/titles/{title_id}"
        return self._if_there(lambda: self._operator.ask(StudioTitle, "GET", path))

    def create(self, draft: TitleDraft) -> Title:
        """See `Studio`."""
        path = "/api/catalog/studio/titles"
        return _patiently(lambda: self._operator.ask(Title, "POST", path, body=draft))

    def choose_artwork(self, title_id: UUID, kind: ArtworkKind, picture: Path) -> None:
        """See `Studio`."""
        path = f"/api/catalog/studio/titles/{title_id}/artwork/{kind}"
        headers = {"Content-Type": "image/jpeg"}
        content = picture.read_bytes()
        _patiently(lambda: self._operator.send("PUT", path, content=content, headers=headers))

    def retry(self, title_id: UUID) -> None:
        """See `Studio`."""
        path = f"/api/catalog/studio/titles/{title_id}/retry"
        _patiently(lambda: self._operator.send("POST", path))

    def upload(self, title_id: UUID, film: Path) -> None:
        """See `Studio`: tus 1.0.0, which goes on where it was interrupted."""
        values = {"title_id": str(title_id), "filename": film.name}
        metadata = ",".join(
            f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items()
        )
        size = {"Upload-Length": str(film.stat().st_size), "Upload-Metadata": metadata}
        address = "/api/catalog/uploads"
        made = _patiently(
            lambda: self._operator.ask(Upload, "POST", address, headers={**_TUS, **size})
        )
        with film.open("rb") as file:
            for _ in range(_UPLOAD_TRIES):
                if file.seek(self._offset(made.url)) == made.size_bytes:
                    return
                self._send_chunks(made, file)
        code = "upload_stuck"
        detail = f"{film.name} could not be uploaded; look at the log of the web process."
        raise Unavailable(code, detail)

    def _offset(self, url: str) -> int:
        head = _patiently(lambda: self._operator.send("HEAD", url, headers=_TUS))
        return int(head.headers["Upload-Offset"])

    def _send_chunks(self, upload: Upload, file: IO[bytes]) -> None:
        """Send what follows until all is there, or an offset must be asked for again."""
        while chunk := file.read(_CHUNK_BYTES):
            place = {"Upload-Offset": str(file.tell() - len(chunk)), "Content-Type": _CHUNK_TYPE}
            try:
                self._operator.send("PATCH", upload.url, content=chunk, headers={**_TUS, **place})
            except (Conflict, Unavailable) as interrupted:
                log.info("  the upload was interrupted (%s); going on", interrupted.code)
                clock.pause(_WAITS_S[0])
                return

    def _if_there(self, question: Callable[[], T]) -> T | None:
        try:
            return _patiently(question)
        except NotFound:
            return None


def _patiently(question: Callable[[], T]) -> T:
    for wait_s in _WAITS_S:
        try:
            return question()
        except Unavailable:
            clock.pause(wait_s)
    return question()


class PlantedAudience:
    """See `demo.seeding.Audience`: made-up viewers whose history leads up to `anchor`."""

    def __init__(self, people: Sequence[Persona], anchor: datetime) -> None:
        self._people = tuple(people)
        self._anchor = anchor

    def watch(self, title: Title, subject: Subject) -> int:
        """See `Audience`; plays that were planted before have no second effect."""
        return plays_import(
            [
                PastPlay(
                    session_id=visit.session_id,
                    account_id=persona.account_id,
                    profile_id=persona.profile_id,
                    title_id=title.id,
                    position_s=visit.position_s,
                    duration_s=subject.duration_s,
                    watched_s=visit.watched_s,
                    finished=visit.finished,
                    maturity_age=title.maturity_age,
                    occurred_at=visit.occurred_at,
                )
                for persona, visit in personas.planted(self._people, subject, self._anchor)
            ]
        )

    def speak(self, title: Title, subject: Subject) -> None:
        """See `Audience`."""
        for persona in self._people:
            opinion = personas.opinion(persona, subject)
            if opinion.thumb is not None:
                viewing.thumb_give(persona.profile_id, title.id, opinion.thumb)
            if opinion.listed:
                viewing.my_list_add(persona.profile_id, title.id)
