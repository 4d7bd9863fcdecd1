"""Sheets brought in: whole or not at all, with their pictures, by a worker that may die."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from matinee.catalog import settings
from matinee.catalog.actions import sheets
from matinee.catalog.models import SheetImport, Title
from matinee.catalog.rules.workflow import MACHINE
from matinee.contracts.catalog.sheets import SheetImport as Told
from matinee.kernel import clock, ids, storage
from matinee.kernel import settings as kernel_settings
from tests.catalog.conftest import Asker, code_of
from tests.catalog.test_artwork import picture

pytestmark = pytest.mark.django_db(databases=["catalog"])
CountQueries = Callable[..., Any]


@pytest.fixture
def sent(owner: Asker) -> Callable[..., Told]:
    """Sends a sheet and lets a worker take it."""

    def send(content: bytes | str, name: str = "titles.csv", *, trial: bool = False) -> Told:
        body = content.encode() if isinstance(content, str) else content
        path = f"studio/sheets?file_name={name}&is_trial={str(trial).lower()}"
        answer = owner.send("POST", path, {"Content-Type": "text/csv"}, body)
        assert answer.status_code == 202, answer.content
        import_id = Told.model_validate_json(answer.content).id
        sheets.sheet_take(import_id)
        answer = owner.ask("GET", f"studio/sheets/{import_id}")
        return Told.model_validate_json(answer.content)

    return send


def packed(sheet: str, name: str = "titles.csv", **files: bytes) -> bytes:
    """A ZIP of a sheet and pictures, each under its name with `.png` behind it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, sheet)
        for path, content in files.items():
            archive.writestr(f"pictures/{path}.png", content)
    return out.getvalue()


def test_titles_of_every_kind_come_in_with_what_stands_beside_them(
    sent: Callable[..., Told], owner: Asker
) -> None:
    sheet = (
        "name,kind,slug,series_slug,season,episode,belongs_to_slug,member_slugs,credits,genres\n"
        "Both,collection,both,,,,,lantern; harbour,,\n"
        "Teaser,trailer,,,,,lantern,,,\n"
        "One,episode,,harbour,1,1,,,,\n"
        'Harbour,series,harbour,,,,,,"creator: Ada",Drama; Sea\n'
        'The Lantern,film,lantern,,,,,,"director: Bo; cast: Cy / The Keeper",\n'
    )
    told = sent(sheet)
    assert (told.state, told.lines, told.made, told.changed) == ("done", 5, 5, 0), told.errors
    lantern = owner.title("lantern")
    assert [(c.name, c.role, c.character) for c in lantern.credits] == [
        ("Bo", "director", ""),
        ("Cy", "cast", "The Keeper"),
    ]
    rows = {row.slug: row for row in Title._default_manager.all()}
    assert rows["teaser"].belongs_to == rows["lantern"]
    assert (rows["one"].series, rows["one"].season) == (rows["harbour"], 1)
    both = [entry.title.slug for entry in rows["both"].entries.order_by("position")]
    assert both == ["lantern", "harbour"]
    assert SheetImport._default_manager.get().account_id is None


def test_what_is_there_is_changed_as_far_as_the_sheet_says(
    sent: Callable[..., Told], owner: Asker
) -> None:
    owner.make("Storm", year=2001, tagline="It comes.", genres=["Drama"])
    told = sent("name,slug,year\nThe Storm,storm,\nNew,new,2020\n")
    assert (told.state, told.made, told.changed) == ("done", 1, 1)
    storm = owner.title("storm")
    assert (storm.name, storm.year, storm.tagline, storm.genres) == (
        "The Storm",
        None,
        "It comes.",
        ["Drama"],
    )


