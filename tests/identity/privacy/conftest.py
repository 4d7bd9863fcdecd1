"""A person with records in every service, who is signed in."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from matinee.billing.models import Customer, Invoice
from matinee.kernel import asking
from matinee.kernel.databases import transaction_of
from matinee.run import services
from tests.identity.conftest import Visitor
from tests.identity.privacy.records import EMAIL, NAME, reached, watched
from tests.identity.told import tell_all


@pytest.fixture(autouse=True)
def services_are_reached() -> Iterator[None]:
    services.load_edges_of_work("events", "tasks")
    before = asking._Known.way
    asking.reach(reached)
    yield
    asking._Known.way = before
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ada(visitor: Visitor) -> UUID:
    account_id = visitor.sign_up(EMAIL, NAME).account.id
    profile_id = visitor.refresh().profile_id
    assert profile_id is not None
    tell_all()
    watched(account_id, profile_id, 3)
    with transaction_of("billing"):
        customer = Customer.objects.get(account_id=account_id)
        customer.name, customer.address = "Ada King", "12 St James's Square\nLondon"
        customer.email = EMAIL
        customer.save()
        Invoice.objects.create(
            customer=customer,
            number="M-1",
            status="paid",
            currency="EUR",
            subtotal_minor=900,
            total_minor=900,
            due_minor=0,
        )
    return account_id
