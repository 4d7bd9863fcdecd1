"""Libraries of other servers, as they lie on disk: what is read of them, and what is left out."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from matinee.run.libraries import jellyfin, mediacms, nfo
from matinee.run.libraries.library import Library

FILM = b"\x00\x00\x00\x18ftypmp42"
MOVIE = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<movie>
  <plot>A keeper and the sea.</plot><title>The Lantern</title><tagline>It burns.</tagline>
  <year>2019</year><mpaa>PG-13</mpaa><genre>Drama</genre><genre>Mystery / Sea</genre>
  <tag>lighthouse</tag><director>Ada Ek</director><credits>Bo Li</credits>
  <uniqueid type="imdb">tt0133093</uniqueid><uniqueid type="tmdb">603</uniqueid>
  <actor><name>Cy Ray</name><role>The Keeper</role></actor>
  <actor><name>Cy Ray</name><role>Twin</role></actor>
</movie>"""
SHOW = "<tvshow><title>Harbour</title><genre>Drama</genre><year>2018</year></tvshow>"
PART = (
    "<episodedetails><title>Ebb</title><season>1</season><episode>2</episode>"
    "<plot>Water goes.</plot></episodedetails>"
)


def write(root: Path, files: Mapping[str, bytes | str]) -> None:
    """Files by their paths, in which `__` stands for a slash and `·` for a dot."""
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("·", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    film, series = "The Lantern (2019)", "Harbour (2018)"
    write(
        tmp_path,
        {
            f"{film}__The Lantern (2019)·mkv": FILM,
            f"{film}__movie·nfo": MOVIE,
            f"{film}__poster·jpg": b"p",
            f"{film}__fanart·png": b"f",
            f"{film}__The Lantern-trailer·mp4": FILM,
            f"{film}__extras__making·mkv": FILM,
            "Storm·2001·1080p·mp4": FILM,
            f"{series}__tvshow·nfo": SHOW,
            f"{series}__folder·jpg": b"s",
            f"{series}__Season 01__Harbour S01E01·mkv": FILM,
            f"{series}__Season 01__Harbour S01E02·mkv": FILM,
            f"{series}__Season 01__Harbour S01E02·nfo": PART,
            f"{series}__Season 01__Harbour S01E02-thumb·jpg": b"t",
            "·hidden__x·mkv": FILM,
            "notes·txt": "not a film",
        },
    )
    return tmp_path


def test_a_film_of_jellyfins_comes_with_all_that_is_written_beside_it(shelf: Path) -> None:
    found = jellyfin.read(shelf)
    lantern = next(title for title in found.titles if title.slug == "the-lantern")
    assert (lantern.name, lantern.year, lantern.tagline) == ("The Lantern", 2019, "It burns.")
    assert lantern.genres == ["Drama", "Mystery", "Sea"]
    assert lantern.keywords == ["lighthouse"]
    assert [(c.name, c.role, c.character) for c in lantern.credits] == [
        ("Ada Ek", "director", ""),
        ("Bo Li", "writer", ""),
        ("Cy Ray", "cast", "The Keeper"),
    ]
    assert (lantern.external_ids.imdb, lantern.external_ids.tmdb) == ("tt0133093", "movie/603")
    assert [(one.system, one.mark, one.age) for one in lantern.ratings] == [("us", "PG-13", 13)]
    assert found.pictures[lantern.poster].name == "poster.jpg"
    assert found.pictures[lantern.backdrop].name == "fanart.png"


def test_a_jellyfin_library_is_films_and_series_and_nothing_beside_them(shelf: Path) -> None:
    found = jellyfin.read(shelf)
    assert not found.remarks
    by_slug = {title.slug: title for title in found.titles}
    assert set(by_slug) == {"the-lantern", "storm", "harbour", "harbour-s01e01", "harbour-s01e02"}
    assert (by_slug["storm"].name, by_slug["storm"].year) == ("Storm", 2001)
    second = by_slug["harbour-s01e02"]
    assert (second.name, second.kind, second.series_slug) == ("Ebb", "episode", "harbour")
    assert (second.season, second.episode) == (1, 2)
    first = by_slug["harbour-s01e01"]
    assert (first.season, first.episode) == (1, 1)
    assert found.films["harbour-s01e02"].name == "Harbour S01E02.mkv"
    assert "harbour" not in found.films
    again = jellyfin.read(shelf)
    assert [title.slug for title in again.titles] == [title.slug for title in found.titles]


def test_an_nfo_that_cannot_be_read_leaves_the_files_name(tmp_path: Path) -> None:
    write(tmp_path, {"Storm (2001)__Storm (2001)·mkv": FILM, "Storm (2001)__movie·nfo": "<movie"})
    found = jellyfin.read(tmp_path)
    assert [title.name for title in found.titles] == ["Storm"]
    assert "no XML" in found.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><movie><title>&b;</title></movie>',
        "<movie>" + "x" * 1024 * 1024 + "</movie>",
    ],
)
def test_an_nfo_that_would_unfold_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "movie.nfo"
    path.write_text(text)
    with pytest.raises(nfo.NfoError):
        nfo.read(path)


