"""What many rows are written and looked for by is read by PostgreSQL as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
ODD = st.sampled_from(["", "NULL", "null", '"', "\\", "a,b", "{}", " x ", "\\N", "\n"])


@pytest.mark.django_db(databases=["billing"])
@given(values=st.lists(st.none() | TEXTS | ODD))
def test_an_array_is_read_as_it_was_written(values: list[str | None]) -> None:
    assert rows_of("billing", "SELECT %(array)s::text[]", {"array": array(values)}) == [(values,)]
