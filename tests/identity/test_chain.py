"""The chain of the audit log finds every change, gap and swap (property tests)."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matinee.identity.rules.chain import BEGINNING, Entry, Mark, digest_of, troubles

KEY = b"k" * 32
BODIES = st.lists(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
    min_size=1,
    max_size=8,
)


def chained(bodies: list[dict[str, int | str]]) -> list[Entry]:
    entries: list[Entry] = []
    previous = BEGINNING
    for number, body in enumerate(bodies, start=1):
        digest = digest_of(KEY, number, body, previous)
        entries.append(Entry(number, body, previous, digest))
        previous = digest
    return entries


def last_mark(entries: list[Entry]) -> list[Mark]:
    return [Mark(entries[-1].number, entries[-1].digest)]


@settings(deadline=None)
@given(BODIES)
def test_a_chain_as_it_was_written_is_whole(bodies: list[dict[str, int | str]]) -> None:
    entries = chained(bodies)
    assert list(troubles(KEY, entries, last_mark(entries))) == []


@pytest.mark.asvs("V16.4.2")
@settings(deadline=None)
@given(BODIES, st.data())
def test_a_changed_entry_is_found_where_it_is(
    bodies: list[dict[str, int | str]], data: st.DataObject
) -> None:
    entries = chained(bodies)
    at = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))
    assume(other != entries[at].body)
    entries[at] = replace(entries[at], body=other)
    assert [one.number for one in troubles(KEY, entries, [])] == [at + 1]


@pytest.mark.asvs("V16.4.2")
@settings(deadline=None)
@given(BODIES, st.data())
def test_a_removed_entry_is_found_also_at_the_end(
    bodies: list[dict[str, int | str]], data: st.DataObject
) -> None:
    entries = chained(bodies)
    marks = last_mark(entries)
    first = data.draw(st.integers(0, len(entries) - 1))
    until = data.draw(st.integers(first + 1, len(entries)))
    found = list(troubles(KEY, entries[:first] + entries[until:], marks))
    assert found
    is_end = until == len(entries)
    assert found[0].number == (len(entries) if is_end else first + 1)


@pytest.mark.asvs("V16.4.2")
@settings(deadline=None)
@given(BODIES, st.data())
def test_swapped_entries_are_found_even_with_their_numbers_exchanged(
    bodies: list[dict[str, int | str]], data: st.DataObject
) -> None:
    entries = chained(bodies)
    assume(len(entries) > 1)
    one = data.draw(st.integers(0, len(entries) - 2))
    a, b = entries[one], entries[one + 1]
    entries[one], entries[one + 1] = replace(b, number=a.number), replace(a, number=b.number)
    assert list(troubles(KEY, entries, []))


@settings(deadline=None)
@given(BODIES)
def test_who_has_not_the_key_cannot_write_the_chain_anew(
    bodies: list[dict[str, int | str]],
) -> None:
    forged: list[Entry] = []
    previous = BEGINNING
    for number, body in enumerate(bodies, start=1):
        digest = digest_of(b"guessed", number, body, previous)
        forged.append(Entry(number, body, previous, digest))
        previous = digest
    assert len(list(troubles(KEY, forged, []))) == len(bodies)
