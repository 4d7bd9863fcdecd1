"""What lay in clear in an older release is sealed by a migration, and found and read afterwards."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from matinee.billing.models import Customer
from matinee.identity import queries
from matinee.identity.models import Account, Profile
from matinee.kernel import ids

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

BEFORE = {"identity": "0004_pins_and_disabling", "billing": "0005_checks_of_nothing"}
EMAIL, NAME, ADDRESS = "ada@example.org", "Ada King", "12 St James's Square"


def migrate(service: str, name: str | None = None) -> Any:
    """To a migration, or the newest; the models as they are there."""
    executor = MigrationExecutor(connections[service])
    leaves = [key for key in executor.loader.graph.leaf_nodes() if key[0] == service]
    targets = leaves if name is None else [(service, name)]
    executor.migrate(targets)
    return MigrationExecutor(connections[service]).loader.project_state(targets).apps


@pytest.fixture(autouse=True)
def newest_afterwards() -> Iterator[None]:
    yield
    for service in BEFORE:
        migrate(service)


def stored(service: str, table: str) -> str:
    with connections[service].cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 - our own tables' names
        text = " ".join(row for (row,) in cursor.fetchall())
    return text + bytes.fromhex("".join(_digits(text))).decode("latin-1")


def _digits(text: str) -> Iterator[str]:
    for part in text.split("\\x")[1:]:
        digits = part[: len(part) - len(part.lstrip("0123456789abcdef"))]
        yield digits[: len(digits) // 2 * 2]


@pytest.mark.asvs("V11.3.2")
def test_accounts_and_profiles_are_sealed_where_they_lie() -> None:
    old = migrate("identity", BEFORE["identity"])
    account_id, profile_id = ids.uuid7(), ids.uuid7()
    account = old.get_model("identity", "Account").objects.create(id=account_id, email=EMAIL)
    traits = {"slot": 1, "avatar": "iris", "maturity_age": 6, "is_kids": False, "language": "en"}
    profiles = old.get_model("identity", "Profile").objects
    profiles.create(id=profile_id, account=account, name=NAME, **traits)
    assert EMAIL in stored("identity", "identity_account")
    migrate("identity")
    for table in ("identity_account", "identity_profile"):
        assert not any(text in stored("identity", table) for text in (EMAIL, NAME))
    found = queries.account_named(EMAIL)
    assert found is not None
    assert (found.pk, found.email) == (account_id, EMAIL)
    assert Profile.objects.get(pk=profile_id).name == NAME
    assert Account.objects.count() == 1


@pytest.mark.asvs("V11.3.2")
def test_customers_are_sealed_where_they_lie() -> None:
    old = migrate("billing", BEFORE["billing"])
    customers: Any = old.get_model("billing", "Customer").objects
    told, silent = ids.uuid7(), ids.uuid7()
    customers.create(account_id=told, name=NAME, address=ADDRESS, email=EMAIL)
    customers.create(account_id=silent)
    migrate("billing")
    assert not any(text in stored("billing", "billing_customer") for text in (NAME, ADDRESS))
    assert facts(told) == (NAME, ADDRESS, EMAIL)
    assert facts(silent) == ("", "", "")


def facts(account_id: UUID) -> tuple[str, str, str]:
    row = Customer.objects.get(account_id=account_id)
    return row.name, row.address, row.email
