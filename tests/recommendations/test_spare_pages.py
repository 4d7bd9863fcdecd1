"""Home while there is no time to make pages: the profile's last one, else one for anybody."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from werkzeug.test import TestResponse

from matinee.contracts.recommendations import HomePage
from matinee.contracts.worths import KEPT, KEPT_HEADER, SPARE
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations.api import app
from matinee.recommendations.queries import spare_pages
from tests.recommendations import builders
from tests.recommendations.conftest import Get

pytestmark = pytest.mark.django_db(databases=["recommendations"])


@pytest.fixture(autouse=True)
def _none_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_pages, "_anybodys", OrderedDict())


def spare(profile_id: UUID, ceiling: int = 18, tag: str = "") -> TestResponse:
    """The home page of a profile in a process under strain."""
    token, _ = flask_edge.access_tokens().issue(Caller(uuid7(), uuid7(), profile_id, ceiling))
    sent = {"Authorization": f"Bearer {token}", "If-None-Match": tag}
    return app.test_client().get(KEPT, headers=sent, environ_overrides={SPARE: True})


def stock(count: int, **change: Any) -> None:
    for number in range(count):
        builders.tell(builders.title_changed(builders.title(number, **change)))


def test_the_last_page_of_a_profile_is_given_without_a_query(
    get: Get, profile_id: UUID, django_assert_num_queries: Callable[..., Any]
) -> None:
    stock(8)
    own = get("/home")
    builders.tell(builders.progressed(profile_id, 3, 0.4, clock.now()))
    with django_assert_num_queries(0, connection=connections["recommendations"]):
        answer = spare(profile_id)
    assert answer.data == own.data
    assert answer.headers[KEPT_HEADER] == "own"
    assert answer.headers["ETag"] == own.headers["ETag"]
    assert "private" in answer.headers["Cache-Control"]
    assert get("/home").data != own.data, "the next page that there is time for is a new one"


def test_who_has_it_already_is_told_so(get: Get, profile_id: UUID) -> None:
    stock(3)
    tag = get("/home").headers["ETag"]
    assert spare(profile_id, tag=tag).status_code == 304


def test_others_are_given_a_page_that_is_made_once_for_all(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    stock(8)
    first = spare(uuid7())
    assert first.headers[KEPT_HEADER] == "anybody"
    assert "ETag" not in first.headers
    page = HomePage.model_validate_json(first.data)
    assert page.rows
    assert not any(row.picks for row in page.rows), "nothing is learnt from it"
    with django_assert_num_queries(0, connection=connections["recommendations"]):
        assert spare(uuid7()).data == first.data


def test_a_child_is_given_nothing_for_grown_ups(get: Get, profile_id: UUID) -> None:
    stock(6, maturity_age=16)
    assert get("/home").status_code == 200
    page = HomePage.model_validate_json(spare(profile_id, ceiling=6).data)
    assert page.hero is None
    assert page.rows == []


def test_it_is_for_signed_in_profiles_alone() -> None:
    assert app.test_client().get(KEPT, environ_overrides={SPARE: True}).status_code == 401


def test_no_more_pages_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_pages, "_ANYBODYS_MAX", 2)
    for ceiling in (0, 6, 12, 18):
        assert spare(uuid7(), ceiling=ceiling).status_code == 200
    assert [kind.ceiling for kind in spare_pages._anybodys] == [12, 18]
