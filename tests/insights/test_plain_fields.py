"""What is read quickly is what the whole reader of structured fields reads, or is left to it."""

from typing import Any

import pytest
from http_sf import StructuredFieldError, Token, parse
from hypothesis import given
from hypothesis import strategies as st

from matinee.insights.rules import plain_fields

KEYS = st.from_regex(r"[a-z*][a-z0-9_.*-]{0,8}", fullmatch=True)
STRINGS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
VALUES = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1).map(str),
    st.from_regex(r"[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]{0,6}", fullmatch=True),
    STRINGS.map(lambda text: f'"{text}"'),
    st.decimals(-1000, 1000, places=3).map(str),
    st.just("?1"),
)
MEMBERS = st.tuples(KEYS, st.one_of(VALUES, VALUES.map(lambda value: f"({value})"))).map("=".join)
LINES = st.lists(MEMBERS, min_size=1, max_size=6).map(",".join)


def bare(value: Any) -> Any:
    """A value of the library without its parameters."""
    inner = value[0] if isinstance(value, tuple) else value
    return [bare(item) for item in inner] if isinstance(inner, list) else inner


@given(st.one_of(LINES, st.text(st.characters(max_codepoint=0xFF), max_size=40)))
def test_it_reads_nothing_else_than_the_whole_reader_does(line: str) -> None:
    found = plain_fields.read(line.encode("latin-1"))
    if found is None:
        return
    whole = parse(line.encode("latin-1"), tltype="dictionary")
    assert isinstance(whole, dict)
    assert found == {key: bare(value) for key, value in whole.items()}
    for key, value in found.items():
        assert isinstance(value, Token) == isinstance(bare(whole[key]), Token), key


def test_it_reads_what_players_write() -> None:
    line = b'br=(4000),ec=("1001"),e=t,matinee-edge="home",sn=3,ts=1700000000000,v=2'
    found = plain_fields.read(line)
    assert found == {
        "br": [4000],
        "ec": ["1001"],
        "e": "t",
        "matinee-edge": "home",
        "sn": 3,
        "ts": 1_700_000_000_000,
        "v": 2,
    }


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"a", b"a=1,", b"a=1, b=2", b"a=1;v", b"a=(1 2)", b"a=1.5", b"a=?1", b"A=1"),
        *(b"a=1,,b=2", b'a="x\\"y"', b"a=:YQ==:", b"a=1\n", b"\xff=1", b"a=1000000000000000"),
    ],
)
def test_it_leaves_the_rest_to_the_whole_reader(line: bytes) -> None:
    assert plain_fields.read(line) is None


def test_the_whole_reader_refuses_what_is_no_dictionary() -> None:
    with pytest.raises(StructuredFieldError):
        parse(b"a=1,", tltype="dictionary")
