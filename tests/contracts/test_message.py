"""What a client sends is read as JSON has it: no number for true, no truth for a number."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from matinee.contracts.message import Request, Unkept


class Wish(Request):
    """A field of each kind."""

    count: int = 0
    share: float = 0.0
    is_on: bool = False
    at: datetime | None = None
    until: AwareDatetime | None = None
    who: UUID | None = None
    name: str = ""
    side: Literal["left", "right"] = "left"
    ages: list[Annotated[int, Field(ge=0)]] = []
    weights: dict[str, float] = {}
    either: int | bool = 0
    odd: Any = None
    secret: Annotated[str, Unkept()] | None = None


RIGHT: list[dict[str, Any]] = [
    {"count": 1},
    {"count": 1.0},
    {"share": 1},
    {"share": 0.5},
    {"is_on": True},
    {"at": "2027-05-04T12:00:00Z"},
    {"at": None},
    {"until": "2027-05-04T12:00:00+02:00"},
    {"who": "01990000-0000-7000-8000-000000000001"},
    {"ages": [1, 2]},
    {"weights": {"a": 1, "b": 0.5}},
    {"either": True},
    {"odd": 5},
    {"secret": "a\0"},
    # As it stands in an address.
    {"count": "5", "is_on": "true", "share": "0.5"},
]


@pytest.mark.parametrize("told", RIGHT)
def test_what_is_right_is_taken(told: dict[str, Any]) -> None:
    assert Wish.model_validate(told).model_fields_set == set(told)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"count": False}, "Give a number"),
        ({"share": True}, "Give a number"),
        ({"is_on": 0}, "Give true or false"),
        ({"is_on": 1.0}, "Give true or false"),
        ({"at": 0}, "Give a text"),
        ({"at": 1.5}, "Give a text"),
        ({"until": 0}, "Give a text"),
        ({"who": 5}, "Give a text"),
        ({"name": 5}, "Give a text"),
        ({"side": False}, "Give a text"),
        ({"ages": [1, False]}, "Give a number"),
        ({"weights": {"a": 1, "b": True}}, "Give a number"),
        ({"count": 1.5}, "fraction"),
    ],
)
def test_another_type_is_refused_by_the_name_of_its_field(
    told: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence) as caught:
        Wish.model_validate(told)
    assert caught.value.errors()[0]["loc"][0] == next(iter(told))


def test_of_several_each_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(list[Wish]).validate_python([{"count": True, "is_on": 1, "name": "right"}])
    assert [error["loc"] for error in caught.value.errors()] == [(0, "count"), (0, "is_on")]


@given(st.builds(Wish, at=st.datetimes() | st.none(), odd=st.none()))
def test_what_it_says_of_itself_it_takes_again(wish: Wish) -> None:
    assert Wish.model_validate_json(wish.model_dump_json(exclude_unset=True)) == wish
    assert Wish.model_validate(wish.model_dump(mode="json", exclude_unset=True)) == wish


@pytest.mark.parametrize(
    "told", [{"name": "a\0"}, {"odd": {"deep": ["x", "\0"]}}, {"weights": {"a": "\0"}}]
)
def test_a_text_that_no_database_keeps_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"U\+0000"):
        Wish.model_validate(told)
