"""What files are by their names: habits that are understood, and names that nobody understands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules import file_names
from matinee.catalog.rules.guesses import Guess, guess, guesses, subtitles_of

YEAR_LAST = 2027
WORDS = st.lists(
    st.text(st.sampled_from("abcdefgklmoprstuwyäéø"), min_size=4, max_size=9).map(str.title),
    min_size=1,
    max_size=4,
)
# Words of these letters can be no marks, but for these.
NO_MARKS = {
    "Teaser",
    "Deleted",
    "Season",
    "Staffel",
    "Saison",
    "Temporada",
    "Sample",
    "Remux",
    "Trailer",
    "Specials",
}
NAMES = WORDS.filter(lambda words: not NO_MARKS & set(words)).map(" ".join)
YEARS = st.integers(1900, YEAR_LAST)
PLACES = st.tuples(st.integers(0, 40), st.integers(1, 400))
MADE = st.sampled_from(["", " 1080p", " 720p WEB-DL x264", " [BluRay 2160p HEVC]", " (1080p)"])


def said(one: Guess) -> tuple[str, str, int | None, str, int | None, int | None]:
    return one.kind, one.name, one.year, one.series, one.season, one.episode


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Metropolis (1927).mkv", ("film", "Metropolis", 1927, "", None, None)),
        ("Big.Buck.Bunny.2008.1080p.BluRay.x264-X.mkv", ("film", "Big Buck Bunny", 2008)),
        ("2001 A Space Walk (1968) [4K].mkv", ("film", "2001 A Space Walk", 1968)),
        ("1917 (2019)/1917.mkv", ("film", "1917", 2019)),
        ("2012.mkv", ("film", "2012", None)),
        ("20 Days by the Sea.mkv", ("film", "20 Days by the Sea", None)),
        ("Web of Lies 2010 WEB-DL.mkv", ("film", "Web of Lies", 2010)),
        ("Apollo 13 (1995) (1080p BluRay).mkv", ("film", "Apollo 13", 1995)),
        ("Dark/Season 1/Dark - S01E02 - Lies [1080p].mkv", ("episode", "Lies", None, "Dark", 1, 2)),
        ("Dark (2017)/Staffel 02/03 - Ghosts.mkv", ("episode", "Ghosts", 2017, "Dark", 2, 3)),
        ("the.line.s03e10.720p.hdtv.mkv", ("episode", "", None, "the line", 3, 10)),
        ("The Line/S03/1x02.mkv", ("episode", "", None, "The Line", 1, 2)),
        ("Line Season 2 Episode 4 1080p.mkv", ("episode", "", None, "Line", 2, 4)),
        ("Line/Specials/Line S00E01.mkv", ("episode", "", None, "Line", 0, 1)),
        ("Line/Temporada 3/Episodio 7.mp4", ("episode", "", None, "Line", 3, 7)),
        ("24/Season 01/24 S01E05 5-00 A.M.mkv", ("episode", "5-00 A.M", None, "24", 1, 5)),
    ],
)
def test_habits_are_understood(path: str, expected: tuple[object, ...]) -> None:
    found = guess(path, YEAR_LAST)
    assert said(found)[: len(expected)] == expected
    assert found.doubt == ""


@pytest.mark.parametrize(
    ("path", "doubt"),
    [
        ("Wonder 1984.mkv", "Is 1984 the year"),
        ("s01e03.mkv", "which series"),
        ("Season 1/Episode 4.mkv", "which series"),
        ("Line S01E01E02.mkv", "several episodes"),
        ("Line 1x02-1x03.mkv", "several episodes"),
        ("Film (2001)/Film (2001)-trailer.mp4", "a trailer of Film"),
        ("Film (2001)/Trailers/One.mp4", "a trailer of Film"),
        ("Film (2001)/Sample/film.mkv", "sample"),
        ("[1080p].mkv", "what film it is"),
        ("Film.srt", "which language"),
    ],
)
def test_doubts_are_said(path: str, doubt: str) -> None:
    assert doubt in guess(path, YEAR_LAST).doubt


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Metropolis (1927)-trailer.mkv", ("trailer", "Trailer", "Metropolis", 1927)),
        ("Metropolis.1927.Trailer.mkv", ("trailer", "Trailer", "Metropolis", 1927)),
        ("Metropolis (1927)/trailer.mkv", ("trailer", "Trailer", "Metropolis", 1927)),
        ("M (1931)/Trailers/First look.mkv", ("trailer", "First look", "M", 1931)),
        ("Dark/Season 1/Extras/Set.mkv", ("extra", "Set", "Dark", None)),
        ("Dark - interview.mkv", ("extra", "Interview", "Dark", None)),
        ("Trailers/Alone.mkv", ("trailer", "Alone", "", None)),
    ],
)
def test_what_belongs_to_a_title_is_told(path: str, expected: tuple[object, ...]) -> None:
    found = guess(path, YEAR_LAST)
    assert (found.kind, found.name, found.belongs_to, found.year) == expected
    assert found.doubt, "a person says whether it is"


@pytest.mark.parametrize("path", ["Interview.mkv", "The Short.mkv", "My Trailer Park (2001).mkv"])
def test_films_are_not_taken_for_extras_by_a_word(path: str) -> None:
    assert guess(path, YEAR_LAST).kind == "film"


@pytest.mark.parametrize(
    "path", ["notes.txt", ".film.mkv", "@eaDir/film.mkv", "film.mkv.part", "film", "a/.b/film.mkv"]
)
def test_what_is_no_film_is_left_out(path: str) -> None:
    found = guess(path, YEAR_LAST)
    assert found.kind == "other"
    assert found.doubt


def test_subtitles_belong_to_the_film_of_their_name() -> None:
    paths = ["a/Film (2001).mkv", "a/Film (2001).de.srt", "a/Film (2001).pt-br.forced.vtt", "b.srt"]
    film, german, forced, other = guesses(paths, YEAR_LAST)
    assert subtitles_of(film, [german, forced, other]) == [german, forced]
    assert (german.language, german.forced, german.doubt) == ("de", False, "")
    assert (forced.language, forced.forced) == ("pt-BR", True)


def test_two_files_that_say_the_same_are_doubted() -> None:
    one, other, alone = guesses(["x/A S01E01.mkv", "y/a s01e01.mp4", "A S01E02.mkv"], YEAR_LAST)
    assert one.doubt == other.doubt == "Another file here says that it is the same."
    assert alone.doubt == ""


@given(NAMES, YEARS, MADE)
def test_a_film_is_read_back(name: str, year: int, made: str) -> None:
    found = guess(f"{name} ({year}){made}.mkv", YEAR_LAST)
    assert said(found) == ("film", name, year, "", None, None)
    dotted = f"{name} {year}{made}".replace(" ", ".")
    if made and "[" not in made and "(" not in made:
        found = guess(f"{dotted}.mp4", YEAR_LAST)
        assert said(found) == ("film", name, year, "", None, None)


@given(NAMES, NAMES, PLACES, MADE, st.sampled_from("abc"))
def test_an_episode_is_read_back(
    series: str, name: str, place: tuple[int, int], made: str, style: str
) -> None:
    season, episode = place
    path = {
        "a": f"{series}/Season {season:02}/{series} - S{season:02}E{episode:02} - {name}{made}.mkv",
        "b": f"{series} S{season}E{episode} {name}{made}.mp4",
        "c": f"Series/{series}/Season {season}/E{episode:02} - {name}{made}.mkv",
    }[style]
    assert said(guess(path, YEAR_LAST)) == ("episode", name, None, series, season, episode)


@given(st.text(max_size=120), st.sampled_from(sorted(file_names.FILM_ENDINGS | {"srt", "txt", ""})))
def test_any_name_is_read_as_something(stem: str, ending: str) -> None:
    found = guess(f"{stem}.{ending}", YEAR_LAST)
    assert len(found.name) <= 200
    assert len(found.series) <= 200
    assert found.year is None or 1870 <= found.year <= YEAR_LAST
    if found.kind == "episode":
        assert found.season is not None
        assert found.episode is not None
        assert found.series or found.doubt
    if found.kind == "film":
        assert found.name
    if found.kind == "other":
        assert found.doubt
