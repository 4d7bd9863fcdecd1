"""A plain address is read as the library reads it, only sooner."""

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES
from hypothesis import given
from hypothesis import strategies as st
from pydantic import EmailStr, TypeAdapter, ValidationError

from matinee.contracts import identity

OURS: TypeAdapter[str] = TypeAdapter(identity.Address)
THEIRS: TypeAdapter[str] = TypeAdapter(EmailStr)


def read(by: TypeAdapter[str], text: str) -> str | None:
    try:
        return by.validate_python(text)
    except ValidationError:
        return None


_PLAIN = r"[a-z0-9_+-]{1,40}(\.[a-z0-9_+-]{1,40}){0,2}@([a-z0-9]{1,63}\.){1,3}[a-z]{2,63}"


@given(st.from_regex(_PLAIN, fullmatch=True))
def test_what_is_plain_is_what_the_library_takes(text: str) -> None:
    assert read(OURS, text) == read(THEIRS, text)


@given(st.emails() | st.text() | st.from_regex(r"[a-zA-Z0-9.@-]{1,300}", fullmatch=True))
def test_all_else_is_left_to_the_library(text: str) -> None:
    assert read(OURS, text) == read(THEIRS, text)


@pytest.mark.parametrize("name", SPECIAL_USE_DOMAIN_NAMES)
def test_no_letter_reaches_a_name_for_special_uses(name: str) -> None:
    assert read(OURS, f"ada@mail.{name}") is None


def test_the_document_says_as_much_as_before() -> None:
    assert OURS.json_schema() == THEIRS.json_schema()
