"""Seeding step by step: each once, whatever was done before, and nothing that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from matinee.contracts.catalog import Artwork, EncodeProgress, StudioTitle, Title, TitleDraft
from matinee.demo import drafts, seeding, workfolder
from matinee.demo.films import FILMS, SERIES
from matinee.demo.films.records import DemoFilm
from matinee.demo.notes import Notes
from matinee.demo.personas import Subject
from matinee.kernel.ids import uuid7

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILM = next(film for film in FILMS if film.series is None)
EPISODES = [film for film in FILMS if film.series is not None][:2]


class StoppedError(Exception):
    """The process was killed just here."""


class Shop:
    """A studio and an audience in memory, which stops the seeding at the `stop_at`th step."""

    def __init__(self) -> None:
        self.titles: dict[UUID, Title] = {}
        self.filmed: set[UUID] = set()
        self.did: list[str] = []
        self.stop_at: int | None = None
        self.fails = False

    def step(self, what: str) -> None:
        if self.stop_at is not None and len(self.did) >= self.stop_at:
            raise StoppedError(what)
        self.did.append(what)

    def find(self, slug: str) -> Title | None:
        return next((one for one in self.titles.values() if one.slug == slug), None)

    def look(self, title_id: UUID) -> StudioTitle | None:
        title = self.titles.get(title_id)
        if title is None:
            return None
        there = title_id in self.filmed
        progress = EncodeProgress(
            encode_id=title_id,
            stage="failed" if self.fails else "done",
            fraction=1,
            playable=not self.fails,
            error="It is torn." if self.fails else None,
        )
        status = "published" if there and not self.fails else "draft"
        shown = title.model_copy(update={"status": status})
        return StudioTitle(title=shown, progress=progress if there else None, updated_at=NOW)

    def create(self, draft: TitleDraft) -> Title:
        self.step(f"create {draft.slug}")
        assert self.find(draft.slug or "") is None
        title = made_from(draft)
        self.titles[title.id] = title
        return title

    def upload(self, title_id: UUID, film: Path) -> None:
        self.step(f"upload {self.titles[title_id].slug}")
        assert film.read_text() == "film"
        self.filmed.add(title_id)

    def choose_artwork(self, title_id: UUID, kind: seeding.ArtworkKind, picture: Path) -> None:
        self.step(f"{kind} {self.titles[title_id].slug}")
        assert picture.read_text() == "picture"

    def retry(self, title_id: UUID) -> None:
        self.step(f"retry {self.titles[title_id].slug}")

    def watch(self, title: Title, subject: Subject) -> int:
        self.step(f"watch {subject.slug}")
        assert title.slug == subject.slug
        return 1

    def speak(self, title: Title, subject: Subject) -> None:
        self.step(f"speak {title.slug}")
        assert subject.genres

    def render(self, film: DemoFilm, to: Path) -> None:
        self.step(f"render {film.slug}")
        to.write_text("film")

    def draw(self, _slug: str, to: Path) -> None:
        to.write_text("picture")


def made_from(draft: TitleDraft) -> Title:
    unset = dict.fromkeys(
        ("duration_s", "height", "published_at", "play_title_id", "next_episode_id", "series_id")
    )
    empty: dict[str, list[str]] = {"audio_languages": [], "subtitle_languages": [], "seasons": []}
    more = {"id": uuid7(), "status": "draft", "artwork": Artwork(), **unset, **empty}
    return Title.model_validate({**draft.model_dump(), **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def run(shop: Shop, folder: Path, films: list[DemoFilm]) -> list[str]:
    folder.mkdir(exist_ok=True)
    workshop = seeding.Workshop(films, SERIES, shop.render, shop.draw, shop.draw)
    notes = Notes.read(folder / seeding.NOTES, NOW)
    return seeding.Seeding(workshop, shop, shop, folder, notes).run()


@contextmanager
def stopped_at(shop: Shop, step: int) -> Iterator[None]:
    shop.stop_at = step
    with pytest.raises(StoppedError):
        yield
    shop.stop_at = None


WHOLE = [
    f"create {SERIES[0].slug}",
    f"poster {SERIES[0].slug}",
    f"backdrop {SERIES[0].slug}",
    *(
        step
        for film in EPISODES
        for step in (
            *(f"{verb} {film.slug}" for verb in ("create", "render", "upload", "poster")),
            f"backdrop {film.slug}",
            f"watch {film.slug}",
            *([f"speak {SERIES[0].slug}"] if film is EPISODES[0] else []),
        )
    ),
]


def test_a_series_comes_before_its_episodes(folder: Path) -> None:
    shop = Shop()
    assert run(shop, folder, EPISODES) == []
    assert shop.did == WHOLE
    assert [path.name for path in folder.iterdir()] == [seeding.NOTES]


def test_a_second_run_does_nothing(folder: Path) -> None:
    shop = Shop()
    run(shop, folder, EPISODES)
    shop.did.clear()
    assert run(shop, folder, EPISODES) == []
    assert shop.did == []


@pytest.mark.parametrize("step", range(len(WHOLE)))
def test_it_goes_on_wherever_it_was_killed(folder: Path, step: int) -> None:
    shop = Shop()
    with stopped_at(shop, step):
        run(shop, folder, EPISODES)
    assert run(shop, folder, EPISODES) == []
    made = [what for what in shop.did if what.split()[0] in {"create", "upload", "render"}]
    assert len(made) == len(set(made)), "done twice"
    assert set(shop.did) == set(WHOLE)
    assert [path.name for path in folder.iterdir()] == [seeding.NOTES]


def test_lost_notes_make_nothing_twice(folder: Path) -> None:
    shop = Shop()
    run(shop, folder, [FILM])
    (folder / seeding.NOTES).write_text("{")
    shop.did.clear()
    assert run(shop, folder, [FILM]) == []
    assert not [what for what in shop.did if what.split()[0] in {"create", "upload", "render"}]


def test_somebody_elses_title_is_left_alone(folder: Path) -> None:
    shop = Shop()
    other = made_from(drafts.of_film(FILM).model_copy(update={"description": "Mine."}))
    shop.titles[other.id] = other
    assert run(shop, folder, [FILM]) == []
    assert shop.did == []
    assert shop.titles == {other.id: other}


@pytest.mark.parametrize("whole", [True, False])
def test_what_the_operator_removed_stays_removed(folder: Path, whole: bool) -> None:  # noqa: FBT001 - a case
    shop = Shop()
    if whole:
        run(shop, folder, [FILM])
    else:
        with stopped_at(shop, 2):
            run(shop, folder, [FILM])
    shop.titles.clear()
    shop.did.clear()
    assert run(shop, folder, [FILM]) == []
    assert shop.did == []


def test_a_film_that_fails_is_tried_again_but_not_for_ever(folder: Path) -> None:
    shop = Shop()
    shop.fails = True
    runs = [run(shop, folder, [FILM]) for _ in range(4)]
    assert runs == [[FILM.slug], [FILM.slug], [], []]
    assert shop.did.count(f"retry {FILM.slug}") == 2


def test_a_film_that_came_out_after_all_is_finished(folder: Path) -> None:
    shop = Shop()
    shop.fails = True
    assert run(shop, folder, [FILM]) == [FILM.slug]
    shop.fails = False
    assert run(shop, folder, [FILM]) == []
    assert shop.did[-2:] == [f"watch {FILM.slug}", f"speak {FILM.slug}"]


def test_the_folder_is_held_by_one_and_cleared_of_leftovers(folder: Path) -> None:
    (folder / ".half-a-film").mkdir(parents=True)
    (folder / ".half-a-film" / "film.mkv").write_text("half")
    (folder / ".notes.json.1").write_text("{")
    (folder / "whole.mkv").write_text("film")
    with workfolder.alone_in(folder):
        assert {path.name for path in folder.iterdir()} == {"whole.mkv", "lock"}
        with pytest.raises(workfolder.SeedingElsewhereError), workfolder.alone_in(folder):
            pytest.fail("two at once")
    with workfolder.alone_in(folder):
        assert (folder / "whole.mkv").exists()
