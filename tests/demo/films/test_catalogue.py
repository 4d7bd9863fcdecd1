"""The records: complete, consistent, and true to the reels that they describe."""

import re

import pytest

from matinee.demo import films
from matinee.demo.films.records import poem
from matinee.demo.films.registry import REELS, episodes
from matinee.demo.films.rendering import subrip

every_film = pytest.mark.parametrize("film", films.FILMS, ids=[film.slug for film in films.FILMS])
SPOKEN = {"zxx"}


@every_film
def test_a_film_says_everything_about_itself(film: films.DemoFilm) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", film.slug)
    assert film.title
    assert 5 <= len(film.tagline) <= 60
    sentences = re.findall(r"[.!?](?:\s|$|\")", film.description)
    assert 2 <= len(sentences) <= 5
    assert 120 <= len(film.description) <= 420
    assert 2015 <= film.year <= 2026
    assert {"director", "composer"} <= {person.role for person in film.people}
    assert all((person.role == "cast") == bool(person.character) for person in film.people)


@every_film
def test_a_film_uses_the_words_of_the_catalogue(film: films.DemoFilm) -> None:
    assert set(film.genres) <= set(films.GENRES)
    assert 1 <= len(set(film.genres)) == len(film.genres)
    assert len(set(film.moods)) >= 3
    assert film.maturity_age in films.MATURITY_AGES
    assert film.language in SPOKEN
    assert (film.kind == "episode") == (film.series is not None)


@every_film
def test_a_film_is_short_and_in_whole_frames(film: films.DemoFilm) -> None:
    assert 20 <= film.duration_s <= 40
    assert film.fps in {24, 30}
    assert (film.duration_s * film.fps).is_integer()


@every_film
def test_subtitles_are_in_order_readable_and_inside_the_film(film: films.DemoFilm) -> None:
    counts = {len(track.cues) for track in film.subtitles}
    assert len(counts) <= 1, "every language has as many cues as the others"
    for track in film.subtitles:
        assert len(track.language) == 3
        end_s = 0.0
        for cue in track.cues:
            assert end_s <= cue.start_s < cue.end_s <= film.duration_s
            assert max(map(len, cue.text.split("\n"))) <= 42
            assert len(cue.text) / (cue.end_s - cue.start_s) <= 20
            end_s = cue.end_s


def test_the_catalogue_is_as_rich_as_promised() -> None:
    slugs = [film.slug for film in films.FILMS] + [series.slug for series in films.SERIES]
    assert len(films.FILMS) >= 12
    assert len(set(slugs)) == len(slugs)
    assert len({film.title for film in films.FILMS}) == len(films.FILMS)
    assert sum(len(film.subtitles) >= 2 for film in films.FILMS) >= 4
    assert sum(len(film.audio) >= 2 for film in films.FILMS) >= 3
    assert {genre for film in films.FILMS for genre in film.genres} == set(films.GENRES)
    names = [person.name for film in films.FILMS for person in film.people]
    assert max(map(names.count, names)) >= 3, "people work on more than one film"
    assert films.FILMS[0].duration_s == min(film.duration_s for film in films.FILMS)


def test_a_series_numbers_its_episodes_without_gaps() -> None:
    for series in films.SERIES:
        places = [reel.film.series for reel in episodes(series)]
        assert [p.episode for p in places if p] == list(range(1, len(places) + 1))
        assert {(p.title, p.season) for p in places if p} == {(series.title, 1)}
        assert len(places) >= 2
        assert set(series.genres) <= set(films.GENRES)


def test_posters_show_the_title_of_their_film() -> None:
    for reel in REELS.values():
        shown = " ".join(reel.sheet.title).casefold()
        wanted = reel.film.title.replace(",", "").casefold()
        assert shown == wanted


def test_a_poem_breathes_between_its_lines() -> None:
    first, last = poem(2.0, 3.0, "one", "", "two")
    assert (first.start_s, first.end_s) == (2.0, 4.75)
    assert last.start_s == 8.0


def test_subrip_counts_from_one_and_writes_milliseconds() -> None:
    text = subrip(poem(59.5, 2.0, "one\nand a half", "two"))
    assert text.startswith("1\n00:00:59,500 --> 00:01:01,250\none\nand a half\n\n2\n")
