"""The demo through the real API: accounts, a title, an upload, pictures, and planted histories."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from PIL import Image

from matinee.catalog.models import Title, Upload
from matinee.contracts.events import RenditionInfo, RenditionReady
from matinee.demo import seeding
from matinee.demo.films import FILMS, SERIES
from matinee.demo.films.records import DemoFilm
from matinee.demo.notes import Notes
from matinee.identity.models import Account
from matinee.insights.actions.exposures import exposures_count
from matinee.insights.models import Experiment, Exposure
from matinee.insights.queries import experiments
from matinee.kernel import binaries
from matinee.kernel.clients import Client
from matinee.kernel.events.hearing import hear
from matinee.kernel.ids import uuid7
from matinee.playback.models import Position
from matinee.run import demo, services
from matinee.run.operator import Operator
from matinee.viewing.models import Thumb
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILM = replace(next(film for film in FILMS if film.series is None), duration_s=1.0)


@pytest.fixture(autouse=True)
def _whole_house() -> Iterator[None]:
    """All services are there; connections, which hold the test's transaction, outlive requests."""
    services.load_edges_of_work()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class ServedStudio(demo.HttpStudio):
    """Asks the app in this process; films are encoded as soon as they are there."""

    def __init__(self) -> None:
        super().__init__(Operator(Client("http://testserver", app=get_wsgi_application())))

    def upload(self, title_id: UUID, film: Path) -> None:
        super().upload(title_id, film)
        ready = RenditionReady(
            encode_id=uuid7(),
            title_id=title_id,
            package="packages/test",
            complete=True,
            duration_s=1.0,
            renditions=[
                RenditionInfo(codec="h264", width=64, height=36, frame_rate=24, bitrate_bps=9000)
            ],
            audio=[],
            subtitles=[],
            storyboard=None,
            stills=[],
        )
        hear("catalog", ready.type, ready.model_dump(mode="json"))


def render(_film: DemoFilm, to: Path) -> None:
    picture = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=24:duration=1"]
    command = [str(binaries.find("ffmpeg")), "-loglevel", "error", *picture, "-y", str(to)]
    subprocess.run(command, check=True, timeout=PATIENCE_S)


def draw(_slug: str, to: Path) -> None:
    Image.new("RGB", (300, 450), "teal").save(to)


def run(folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    viewer, _ = demo.accounts()
    workshop = seeding.Workshop([FILM], SERIES, render, draw, draw)
    notes = Notes.read(folder / seeding.NOTES, NOW)
    audience = demo.PlantedAudience(demo.people_of(viewer), notes.anchor)
    failed = seeding.Seeding(workshop, ServedStudio(), audience, folder, notes).run()
    demo.experiment_plant(demo.people_of(viewer), notes)
    notes.write(folder / seeding.NOTES)
    return failed


def test_a_film_comes_in_by_the_front_door(tmp_path: Path) -> None:
    assert run(tmp_path / "demo") == []
    title = Title.objects.get(slug=FILM.slug)
    assert (title.status, title.name) == ("published", FILM.title)
    assert title.poster_chosen
    assert title.backdrop_chosen
    upload = Upload.objects.get(title=title)
    assert upload.offset_bytes == upload.size_bytes > 0
    assert Position.objects.filter(title_id=title.pk).count() > 5
    assert Thumb.objects.filter(title_id=title.pk).exists()


def test_a_second_run_changes_nothing_even_without_notes(tmp_path: Path) -> None:
    run(tmp_path / "demo")
    tables = (Title, Upload, Position, Thumb, Account, Experiment, Exposure)
    before = [table._default_manager.count() for table in tables]
    (tmp_path / "demo" / seeding.NOTES).unlink()
    assert run(tmp_path / "demo") == []
    assert [table._default_manager.count() for table in tables] == before


def test_made_up_viewers_take_part_in_an_experiment(tmp_path: Path) -> None:
    run(tmp_path / "demo")
    (row,) = Experiment.objects.filter(state="running")
    known = experiments.report(row.pk)
    assert row.started_at is not None
    assert {one.variant for one in known.exposures} == {"a", "b"}
    assert all(one.shown > 30 for one in known.exposures)
    assert not known.lopsided
    # Of all it is known by now what came of it, as it began weeks ago.
    assert exposures_count() == [row.pk]
    known = experiments.report(row.pk)
    assert [one.counted for one in known.exposures] == [one.shown for one in known.exposures]
    # What the operator ends does not come back.
    Experiment.objects.all().delete()
    run(tmp_path / "demo")
    assert not Experiment.objects.exists()


def test_accounts_are_made_once_with_their_profiles() -> None:
    viewer, owner = demo.accounts()
    again, _ = demo.accounts()
    assert again == viewer
    assert [profile.name for profile in viewer.profiles] == ["Robin", "Guest", "Kids"]
    assert [profile.is_kids for profile in viewer.profiles] == [False, False, True]
    assert owner.email == demo.OWNER_EMAIL
    assert owner.password == viewer.password


def test_a_visitor_is_told_how_to_sign_in(capfd: pytest.CaptureFixture[str]) -> None:
    accounts = demo.accounts()
    demo.tell_who_may_sign_in(*accounts)
    for line, account in zip(capfd.readouterr().out.splitlines(), accounts, strict=True):
        assert f": {account.email} with the password {account.password}" in line
    demo.tell_who_may_sign_in(*(replace(one, password="a secret one") for one in accounts))
    said = capfd.readouterr().out
    assert "demo_password" in said
    assert "a secret one" not in said
