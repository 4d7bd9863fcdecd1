"""Words in several languages, ratings of boards, and numbers in others' records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from matinee.contracts.catalog import (
    ExternalIds,
    TitleChange,
    TitleText,
    Words,
    lookup,
    words_in,
)
from matinee.contracts.catalog.external_ids import eidr_check_sign
from matinee.contracts.ratings import SYSTEMS, YEARS, Rating, age_in, rating_in, system_of

OWN = Words("Low Tide", "It comes back.", "A village.")
TAGS = st.sampled_from(["de", "de-AT", "pt", "pt-BR", "zh-Hant-TW", "zh", "en", "sr-Latn"])


@pytest.mark.parametrize(
    ("tags", "wanted", "found"),
    [
        (["de", "en"], "de", "de"),
        (["de", "en"], "de-AT", "de"),
        (["DE"], "de-at", "DE"),
        (["zh-Hant", "zh"], "zh-Hant-HK", "zh-Hant"),
        (["pt-BR"], "pt-PT", "pt-BR"),
        (["pt-BR"], "pt", "pt-BR"),
        (["en-x-pirate", "en"], "en-x-sailor", "en"),
        (["de"], "fr", None),
        ([], "fr", None),
        (["de"], "", None),
    ],
)
def test_the_nearest_language_is_found(tags: list[str], wanted: str, found: str | None) -> None:
    assert lookup(tags, wanted) == found


@given(st.lists(TAGS, unique=True), TAGS)
def test_what_is_found_is_there_and_of_the_same_language(tags: list[str], wanted: str) -> None:
    found = lookup(tags, wanted)
    primary = wanted.partition("-")[0]
    if found is None:
        assert primary not in {tag.partition("-")[0] for tag in tags}
    else:
        assert found in tags
        assert found.partition("-")[0] == primary
    if wanted in tags:
        assert found == wanted


def test_what_is_not_translated_is_read_as_it_is() -> None:
    texts = [
        TitleText(language="de", name="Ebbe"),
        TitleText(language="fr", tagline="La mer"),
    ]
    assert words_in(OWN, texts, "de-CH") == Words("Ebbe", "It comes back.", "A village.")
    assert words_in(OWN, texts, "fr").tagline == "La mer"
    assert words_in(OWN, texts, "ja") == OWN


def test_a_language_stands_in_a_title_once() -> None:
    twice = [{"language": "de-AT", "name": "Ebbe"}, {"language": "de-at", "name": "Watt"}]
    with pytest.raises(ValidationError, match="there twice"):
        TitleChange.model_validate({"texts": twice})


def test_a_rating_gets_the_age_of_its_mark() -> None:
    change = TitleChange.model_validate({"ratings": [{"system": "us", "mark": "TV-G"}]})
    assert change.ratings == [Rating(system="us", mark="TV-G", age=0)]
    # What was told may be sent back, and a wrong age does not count.
    told = {"system": "fsk", "mark": "FSK 16", "age": 6}
    (known,) = TitleChange.model_validate({"ratings": [told]}).ratings or []
    assert known.age == 16


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([{"system": "fskk", "mark": "FSK 6"}], "no rating system 'fskk'"),
        ([{"system": "years", "mark": "6+"}], "no rating system 'years'"),
        ([{"system": "fsk", "mark": "PG"}], "FSK has no mark 'PG'; choose one of FSK 0, FSK 6"),
        ([{"system": "fsk", "mark": "FSK 6"}, {"system": "fsk", "mark": "FSK 12"}], "there twice"),
    ],
)
def test_a_wrong_rating_says_what_to_do(ratings: list[dict[str, str]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TitleChange.model_validate({"ratings": ratings})


@given(
    st.integers(0, 18),
    st.lists(st.sampled_from([one for one in SYSTEMS if one is not YEARS]), unique_by=id),
    st.sampled_from(["DE", "NL", "US", "ZZ", ""]),
    st.data(),
)
def test_a_board_counts_where_it_is_and_nowhere_else(
    age: int, boards: list[object], territory: str, data: st.DataObject
) -> None:
    ratings = []
    for board in boards:
        mark = data.draw(st.sampled_from(sorted(board.ages)))  # type: ignore[attr-defined]
        ratings.append(Rating(system=board.code, mark=mark, age=board.ages[mark]))  # type: ignore[attr-defined]
    own = system_of(territory)
    found = rating_in(ratings, territory)
    if own in boards:
        assert found is not None
        assert age_in(age, ratings, territory) == own.ages[found.mark]
    else:
        assert found is None
        assert age_in(age, ratings, territory) == age


# From the registry's own examples.
EIDRS = ["10.5240/7791-8534-2C23-9030-8610-5", "10.5240/EA73-79D7-1B2B-B378-3A73-M"]


@pytest.mark.parametrize("eidr", EIDRS)
def test_an_eidr_that_exists_is_taken(eidr: str) -> None:
    assert ExternalIds(eidr=f" {eidr.lower()} ").eidr == eidr


@given(st.sampled_from(EIDRS), st.integers(0, 23), st.sampled_from("0123456789ABCDEF"))
def test_a_typing_error_in_an_eidr_is_found(eidr: str, place: int, sign: str) -> None:
    at = 8 + place
    wrong = eidr[:at] + sign + eidr[at + 1 :]
    if eidr[at] in {"-", sign}:
        return
    with pytest.raises(ValidationError, match="does not fit"):
        ExternalIds(eidr=wrong)


@given(st.text("0123456789ABCDEF", min_size=20, max_size=20))
def test_every_body_has_a_check_sign(body: str) -> None:
    groups = "-".join(body[at : at + 4] for at in range(0, 20, 4))
    eidr = f"10.5240/{groups}-{eidr_check_sign(body)}"
    assert ExternalIds(eidr=eidr).eidr == eidr


@pytest.mark.parametrize(
    "wrong",
    [
        {"eidr": "7791-8534-2C23-9030-8610-5"},
        {"imdb": "0133093"},
        {"imdb": "nm0000206"},
        {"tmdb": "603"},
        {"tmdb": "movie/0603"},
    ],
)
def test_other_numbers_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ExternalIds.model_validate(wrong)