LISTED = {
    "count": 3,
    "results": [
        {"friendly_token": "aB1", "title": "Storm at Sea", "media_type": "video"},
        {"friendly_token": "cD2", "title": "A picture", "media_type": "image"},
        {"friendly_token": "eF3", "title": "Away", "media_type": "video",
         "original_media_url": "/media/../secret.mp4"},
    ],
}  # fmt: skip
TOLD = {
    "friendly_token": "aB1",
    "title": "Storm at Sea",
    "description": "Wind.",
    "original_media_url": "https://cms.example/media/original/user/ada/1.storm.mp4",
    "poster_url": "/media/original/thumbnails/1.jpg",
    "categories_info": [{"title": "Nature", "url": "/search?c=Nature"}],
    "tags_info": [{"title": "wind", "url": "/search?t=wind"}],
}


def test_mediacms_tells_what_it_knows_and_its_folder_has_the_films(tmp_path: Path) -> None:
    media = tmp_path / "media_files"
    write(media, {"original__user__ada__1·storm·mp4": FILM, "original__thumbnails__1·jpg": b"t"})
    write(tmp_path, {"secret·mp4": FILM})
    pages = [tmp_path / "list.json", tmp_path / "one.json"]
    pages[0].write_text(json.dumps(LISTED))
    pages[1].write_text(json.dumps(TOLD))
    found = mediacms.read(pages, media)
    storm, away = found.titles
    assert (storm.slug, storm.description) == ("storm-at-sea-ab1", "Wind.")
    assert (storm.genres, storm.keywords) == (["Nature"], ["wind"])
    assert found.films["storm-at-sea-ab1"].name == "1.storm.mp4"
    assert found.pictures[storm.backdrop].name == "1.jpg"
    assert away.slug not in found.films
    assert len(found.remarks) == 2


def test_what_is_no_answer_of_mediacmss_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "list.json"
    for said in ("[1]", "{", "3", '{"results": 3}'):
        page.write_text(said)
        with pytest.raises(mediacms.DumpError, match="/api/v1/media"):
            mediacms.read([page], None)


def test_a_library_is_packed_as_a_sheet_with_its_pictures(shelf: Path, tmp_path: Path) -> None:
    library: Library = jellyfin.read(shelf)
    library.pack(tmp_path / "packed.zip")
    with zipfile.ZipFile(tmp_path / "packed.zip") as archive:
        said = json.loads(archive.read("titles.json"))["titles"]
        assert [one["kind"] for one in said].count("episode") == 2
        named = {one[kind] for one in said for kind in ("poster", "backdrop") if kind in one}
        assert named
        assert named == set(archive.namelist()) - {"titles.json"}
    assert library.add("x", None, {}, name="") == ""
    assert "left out" in library.remarks[-1]
