"""What tests that ask the whole of Matinee have in common."""

from collections.abc import Iterator

import pytest

from tests import connections


@pytest.fixture(autouse=True)
def _connections_stay() -> Iterator[None]:
    with connections.staying():
        yield
