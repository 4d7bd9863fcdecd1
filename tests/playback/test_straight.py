"""A press of play that is as it should be goes past Flask; all else is answered alike."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from werkzeug.test import TestResponse

from matinee.kernel.http.flask_edge import BODY_BYTES_MAX, access_tokens
from matinee.playback import actions
from matinee.playback.api import app
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])

ADDRESS = "/api/playback/sessions"
PLAIN = "application/json"
# JSON as well, and not the very text that goes past Flask.
THROUGH_FLASK = "application/json; charset=utf-8"


def press(viewer: Viewer | None, body: bytes | str, kind: str = PLAIN) -> TestResponse:
    headers = {}
    if viewer is not None:
        headers["Authorization"] = f"Bearer {access_tokens().issue(viewer.caller())[0]}"
    return app.test_client().post(ADDRESS, data=body, content_type=kind, headers=headers)


def both(viewer: Viewer | None, body: bytes | str) -> tuple[TestResponse, TestResponse]:
    return press(viewer, body), press(viewer, body, THROUGH_FLASK)


def of(title_id: UUID) -> str:
    return json.dumps({"title_id": str(title_id)})


@pytest.fixture
def past_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request may get a context of Flask's."""
    monkeypatch.setattr(app, "request_context", lambda _environ: pytest.fail("asked Flask"))


@pytest.mark.usefixtures("past_flask")
def test_a_press_as_it_should_be_goes_past_flask(viewer: Viewer, film: UUID) -> None:
    assert press(viewer, of(film)).status_code == 201


def test_both_ways_say_the_same(viewer: Viewer, film: UUID) -> None:
    straight, flasks = both(viewer, of(film))
    assert straight.status_code == flasks.status_code == 201
    assert set(straight.headers.keys()) == set(flasks.headers.keys())
    for name in ("Content-Type", "Cache-Control"):
        assert straight.headers[name] == flasks.headers[name]
    assert straight.json is not None
    assert straight.json.keys() == flasks.json.keys()  # type: ignore[union-attr] # as straight's
    assert straight.json["title_id"] == str(film)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"\xff",
        b'"{}"',
        b'{"title_id": 1}',
        b'{"title_id": "x"}',
        b'{"title_id": "\\ud800"}',
        b'{"title_id": "00000000-0000-4000-8000-000000000000", "pres": "typing error"}',
        b'{"title_id": "00000000-0000-4000-8000-000000000000", "press": false}',
        b"[" * 5_000,
        b'{"title_id": ' + b"[" * 900 + b"]" * 900 + b"}",
        b" " * (BODY_BYTES_MAX + 1),
    ],
    ids=lambda body: repr(body[:30]),
)
def test_what_is_wrong_with_a_body_is_said_alike(viewer: Viewer, body: bytes) -> None:
    straight, flasks = both(viewer, body)
    assert straight.status_code in {413, 422}
    assert (straight.status_code, straight.json) == (flasks.status_code, flasks.json)


def test_who_may_not_hears_the_same(tell: Tell, viewer: Viewer, film: UUID) -> None:
    child, unpaid = Viewer(tell), Viewer(tell)
    child.entitle()
    child.maturity_age = 6
    series = title_event(kind="series")
    tell(series)
    unknown = UUID(int=7)
    asked = [(None, film), (child, film), (unpaid, film), (viewer, series.title.id)]
    seen = [both(who, of(title_id)) for who, title_id in [*asked, (viewer, unknown)]]
    assert [straight.status_code for straight, _ in seen] == [401, 403, 402, 409, 404]
    for straight, flasks in seen:
        assert (straight.status_code, straight.json) == (flasks.status_code, flasks.json)
        assert dict(straight.headers) == dict(flasks.headers)


def test_an_engine_that_is_away_is_answered_alike(
    viewer: Viewer, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("the connection was lost")

    monkeypatch.setattr(actions, "session_start", away)
    straight, flasks = both(viewer, of(film))
    assert straight.status_code == 503
    assert (straight.status_code, straight.json) == (flasks.status_code, flasks.json)


def test_other_methods_are_flasks() -> None:
    assert app.test_client().get(ADDRESS).status_code == 405
    assert app.test_client().options(ADDRESS).status_code == 200