def test_with_one_line_wrong_nothing_comes_in(sent: Callable[..., Told], owner: Asker) -> None:
    owner.make("Taken", external_ids={"imdb": "tt0133093"})
    sheet = (
        "name,slug,kind,series_slug,season,episode,external_ids\n"
        "Fine,fine,film,,,,\n"
        "Harbour,harbour,series,,,,\n"
        "One,,episode,harbour,1,1,\n"
        "Another one,,episode,harbour,1,1,\n"
        'Copy,,film,,,,"{""imdb"": ""tt0133093""}"\n'
    )
    told = sent(sheet)
    assert (told.state, told.errors_all) == ("refused", 2)
    assert [error.line for error in told.errors] == [5, 6]
    assert "already" in told.errors[0].detail
    assert [row.slug for row in Title._default_manager.all()] == ["taken"]
    assert sent(sheet.replace("1,1,\nCopy", "1,2,\nCopy").replace("0133093", "0133094")).made == 5


def test_a_trial_says_what_would_come_of_it(sent: Callable[..., Told]) -> None:
    told = sent("name\nA\nB\n", trial=True)
    assert (told.state, told.made, told.errors) == ("done", 2, [])
    assert not Title._default_manager.exists()
    told = sent("name,year\nA,never\n", trial=True)
    assert (told.state, told.errors[0].line) == ("refused", 2)


def test_pictures_come_out_of_the_archive(sent: Callable[..., Told], owner: Asker) -> None:
    sheet = "name,slug,poster,backdrop\nA,a,pictures/one.png,pictures\\two.png\n"
    one, two = picture((700, 900)), picture((1600, 900))
    told = sent(packed(sheet, one=one, two=two), "library.zip")
    assert (told.state, told.made) == ("done", 1), told.errors
    artwork = owner.title("a").artwork
    store = storage.open_storage(kernel_settings.get())
    for path in (artwork.poster, artwork.backdrop):
        assert path is not None
        assert store.exists(path.removeprefix("/"))


def test_pictures_that_cannot_be_had_are_errors_of_their_lines(sent: Callable[..., Told]) -> None:
    sheet = (
        "name,poster\nA,pictures/lost.png\nB,pictures/text.png\nC,http://127.0.0.1/x.png\n"
        "D,pictures/good.png\n"
    )
    told = sent(packed(sheet, text=b"no picture at all", good=picture((300, 450))), "l.zip")
    assert told.state == "refused"
    found = {(error.line, error.column): error.detail for error in told.errors}
    assert sorted(found) == [(2, "poster"), (3, "poster"), (4, "poster")]
    assert "archive" in found[2, "poster"]
    assert "picture" in found[3, "poster"]
    assert "private network" in found[4, "poster"]
    alone = sent("name,poster\nA,one.png\n")
    assert "ZIP" in alone.errors[0].detail
    assert not Title._default_manager.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and then nothing", "damaged"),
        (packed("", name="readme.md"), "no sheet"),
        (b"\x00\x01\x02", "`name`"),
    ],
)
def test_files_that_are_no_sheet_are_refused_in_words(
    sent: Callable[..., Told], content: bytes, said: str
) -> None:
    told = sent(content, "sheet")
    assert told.state == "refused"
    assert said in told.errors[0].detail


def test_an_export_comes_back_as_it_was(sent: Callable[..., Told], owner: Asker) -> None:
    sent(
        packed(
            json.dumps(
                {
                    "titles": [
                        {"name": "Sea; or: a/b", "slug": "sea", "genres": ["A;B"], "year": 2000},
                        {"name": "=1+1", "slug": "sum", "poster": "pictures/p.png"},
                        {"name": "Harbour", "kind": "series", "slug": "harbour"},
                        {
                            "name": "One", "kind": "episode", "slug": "one",
                            "series_slug": "harbour", "season": 1, "episode": 1,
                        },
                    ]
                }
            ),
            name="t.json",
            p=picture((300, 450)),
        ),
        "t.zip",
    )  # fmt: skip
    for kind in ("csv", "json"):
        exported = _exported(owner, kind)
        told = sent(exported, f"titles.{kind}")
        assert (told.state, told.changed, told.made) == ("done", 4, 0), told.errors
        assert _exported(owner, kind) == exported
    assert owner.title("sum").artwork.poster


