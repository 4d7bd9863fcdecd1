"""The documents of Flask services name problems and nothing of the library's own."""

from typing import Any

import pytest
from flask import Response
from pydantic import BaseModel

from matinee.kernel import problems
from matinee.kernel.http import flask_edge
from matinee.kernel.http.problem_answers import complete


class Note(BaseModel):
    text: str


@pytest.fixture
def operations() -> dict[str, Any]:
    app = flask_edge.make_app("insights")

    @app.post("/api/insights/notes", responses={204: None, 404: flask_edge.told("unknown_note")})
    def keep(body: Note) -> Response:
        assert body
        return flask_edge.empty()

    @app.get("/api/insights/notes", responses={204: None})
    def look() -> Response:
        return flask_edge.empty()

    document = app.api_doc
    schemas = set(document["components"]["schemas"])
    # Probes, and what every service is asked by `identity`, come with its app.
    assert schemas - {"Person", "PersonalRecords", "Readiness", "Sheet"} == {"Note"}
    paths: dict[str, Any] = document["paths"]["/api/insights/notes"]
    return paths


def test_a_wrong_value_is_documented_as_the_problem_that_it_is(operations: dict[str, Any]) -> None:
    answers = operations["post"]["responses"]
    assert set(answers) == {"204", "401", "403", "404", "422", "429"}
    for status in ("404", "422"):
        (media_type,) = answers[status]["content"]
        assert media_type == problems.MEDIA_TYPE


def test_what_the_edge_answers_by_itself_is_documented() -> None:
    document: dict[str, Any] = {
        "paths": {
            "/notes/{id}": {
                "put": {
                    "parameters": [{"name": "id", "in": "path"}],
                    "requestBody": {"content": {}},
                    "responses": {"404": "its own"},
                },
                "get": {"responses": {}},
            }
        }
    }
    complete(document)
    operations = document["paths"]["/notes/{id}"]
    assert set(operations["put"]["responses"]) == {"400", "404", "413", "422", "503"}
    assert operations["put"]["responses"]["404"] == "its own"
    assert set(operations["get"]["responses"]) == {"503"}


def test_what_takes_nothing_cannot_be_wrong(operations: dict[str, Any]) -> None:
    assert set(operations["get"]["responses"]) == {"204", "401", "403", "429"}
