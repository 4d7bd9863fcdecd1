"""Sheets: what is written is read back the same, and what is wrong is said by line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules import cells, sheet_order, sheets
from matinee.catalog.rules.sheet_order import Known
from matinee.catalog.rules.sheets import Line
from matinee.contracts.catalog import Credit, ExternalIds, RightsWindow, TitleText
from matinee.contracts.catalog.sheets import LINES_MAX, SheetTitle
from matinee.contracts.ratings import Rating

# Everything that a cell could trip over, and letters of other scripts.
SIGNS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"))
WORDS = st.text(st.one_of(SIGNS, st.sampled_from(" ;/\\\"',=+-@|:")), min_size=1, max_size=12).map(
    str.strip
)
LABELS = WORDS.filter(bool)
SLUGS = st.from_regex(r"\A[a-z0-9]{1,6}(-[a-z0-9]{1,4})?\Z")
CREDITS = st.builds(
    Credit, name=LABELS, role=st.sampled_from(["director", "cast", "voice"]), character=WORDS
)
TITLES = st.builds(
    SheetTitle,
    name=LABELS,
    kind=st.sampled_from(["film", "short", "series"]),
    slug=SLUGS,
    tagline=WORDS,
    description=st.lists(WORDS, max_size=3).map(lambda lines: "\n".join(lines).strip()),
    year=st.none() | st.integers(1870, 2200),
    maturity_age=st.integers(0, 18),
    ratings=st.sampled_from([[], [Rating(system="fsk", mark="FSK 12", age=12)]]),
    texts=st.lists(
        st.builds(TitleText, language=st.just("de"), name=LABELS, description=WORDS), max_size=1
    ),
    genres=st.lists(LABELS, max_size=3),
    keywords=st.lists(LABELS, max_size=3),
    credits=st.lists(CREDITS, max_size=4),
    rights=st.sampled_from([[], [RightsWindow(territories=["IS", "NO"])]]),
    external_ids=st.sampled_from([ExternalIds(), ExternalIds(imdb="tt0133093", tmdb="movie/603")]),
    member_slugs=st.lists(SLUGS, max_size=3),
    poster=st.sampled_from(["", "posters/one.jpg", "https://example.org/a;b.png"]),
)


def told(title: SheetTitle) -> dict[str, Any]:
    return title.model_dump(exclude={"members"})


@given(st.lists(TITLES, max_size=4))
def test_a_csv_reads_as_it_was_written(titles: list[SheetTitle]) -> None:
    text = "".join(sheets.csv_text(titles))
    read = sheets.sheet_read(text.encode(), "csv")
    assert not read.errors
    assert [told(line.title) for line in read.lines] == [told(title) for title in titles]


@given(st.lists(TITLES, max_size=4))
def test_a_json_reads_as_it_was_written(titles: list[SheetTitle]) -> None:
    text = "".join(sheets.json_text(titles))
    read = sheets.sheet_read(text.encode(), "json")
    assert not read.errors
    assert [told(line.title) for line in read.lines] == [told(title) for title in titles]


@given(TITLES)
def test_no_cell_is_a_formula(title: SheetTitle) -> None:
    written = cells.written(title)
    assert not [cell for cell in written.values() if cell.startswith(("=", "+", "-", "@"))]


@given(st.binary(max_size=200), st.sampled_from(["csv", "json"]))
def test_whatever_is_sent_is_read_or_refused_in_words(content: bytes, kind: Any) -> None:
    read = sheets.sheet_read(content, kind)
    assert all(error.detail for error in read.errors)


def test_what_is_wrong_is_said_by_line_and_column() -> None:
    text = (
        "name,kind,year,credits,maturity_age\n"
        "First,film,2020,director: Ada,0\n"
        '"Two\nlines",film,soon,,0\n'
        ",film,,,\n"
        "Fourth,opera,,Ada,99\n"
        "Fifth,film\n"
        "\n"
    )
    read = sheets.sheet_read(text.encode(), "csv")
    assert [(line.number, line.title.name) for line in read.lines] == [(2, "First")]
    found = {(error.line, error.column) for error in read.errors}
    assert found == {(4, "year"), (5, "name"), (6, "credits"), (7, "")}
    by_place = {(error.line, error.column): error.detail for error in read.errors}
    assert "whole number" in by_place[4, "year"]
    assert "director: Name" in by_place[6, "credits"]
    again = sheets.sheet_read(text.replace("Ada,99", "cast: Ada,99").encode(), "csv")
    assert {(6, "kind"), (6, "maturity_age")} <= {(e.line, e.column) for e in again.errors}


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"\xff\xfe\x00", "csv", "UTF-8"),
        (b"title,year\nA,2020\n", "csv", "`name`"),
        (b"name,nam\nA,B\n", "csv", "'nam'"),
        (b"name,name\nA,B\n", "csv", "twice"),
        (b"{", "json", "line 1"),
        (b"3", "json", "titles"),
        (b"", "csv", "`name`"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(content: bytes, kind: Any, said: str) -> None:
    (error,) = sheets.sheet_read(content, kind).errors
    assert error.line == 0
    assert said in error.detail


def test_other_marks_between_cells_are_understood() -> None:
    for mark in ";", "\t":
        text = mark.join(["name", "year"]) + "\n" + mark.join(["A", "2020"]) + "\n"
        (line,) = sheets.sheet_read(("\ufeff" + text).encode(), "csv").lines
        assert (line.title.name, line.title.year) == ("A", 2020)


def test_a_sheet_has_an_end() -> None:
    text = json.dumps([{"name": "A"}] * (LINES_MAX + 1))
    (error,) = sheets.sheet_read(text.encode(), "json").errors
    assert str(LINES_MAX) in error.detail


def line(number: int, **fields: Any) -> Line:
    return Line(number, SheetTitle.model_validate({"name": f"T{number}", **fields}))


def test_lines_come_after_those_that_they_name() -> None:
    lines = [
        line(1, kind="collection", member_slugs=["a", "s"]),
        line(2, kind="trailer", belongs_to_slug="e"),
        line(3, kind="episode", slug="e", series_slug="s"),
        line(4, kind="series", slug="s"),
        line(5, slug="a"),
    ]
    assert [one.number for one in sheet_order.in_turn(lines)] == [4, 5, 3, 2, 1]
    assert not list(sheet_order.misfits(lines, {}))
    assert sheet_order.slugs_named(lines) == {"a", "s", "e"}


def test_lines_that_do_not_fit_are_named() -> None:
    known = {"there": Known("film"), "part": Known("episode", "s", 1, 2)}
    lines = [
        line(1, slug="a"),
        line(2, slug="a"),
        line(3, kind="episode", series_slug="there"),
        line(4, kind="trailer", belongs_to_slug="nowhere"),
        line(5, kind="collection", member_slugs=["there", "lost"]),
        line(6, slug="there", kind="series"),
        line(7, slug="part", season=3),
        line(8, slug="there", year=1999),
    ]
    found = {(error.line, error.column) for error in sheet_order.misfits(lines, known)}
    assert found == {
        (2, "slug"), (3, "series_slug"), (4, "belongs_to_slug"), (5, "member_slugs"),
        (6, "kind"), (7, "season"), (8, "slug"),
    }  # fmt: skip
