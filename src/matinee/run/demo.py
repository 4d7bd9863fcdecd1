"""Composes the demo: its accounts, films and made-up viewers, put in through the front door.

Films take the way of anybody's film: a title is made and its file uploaded through the API. Only
what has no door, made-up history, goes to the services' own actions.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click

from matinee.contracts.catalog import StudioTitle, Title, TitleDraft
from matinee.contracts.identity import Profile, ProfileDraft, Role
from matinee.demo import films, personas, trying
from matinee.demo.notes import Notes
from matinee.demo.personas import Persona, Subject
from matinee.demo.seeding import NOTES, ArtworkKind, Seeding, Workshop, render_ahead
from matinee.demo.workfolder import SeedingElsewhereError, alone_in
from matinee.identity import actions as identity
from matinee.identity import queries as households
from matinee.insights.actions import experiments
from matinee.insights.actions.exposures import exposure_note
from matinee.insights.queries import experiments as experiments_known
from matinee.kernel import binaries, clock, settings
from matinee.kernel.problems import Conflict, NotFound, Problem
from matinee.playback.actions.positions import PastPlay, plays_import
from matinee.run import edge, sending, shipped
from matinee.run.operator import Operator
from matinee.viewing import actions as viewing

log = logging.getLogger("matinee.demo")

VIEWER_EMAIL = "viewer@demo.matinee.example"
OWNER_EMAIL = "owner@demo.matinee.example"
# Known to everybody, so only where nobody else can reach the service.
# Rendering leaves the machine to viewers, and to the encode of the film before.
_NICE = 10
_SERVICE_TIMEOUT_S = 300.0
_REGULAR, _NEWCOMER, _CHILD = "Robin", "Guest", "Kids"
_PROFILES = (
    ProfileDraft(name=_REGULAR, avatar="coral"),
    ProfileDraft(name=_NEWCOMER, avatar="lagoon"),
    ProfileDraft(name=_CHILD, avatar="amber", is_kids=True),
)
_ASK_AGAIN_S = 1.0
_TIMEOUT_S = 60.0

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
    try:
        with alone_in(folder):
            failed = _seed(folder)
    except SeedingElsewhereError as error:
        log.error("%s", error)  # noqa: TRY400 - no place in the code is of interest
        raise SystemExit(1) from error
    if failed:
        log.error("missing: %s; the next start tries again", ", ".join(failed))
        raise SystemExit(1)
    log.info("the demo is complete: %d films and episodes", len(films.FILMS))


def _seed(folder: Path) -> list[str]:
    """One run, in a folder that nobody else uses; the films that could not be put in."""
    notes = Notes.read(folder / NOTES, clock.now())
    workshop = _workshop()
    render_ahead(workshop, folder, notes)
    _wait_for_service()
    viewer, owner = accounts()
    tell_who_may_sign_in(viewer, owner)
    if not households.roles_in_force(["owner"], has_second_factor=False).rest:
        log.info("the owner needs no second factor: only this machine can reach the service")
    people = people_of(viewer)
    audience = PlantedAudience(people, notes.anchor)
    failed = Seeding(workshop, HttpStudio(Operator()), audience, folder, notes).run()
    # Last, as it counts what people watched.
    experiment_plant(people, notes)
    notes.write(folder / NOTES)
    return failed


def tell_who_may_sign_in(viewer: DemoAccount, owner: DemoAccount) -> None:
    """Said, not logged: addresses are struck out of logs. A password that is secret is not said."""
    is_known = owner.password == shipped.PASSWORD
    word = shipped.PASSWORD if is_known else f"in {shipped.kept(settings.get())}"
    for account, may in ((viewer, "to watch"), (owner, "to run the service, in Studio")):
        click.echo(f"sign in {may}: {account.email} with the password {word}")


def experiment_plant(people: Sequence[Persona], notes: Notes) -> None:
    """Have an experiment go on among made-up viewers, unless it was put in before."""
    if notes.tried:
        return
    began_at = notes.anchor - trying.BEGAN_BEFORE
    name = trying.DRAFT.name
    listed = experiments_known.experiments().experiments
    one = next((one for one in listed if one.name == name), None)
    try:
        if one is None:
            one = experiments.experiment_create(trying.DRAFT)
        if one.state == "draft":
            experiments.experiment_start(one.id, since=began_at)
    except Conflict as problem:
        log.warning("the experiment %s is left out: %s", name, problem)
    else:
        running = experiments_known.running()
        for event in trying.exposed(one.id, running, people, began_at):
            exposure_note(event)
    notes.tried = True


def _workshop() -> Workshop:
    ffmpeg = binaries.find("ffmpeg")
    return Workshop(
        films.FILMS,
        films.SERIES,
        lambda film, to: films.render(film, to, ffmpeg),
        films.poster,
        films.backdrop,
    )


def _wait_for_service() -> None:
    """Return when the edge answers, which is the last to start; SystemExit(1) if it never does."""
    ours = settings.get()
    end_s = clock.monotonic_s() + _SERVICE_TIMEOUT_S
    while not edge.is_ready(ours):
        if clock.monotonic_s() > end_s:
            log.error("%s does not answer; start the service with `matinee up`", ours.local_url)
            raise SystemExit(1)
        clock.pause(0.2)


def accounts() -> tuple[DemoAccount, DemoAccount]:
    """The viewer's and the owner's account, made if they are not there."""
    secret = shipped.demo_password(settings.get())
    viewer = _account(VIEWER_EMAIL, secret, _PROFILES, ())
    owner = _account(OWNER_EMAIL, secret, (ProfileDraft(name="Owner", avatar="slate"),), ("owner",))
    return viewer, owner


def _account(
    email: str, password: str, profiles: Sequence[ProfileDraft], roles: Sequence[Role]
) -> DemoAccount:
    try:
        account_id = identity.account_create(email, password, profiles, roles).id
    except Conflict:
        account_id = households.account_id_of(email)
    found = households.profiles_of(account_id)
    return DemoAccount(email, password, account_id, tuple(found))


def people_of(viewer: DemoAccount) -> tuple[Persona, ...]:
    """The made-up population, and the one of the visitor's profiles that has watched before."""
    regulars = [
        personas.regular(_REGULAR, viewer.account_id, profile.id, 18)
        for profile in viewer.profiles
        if profile.name == _REGULAR
    ]
    return (*personas.population(), *regulars)


