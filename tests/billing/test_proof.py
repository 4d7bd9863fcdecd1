"""What of paying takes fresh proof of who is there."""

import json

import pytest

from matinee.kernel import ids
from tests.billing.conftest import Call

pytestmark = pytest.mark.django_db(databases=["billing"])


@pytest.mark.asvs("V7.5.1")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "methods/checkout"),
        ("POST", f"methods/{ids.uuid7()}/charge"),
        ("DELETE", f"methods/{ids.uuid7()}"),
    ],
)
def test_ways_to_pay_change_only_after_fresh_proof(call: Call, method: str, path: str) -> None:
    answer = call(method, path, is_proven=False)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "step_up_needed")
