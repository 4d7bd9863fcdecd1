"""A web process of recommendations for each test, as if it had just started."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

# Fitting imports it late, and importing it draws random numbers, which no strategy may.
import sklearn.ensemble  # noqa: F401
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations import events  # noqa: F401 - registers what it hears
from matinee.recommendations.api import app
from matinee.recommendations.queries import knowledge
from matinee.recommendations.queries.knowledge import held
from tests.patience import PATIENCE_S

Get = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _fresh_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """However slow this machine is just now, what a test keeps is looked through at once."""
    monkeypatch.setattr(knowledge, "_QUICK_S", PATIENCE_S)
    held.forget()
    yield
    held.forget()


@pytest.fixture
def profile_id() -> UUID:
    return uuid7()


@pytest.fixture
def get(profile_id: UUID) -> Get:
    """Ask as a viewer: `get(path, ceiling=18, who=profile, **headers)`."""
    client: FlaskClient = app.test_client()

    def ask(path: str, ceiling: int = 18, who: UUID | None = None, **headers: Any) -> TestResponse:
        caller = Caller(uuid7(), uuid7(), who or profile_id, ceiling)
        token, _ = flask_edge.access_tokens().issue(caller)
        sent = {"Authorization": f"Bearer {token}", **headers}
        return client.get(f"/api/recommendations{path}", headers=sent)

    return ask
