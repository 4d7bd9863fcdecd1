"""How an API's document names who may use an operation, and the problems it answers with."""

from collections.abc import Iterator
from typing import Any

from matinee.kernel.access import Access
from matinee.kernel.problems import (
    MEDIA_TYPE,
    BadRequest,
    Forbidden,
    NotFound,
    NotSignedIn,
    Problem,
    TooLarge,
    TooMany,
    Unavailable,
    Unprocessable,
)

_TEXT = {"type": "string"}
_MEMBERS = {
    "type": _TEXT,
    "title": _TEXT,
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "A sentence for people"},
    "code": {"type": "string", "description": "Stable, for programs"},
}
PROBLEM_SCHEMA = {"type": "object", "required": sorted(_MEMBERS), "properties": _MEMBERS}


def described(when: str) -> dict[str, Any]:
    """A problem answer in an OpenAPI document: when it comes."""
    return {"description": when, "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}}}


def may_answer(*kinds: type[Problem]) -> dict[str, Any]:
    """An operation's `openapi_extra` that documents these problems, besides its own answers."""
    return {"responses": {kind.status: described(kind.title) for kind in kinds}}


BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def write_access(operation: dict[str, Any], allowed: Access) -> None:
    """Write who may use an operation into its document, and how all others are answered.

    Whatever takes a token is refused to applications without leave for it, and told to programs
    that ask too often.
    """
    operation["x-access"] = allowed.document()
    answers = operation["responses"]
    for kind in (NotSignedIn, Forbidden, TooMany) if allowed.needs_token else ():
        if not {kind.status, str(kind.status)} & set(answers):
            answers[str(kind.status)] = described(kind.title)


def complete(document: dict[str, Any]) -> None:
    """Write into a service's document what its HTTP edge answers, whatever the operation does."""
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            for kind in _of_the_edge(operation):
                answers.setdefault(str(kind.status), described(kind.title))


def _of_the_edge(operation: dict[str, Any]) -> Iterator[type[Problem]]:
    parameters = operation.get("parameters", ())
    if operation.get("requestBody"):
        yield from (BadRequest, TooLarge, Unprocessable)
    if parameters:
        yield Unprocessable
    if any(parameter["in"] == "path" for parameter in parameters):
        yield NotFound
    # A database or the store that does not answer.
    yield Unavailable
