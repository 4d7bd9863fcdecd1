"""What many rows are written, looked for and read by is taken by PostgreSQL as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.billing.models import Customer, InvoiceLine, Subscription
from matinee.billing.queries.reading import Part, read
from matinee.kernel import ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of
from tests.billing.money import plan, subscribed

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
ODD = st.sampled_from(["", "NULL", "null", '"', "\\", "a,b", "{}", " x ", "\\N", "\n"])


@pytest.mark.django_db(databases=["billing"])
@given(values=st.lists(st.none() | TEXTS | ODD))
def test_an_array_is_read_as_it_was_written(values: list[str | None]) -> None:
    assert rows_of("billing", "SELECT %(array)s::text[]", {"array": array(values)}) == [(values,)]


@pytest.mark.django_db(databases=["billing"])
def test_of_a_row_that_was_read_in_part_the_rest_is_asked_for() -> None:
    kept = Customer.objects.create(account_id=ids.uuid7(), name="Ada", territory="FI")
    statement = "SELECT {one} FROM billing_customer AS one WHERE id = %(id)s::uuid"
    ((found,),) = read(statement, {"id": kept.pk}, one=Part(Customer, ("territory", "id")))
    assert "name" in found.get_deferred_fields()
    assert (found.pk, found.territory, found.name) == (kept.pk, "FI", "Ada")
    with pytest.raises(TypeError, match="has not all"):
        read(statement, {"id": kept.pk}, one=Part(Customer, ("id", "colour")))


@pytest.mark.django_db(databases=["billing"])
def test_a_row_is_read_as_django_reads_it() -> None:
    subscribed(ids.uuid7(), plan("premium", 1299))
    ((found,),) = read("SELECT {one} FROM billing_subscription AS one", {}, one=Subscription)
    kept = Subscription.objects.get()
    assert {**vars(found), "_state": None} == {**vars(kept), "_state": None}
    with pytest.raises(TypeError, match="JSON"):
        read("SELECT {one} FROM billing_invoiceline AS one", {}, one=InvoiceLine)
