"""Pages that were written stay until something changes, within bounds of room and time."""

import gzip
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from matinee.kernel import clock
from matinee.recommendations.queries import kept_pages
from matinee.recommendations.queries.kept_pages import KeptPage, KeptPages, Looker
from matinee.recommendations.queries.pages import HomeRequest
from tests.recommendations import builders

Get = Callable[..., TestResponse]


def looker(number: int, ceiling: int = 18) -> Looker:
    return Looker(UUID(int=number), ceiling, "DE", "browser")


def page(size: int, *depends_on: object) -> KeptPage:
    return KeptPage(depends_on, "etag", b"x" * size)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60))), st.integers(0, 120))
def test_no_more_is_kept_than_there_is_room_for_and_the_newest_stays(
    kept: list[tuple[int, int]], room: int
) -> None:
    pages = KeptPages(room)
    for number, size in kept:
        pages.keep(looker(number), page(size))
    sizes = [len(one.compressed) for _, one in pages._pages.values()]
    assert sum(sizes) == pages._bytes <= room
    if kept and kept[-1][1] <= room:
        assert pages.last_of(looker(kept[-1][0])) == page(kept[-1][1])


def test_what_was_asked_for_least_lately_makes_room() -> None:
    pages = KeptPages(100)
    for number in range(2):
        pages.keep(looker(number), page(50))
    assert pages.last_of(looker(0))
    pages.keep(looker(2), page(50))
    assert [pages.last_of(looker(one)) is not None for one in range(3)] == [True, False, True]


def test_only_a_page_that_would_be_the_same_is_found() -> None:
    pages = KeptPages(100)
    pages.keep(looker(1), page(10, 7, "a"))
    assert pages.find(looker(1), (7, "a"))
    assert pages.find(looker(1), (8, "a")) is None
    assert pages.find(looker(1, ceiling=6), (7, "a")) is None
    assert pages.last_of(looker(1, ceiling=6)) is None, "a child is not shown a grown-up's"


def test_what_nobody_asks_for_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [0.0]
    monkeypatch.setattr(clock, "monotonic_s", lambda: now_s[0])
    pages = KeptPages(1_000)
    pages.keep(looker(1), page(10))
    now_s[0] = kept_pages._UNASKED_MAX_S + 1
    pages.keep(looker(2), page(10))
    assert pages.last_of(looker(1)) is None
    assert pages.last_of(looker(2))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """For whom pages were made."""
    made: list[UUID] = []
    write = HomeRequest.written

    def noted(self: HomeRequest) -> str:
        made.append(self.profile_id)
        return write(self)

    monkeypatch.setattr(HomeRequest, "written", noted)
    return made


@pytest.fixture
def _within_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages change with the hour; this one does not end."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.mark.usefixtures("_within_one_hour")
@pytest.mark.django_db(databases=["recommendations"])
def test_a_page_is_made_once_until_something_changes(
    get: Get, profile_id: UUID, written: list[UUID]
) -> None:
    for number in range(3):
        builders.tell(builders.title_changed(builders.title(number)))
    first, again = get("/home"), get("/home")
    assert first.data == again.data
    assert first.headers["ETag"] == again.headers["ETag"]
    assert written == [profile_id]
    builders.tell(builders.progressed(profile_id, 1, 0.4, clock.now()))
    assert get("/home").data != first.data
    assert written == [profile_id, profile_id]


@pytest.mark.usefixtures("_within_one_hour")
@pytest.mark.django_db(databases=["recommendations"])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "gzip"), ("*", "gzip"), ("", None), ("br", None), ("gzip;q=0", None)],
)
def test_it_is_sent_compressed_to_those_who_take_it(
    get: Get, accepted: str, encoding: str | None
) -> None:
    builders.tell(builders.title_changed(builders.title(1)))
    plain = get("/home").data
    answer: Any = get("/home", **{"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert (gzip.decompress(answer.data) if encoding else answer.data) == plain
    assert answer.headers["Vary"] == "Authorization, Accept-Encoding"
