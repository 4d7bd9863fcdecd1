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
