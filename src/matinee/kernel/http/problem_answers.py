"""How an API's document names the problems that an operation answers with."""

from typing import Any

from matinee.kernel.problems import MEDIA_TYPE, Problem

_TEXT = {"type": "string"}
_SCHEMA = {
    "title": "Problem",
    "description": "RFC 9457 problem details; `detail` is a sentence for people",
    "type": "object",
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def may_answer(*kinds: type[Problem]) -> dict[str, Any]:
    """An operation's `openapi_extra` that documents these problems, besides its own answers."""
    answers = {
        kind.status: {"description": kind.title, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
        for kind in kinds
    }
    return {"responses": answers}
