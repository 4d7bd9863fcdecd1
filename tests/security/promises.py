"""No operation answers what its document does not promise, whatever it is asked.

Not collected by itself, as it takes minutes: `bin/check --full` runs it.
"""

from typing import Any

import pytest
import schemathesis
from schemathesis import Case

from tests.security import asked

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    # Where no gateway listens, the library leaves the socket that it tried to be collected.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _furnished() -> None:
    asked.furnish()


@schemathesis.pytest.parametrize(**asked.schemas())
def test_an_operation_keeps_its_promises(case: Case[Any]) -> None:
    case.call_and_validate()
