"""A web process has loaded what it needs before anybody asks."""

import gc
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from matinee.kernel import databases
from matinee.run import warming


@pytest.fixture
def stays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is changed for all of this process, noted instead of done."""
    noted: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: noted.append("freeze"))
    monkeypatch.setattr(sys, "setswitchinterval", lambda turn_s: noted.append(f"{turn_s}"))
    monkeypatch.setattr(databases, "have_ready", lambda name, _many: noted.append(name))
    return noted


def test_every_service_is_asked_for_what_needs_no_engine(stays: list[str]) -> None:
    asked = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        start_response("204 No Content", [])
        return []

    warming.warm(app, ("identity", "playback"))
    assert asked == [("GET", "/api/identity/livez"), ("GET", "/api/playback/livez")]
    assert stays == ["identity", "keys", "0.0005", "freeze"]


@pytest.mark.django_db(databases=["recommendations"], transaction=True)
def test_the_catalogue_is_in_memory(stays: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from matinee.recommendations.queries.knowledge import held  # noqa: PLC0415 - a model's module

    held.forget()
    warming.warm(lambda *_: [], ("recommendations",))
    assert held._now is not None
    assert stays
    held.forget()
    monkeypatch.setattr(held, "current", _away)
    warming.warm(lambda *_: [], ("recommendations",))


def test_a_process_begins_where_a_database_is_away(
    stays: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(databases, "have_ready", lambda *_: _away())
    warming.warm(lambda *_: [], ("identity",))
    assert "opened when they are wanted: no such host" in caplog.text
    assert stays == ["0.0005", "freeze"]


def _away() -> None:
    from django.db import OperationalError  # noqa: PLC0415 - as above

    raise OperationalError("no such host")