def _exported(who: Asker, kind: str) -> bytes:
    answer = who.ask("GET", f"studio/sheet.{kind}")
    assert answer.status_code == 200
    return b"".join(answer)


def test_what_editors_may_not_change_they_may_not_by_sheets(
    owner: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.make("Storm")
    monkeypatch.setenv("MATINEE_CATALOG_REVIEW", "one")
    settings.get.cache_clear()
    editor = Asker(roles=("editor",))
    body = b"name,slug\nOther,storm\n"
    answer = editor.send(
        "POST", "studio/sheets?file_name=a.csv", {"Content-Type": "text/csv"}, body
    )
    import_id = Told.model_validate_json(answer.content).id
    sheets.sheet_take(import_id)
    answer = editor.ask("GET", f"studio/sheets/{import_id}")
    assert Told.model_validate_json(answer.content).state == "refused"
    assert owner.title("storm").name == "Storm"


@pytest.fixture(autouse=True)
def _settings_anew() -> Iterator[None]:
    yield
    settings.get.cache_clear()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    with clock.shifted(moment - clock.now()):
        yield


def test_a_sheet_whose_worker_died_is_taken_by_the_next() -> None:
    told = sheets.sheet_send("a.csv", [b"name\n", b"A\n"], MACHINE, is_trial=False)
    begun = clock.now()
    SheetImport._default_manager.filter(pk=told.id).update(state="working", began_at=begun)
    sheets.sheets_take()
    assert not Title._default_manager.exists(), "somebody is at it"
    with clock_at(begun + timedelta(seconds=sheets.TAKE_S + 1)):
        sheets.sheets_take()
    assert SheetImport._default_manager.get().state == "done"
    sheets.sheet_take(told.id)
    assert Title._default_manager.count() == 1, "once, whoever comes late"
    with clock_at(begun + timedelta(days=100)):
        sheets.sheets_take()
    assert not SheetImport._default_manager.exists()


def test_what_goes_wrong_here_changes_nothing_and_is_said(
    sent: Callable[..., Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("matinee.catalog.actions.sheets._bring_in_line", fail)
    told = sent("name\nA\n")
    assert told.state == "failed"
    assert "nothing was changed" in told.errors[0].detail


def test_sheets_are_bounded(owner: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    path, kind = "studio/sheets?file_name=a.csv", {"Content-Type": "text/csv"}
    assert code_of(owner.send("POST", path, kind, b"")) == "no_sheet"
    monkeypatch.setenv("MATINEE_CATALOG_SHEET_SIZE_BYTES_MAX", "10")
    settings.get.cache_clear()
    assert code_of(owner.send("POST", path, kind, b"name\n" * 9)) == "sheet_too_large"
    assert not list((settings.get().spool / "sheets").iterdir())
    for _ in range(20):
        assert owner.send("POST", path, kind, b"name\nA\n").status_code == 202
    assert code_of(owner.send("POST", path, kind, b"name\nA\n")) == "too_many_sheets"
    assert owner.ask("GET", f"studio/sheets/{ids.uuid7()}").status_code == 404
    listed = json.loads(owner.ask("GET", "studio/sheets").content)
    assert len(listed["imports"]) == 20
    sheets.sheets_take()


def test_an_export_asks_as_often_for_many_titles_as_for_one(
    owner: Asker, django_assert_num_queries: CountQueries
) -> None:
    owner.make("First", genres=["Drama"])
    with django_assert_num_queries(_EXPORT_QUERIES, connection=connections["catalog"]):
        _exported(owner, "csv")
    for number in range(10):
        owner.make(f"T{number}", credits=[{"name": f"P{number}", "role": "cast"}])
    with django_assert_num_queries(_EXPORT_QUERIES, connection=connections["catalog"]):
        assert len(_exported(owner, "csv").splitlines()) == 12


# A page of titles with what stands beside them, and a look whether there is another page.
_EXPORT_QUERIES = 4
