"""What answers have in common."""

import json

from django.http import HttpResponse


def problem(answer: HttpResponse, status: int, code: str) -> str:
    """The sentence of a problem answer."""
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    return str(body["detail"])
