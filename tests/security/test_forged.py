"""What other people's pages can make a browser send changes nothing; looking changes nothing."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections
from werkzeug.test import TestResponse

from tests.security import asked

pytestmark = [pytest.mark.asvs("V3.5"), pytest.mark.django_db(databases="__all__")]

OPERATIONS = sorted(asked.operations(), key=lambda each: each[1])
LOOKS = [path for method, path, _ in OPERATIONS if method == "GET"]
# No cookie and no account speaks here: a signature, a secret in the body or the address does.
OF_NO_BROWSER = (
    "/api/billing/gateways/",
    "/api/delivery/agents/",
    "/api/identity/api-tokens/exchange",
    "/api/identity/oauth/",
    "/api/identity/privacy/erasures/look",
    "/api/insights/cmcd/",
    "/api/playback/keys",
)
FOREIGN = "https://evil.example"
CHANGES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "ALTER", "CREATE", "DROP")
# That somebody of the staff looked at what is personal goes to the audit log by this way.
NOTED = re.compile(r'INSERT INTO "\w+_outbox"')


def cookie_operations() -> list[tuple[str, str]]:
    """What changes something without an access token: a cookie, or nothing at all, speaks."""
    return [
        (method, path)
        for method, path, operation in OPERATIONS
        if method != "GET"
        and operation["x-access"]["who"] in {"anyone", "own_proof"}
        and not path.startswith(OF_NO_BROWSER)
        and not path.endswith("/person")
    ]


def test_what_changes_something_takes_a_header_that_no_form_can_send() -> None:
    for method, path, operation in OPERATIONS:
        if method != "GET" and (method, path) not in cookie_operations():
            by_token = operation.get("security") == [{"bearer": []}]
            assert by_token or path.startswith(OF_NO_BROWSER) or path.endswith("/person"), path
        assert method in {"GET", "POST", "PUT", "PATCH", "DELETE"}


def send(method: str, path: str, **more: Any) -> TestResponse:
    return asked.whole_client().open(asked.filled(path), method=method, **more)


def valid(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The smallest value that a schema takes."""
    if "$ref" in schema:
        return valid(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("type") == "object":
        names = schema.get("required", ())
        return {name: valid(schema["properties"][name], schemas) for name in names}
    if schema.get("format") == "email":
        return "eve@example.org"
    if schema.get("enum"):
        return schema["enum"][0]
    return {"boolean": True, "integer": 1}.get(
        schema["type"], "x" * max(12, schema.get("minLength", 0))
    )


def body_of(operation: dict[str, Any]) -> Any:
    """A body that the operation would take."""
    schemas = dict(asked.documents())["identity"]["components"]["schemas"]
    content = operation.get("requestBody", {}).get("content", {})
    return valid(content["application/json"]["schema"], schemas) if content else {}


@pytest.mark.parametrize(("method", "path"), cookie_operations())
def test_a_page_of_somebody_else_is_refused(method: str, path: str) -> None:
    asked.furnish()
    (operation,) = [what for verb, where, what in OPERATIONS if (verb, where) == (method, path)]
    body = body_of(operation)
    told = send(method, path, json=body, headers={"Origin": FOREIGN})
    assert told.status_code == 403, told.text
    assert told.get_json()["code"] == "foreign_page"
    told = send(method, path, data=json.dumps(body), headers={"Content-Type": "text/plain"})
    assert told.status_code == 400, told.text
    assert told.get_json()["code"] == "not_json"


class Writes:
    """Counts statements that change something, in every database."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if sql.lstrip().upper().startswith(CHANGES) and not NOTED.match(sql):
            self.seen.append(sql)
        return execute(sql, *more)


@pytest.fixture
def writes() -> Iterator[Writes]:
    asked.furnish()
    counting = Writes()
    with ExitStack() as stack:
        for connection in connections.all():
            if connection.alias != "default":
                stack.enter_context(connection.execute_wrapper(counting))
        yield counting


def test_looking_changes_nothing(writes: Writes) -> None:
    for path in LOOKS:
        asked.look(path)
        assert not writes.seen, path
