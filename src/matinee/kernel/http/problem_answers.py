"""How an API's document names the problems that an operation answers with."""

from typing import Any

from matinee.kernel.problems import MEDIA_TYPE, Problem

_TEXT = {"type": "string"}
_MEMBERS = {
    "type": _TEXT,
    "title": _TEXT,
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "A sentence for people"},
    "code": {"type": "string", "description": "Stable, for programs"},
}
_SCHEMA = {"type": "object", "required": sorted(_MEMBERS), "properties": _MEMBERS}


def described(when: str) -> dict[str, Any]:
    """A problem answer in an OpenAPI document: when it comes."""
    return {"description": when, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}


def may_answer(*kinds: type[Problem]) -> dict[str, Any]:
    """An operation's `openapi_extra` that documents these problems, besides its own answers."""
    return {"responses": {kind.status: described(kind.title) for kind in kinds}}