class HttpStudio:
    """See `demo.seeding.Studio`: everything through the API, in the operator's name.

    A service that does not answer is asked again for some minutes, since it may be restarting.
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
        return _patiently(
            lambda: self._operator.ask(Title, "POST", path, body=draft, timeout=_TIMEOUT_S)
        )

    def choose_artwork(self, title_id: UUID, kind: ArtworkKind, picture: Path) -> None:
        """See `Studio`."""
        path = f"/api/catalog/studio/titles/{title_id}/artwork/{kind}"
        headers = {"Content-Type": "image/jpeg"}
        content = picture.read_bytes()
        _patiently(
            lambda: self._operator.send(
                "PUT", path, content=content, headers=headers, timeout=_TIMEOUT_S
            )
        )

    def retry(self, title_id: UUID) -> None:
        """See `Studio`."""
        path = f"/api/catalog/studio/titles/{title_id}/encode"
        _patiently(lambda: self._operator.send("POST", path))

    def upload(self, title_id: UUID, film: Path) -> None:
        """See `Studio`; goes on by itself where it is interrupted."""
        file = sending.FilmFile.of(film)
        begun = _patiently(lambda: sending.upload_begin(self._operator, file, title_id))
        sending.upload_send(self._operator, file, begun, lambda _offset: None)

    def _if_there(self, question: Callable[[], T]) -> T | None:
        try:
            return _patiently(question)
        except NotFound:
            return None


def _patiently(question: Callable[[], T]) -> T:
    """Ask until there is an answer, through a restart of the service."""
    until_s = clock.monotonic_s() + sending.PATIENCE_S
    while True:
        try:
            return question()
        except Problem as problem:
            if not sending.is_passing(problem) or clock.monotonic_s() > until_s:
                raise
            clock.pause(_ASK_AGAIN_S)


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
