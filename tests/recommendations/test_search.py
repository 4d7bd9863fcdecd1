"""Search: prefixes, accents, typing errors, people, and the order of what is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.recommendations.rules import text
from matinee.recommendations.rules.catalogue import Catalogue
from matinee.recommendations.rules.search.titles import Eyes, SearchIndex
from tests.recommendations import builders

SHOWN = builders.catalogue(
    [
        builders.title(0, name="The Lantern Keeper", credits=builders.people("Zoë Håkansson")),
        builders.title(1, name="Café Noir", genres=["Mystery"], moods=["melancholy"]),
        builders.title(2, name="Northern Lights", description="A lantern on the ice."),
        builders.title(3, name="Spider-Man's Garden", genres=["Family"]),
        builders.title(4, name="東京物語", genres=["Drama"]),
        builders.title(5, name="Straße nach Łódź", genres=["Road movie"]),
        *builders.series(6, [60, 61], genres=["Science fiction"], tagline="Beyond the rim"),
        builders.title(7, name="Noir", genres=["Nature"]),
        builders.title(8, name="Война", genres=["Drama"]),
        builders.title(9, name="शहर की रोशनी", genres=["Drama"]),
        builders.title(10, name="となりのトトロ", genres=["Family"]),
        builders.title(11, name="서울의 봄", genres=["Drama"]),
        builders.title(12, name="ผีตาโขน", genres=["Horror"]),
        builders.title(13, name="قصر الرمال", genres=["Drama"]),
        builders.title(14, name="שָׁלוֹם", genres=["Drama"]),
    ]
)
INDEX = SearchIndex(SHOWN, np.zeros(len(SHOWN), dtype=np.float32), None)
NOBODY = np.zeros(len(SHOWN), dtype=np.float32)
EVERYTHING = Eyes(np.ones(len(SHOWN), dtype=bool), NOBODY)


def everybody(count: int) -> Eyes:
    return Eyes(np.ones(count, dtype=bool), np.zeros(count, dtype=np.float32))


def names(numbers: np.typing.NDArray[np.int32], shown: Catalogue = SHOWN) -> list[str]:
    return [shown.items[number].card.name for number in numbers.tolist()]


def find(query: str) -> list[str]:
    return names(INDEX.find(query, EVERYTHING, 10))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lantern", "The Lantern Keeper"),
        ("LANTERN", "The Lantern Keeper"),
        ("lant", "The Lantern Keeper"),
        ("la", "The Lantern Keeper"),
        ("keeper the", "The Lantern Keeper"),
        ("lantren", "The Lantern Keeper"),
        ("lanten keper", "The Lantern Keeper"),
        ("nothern ligths", "Northern Lights"),
        ("northrn li", "Northern Lights"),
        ("cafe", "Café Noir"),
        ("CAFÉ", "Café Noir"),
        ("cafe\u0301", "Café Noir"),
        ("zoe hakansson", "The Lantern Keeper"),
        ("hakanson", "The Lantern Keeper"),
        ("melanch", "Café Noir"),
        ("mystery", "Café Noir"),
        ("science fic", "Series 6"),
        ("beyond rim", "Series 6"),
        ("part 2", "Series 6"),
        ("spidermans garden", "Spider-Man's Garden"),
        ("spiderman", "Spider-Man's Garden"),
        ("spider man", "Spider-Man's Garden"),
        ("strasse", "Straße nach Łódź"),
        ("lodz", "Straße nach Łódź"),
        ("東京", "東京物語"),
        ("物語", "東京物語"),
        ("войн", "Война"),
        ("東", "東京物語"),
        ("京物", "東京物語"),
        ("रोशनी", "शहर की रोशनी"),
        ("रोश", "शहर की रोशनी"),
        ("トトロ", "となりのトトロ"),
        ("ととろ", "となりのトトロ"),
        ("ﾄﾄﾛ", "となりのトトロ"),
        ("서우", "서울의 봄"),
        ("ตาโขน", "ผีตาโขน"),
        ("قصرالرمال", "قصر الرمال"),
        ("الرمال", "قصر الرمال"),
        ("שלום", "שָׁלוֹם"),
    ],
)
def test_it_is_found(query: str, expected: str) -> None:
    assert find(query)[0] == expected


def test_a_whole_name_comes_before_a_part_of_one() -> None:
    assert find("noir") == ["Noir", "Café Noir"]


def test_a_name_comes_before_a_description() -> None:
    assert find("lantern") == ["The Lantern Keeper", "Northern Lights"]


def test_every_word_must_match() -> None:
    assert find("lantern garden") == []
    assert set(names(INDEX.near("lantern garden", EVERYTHING, 10))) >= {
        "The Lantern Keeper",
        "Spider-Man's Garden",
    }


def test_short_words_are_not_guessed_at() -> None:
    assert find("xyz") == []


def test_what_must_not_be_seen_is_not_found() -> None:
    visible = np.ones(len(SHOWN), dtype=bool)
    visible[0] = False
    hidden = Eyes(visible, NOBODY)
    assert names(INDEX.find("lantern", hidden, 10)) == ["Northern Lights"]
    assert "The Lantern Keeper" not in names(INDEX.near("lantern keepsake", hidden, 10))


def test_letters_of_a_script_without_spaces_must_stand_together() -> None:
    assert find("京東") == []
    assert find("物京") == []


def test_of_two_that_match_alike_the_one_that_suits_the_person_comes_first() -> None:
    shown = builders.catalogue([builders.title(n, name=f"Echo {n}") for n in range(3)])
    index = SearchIndex(shown, np.zeros(3, dtype=np.float32), None)
    for liked in range(3):
        personal = np.zeros(3, dtype=np.float32)
        personal[liked] = 1
        eyes = Eyes(np.ones(3, dtype=bool), personal)
        assert index.find("echo", eyes, 3)[0] == liked
    assert index.find("echo 2", Eyes(np.ones(3, dtype=bool), personal * 0), 3)[0] == 2


def test_taste_does_not_overrule_what_was_asked_for() -> None:
    titles = [
        builders.title(0, name="Heat"),
        builders.title(1, name="Night", description="The heat of a summer."),
    ]
    shown = builders.catalogue(titles)
    popular = np.array([0, 1], dtype=np.float32)
    eyes = Eyes(np.ones(2, dtype=bool), popular)
    assert SearchIndex(shown, popular, None).find("heat", eyes, 2).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("hakan", ("person", "Zoë Håkansson", 1)),
        ("zoe hakanson", ("person", "Zoë Håkansson", 1)),
        ("dra", ("genre", "Drama", 8)),
        ("melan", ("mood", "melancholy", 1)),
        ("road", ("genre", "Road movie", 1)),
    ],
)
def test_people_genres_and_moods_are_named(query: str, expected: tuple[str, str, int]) -> None:
    first = INDEX.labels(query, EVERYTHING, 5)[0]
    assert (first.kind, first.name, first.titles) == expected


def test_only_labels_of_what_may_be_seen_are_named() -> None:
    visible = np.ones(len(SHOWN), dtype=bool)
    visible[SHOWN.index[builders.title_id(0)]] = False
    assert INDEX.labels("hakansson", Eyes(visible, NOBODY), 5) == []
    assert INDEX.labels("", EVERYTHING, 5) == []


def test_words_that_no_title_has_any_more_are_let_go() -> None:
    index, words = None, set[str]()
    for version in range(8):
        names = [f"v{version}n{number}" for number in range(20)]
        words.update(names)
        titles = [builders.title(number, name=name) for number, name in enumerate(names)]
        shown = builders.catalogue(titles, version)
        index = SearchIndex(shown, np.zeros(20, dtype=np.float32), index)
        assert index.find(names[7], everybody(20), 5).tolist()[0] == 7
    assert index is not None
    assert index.n_words < len(words) / 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6))
def test_whatever_a_title_is_called_its_name_finds_it(called: list[str]) -> None:
    shown = builders.catalogue([builders.title(n, name=name) for n, name in enumerate(called)])
    index = SearchIndex(shown, np.zeros(len(shown), dtype=np.float32), None)
    for name in called:
        if 0 < len(text.words(name)) <= 12:
            assert name in names(index.find(name, everybody(len(shown)), 10), shown)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([item.card.name for item in SHOWN.items]), st.data())
def test_every_beginning_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    typed = name[: data.draw(st.integers(1, len(name)))]
    assert name in names(INDEX.find(typed, EVERYTHING, len(SHOWN)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(anything: str) -> None:
    once = text.folded(anything)
    assert text.folded(once) == once
    assert all(word == text.folded(word) for word in text.words(anything))


def test_popular_titles_win_a_tie() -> None:
    shown = builders.catalogue([builders.title(n, name="Echo") for n in range(3)])
    popularity = np.array([0, 0, 1], dtype=np.float32)
    index = SearchIndex(shown, popularity, None)
    assert index.find("echo", everybody(3), 10).tolist() == [2, 0, 1]


def test_a_changed_title_is_indexed_anew() -> None:
    before = SearchIndex(
        builders.catalogue([builders.title(0, name="Old"), builders.title(1, name="Same")], 1),
        np.zeros(2, dtype=np.float32),
        None,
    )
    shown = builders.catalogue([builders.title(0, name="New"), builders.title(1, name="Same")], 2)
    index = SearchIndex(shown, np.zeros(2, dtype=np.float32), before)
    everything = everybody(2)
    assert names(index.find("new", everything, 5), shown) == ["New"]
    assert names(index.find("old", everything, 5), shown) == []
    assert names(index.find("same", everything, 5), shown) == ["Same"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=100))
def test_any_query_is_answered(query: str) -> None:
    for found in (INDEX.find(query, EVERYTHING, 10), INDEX.near(query, EVERYTHING, 10)):
        assert len(set(found.tolist())) == len(found) <= 10


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([item.card.name for item in SHOWN.items]), st.data())
def test_one_typing_error_in_a_long_word_is_forgiven(name: str, data: st.DataObject) -> None:
    long = [word for word in text.words(name) if len(word) >= 5 and word.isascii()]
    if not long:
        return
    word = data.draw(st.sampled_from(long))
    at = data.draw(st.integers(1, len(word) - 1))
    wrong = word[:at] + data.draw(st.sampled_from("aeioutsn")) + word[at + 1 :]
    assert name in find(wrong)


@settings(max_examples=100, deadline=None)
@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_edits_are_symmetric_and_bounded(one: str, other: str) -> None:
    edits = text.edits_within(one, other, 2)
    assert edits == text.edits_within(other, one, 2)
    assert edits is None or (edits == 0) == (one == other)
    assert text.edits_within(one, other, 8) is not None
