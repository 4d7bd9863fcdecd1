"""Resume points and history: told by events, read and erased through the HTTP edge."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import TitleRemoved
from matinee.kernel import clock, ids
from matinee.kernel.events.hearing import INBOX_KEPT
from matinee.viewing import actions, rules, tasks
from matinee.viewing.models import Outbox, RemovedTitle, ResumePoint, TitleErasure, Viewer
from tests.viewing.facts import progress, removal, tell

pytestmark = pytest.mark.django_db(databases=["viewing"])

NOON = datetime(2027, 5, 4, 12, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def told() -> list[dict[str, Any]]:
    """What was announced, oldest first."""
    return [{"type": row.type, **row.body} for row in Outbox.objects.order_by("id")]


def titles(page: dict[str, Any]) -> list[UUID]:
    """The titles of a page of history."""
    return [UUID(entry["title_id"]) for entry in page["entries"]]


def test_a_profile_resumes_where_it_stopped(watcher: Any) -> None:
    film = ids.uuid7()
    tell(progress(watcher.profile_id, film, NOON, position_s=12.5, duration_s=30.0))
    expected = {
        "title_id": str(film),
        "position_s": 12.5,
        "duration_s": 30.0,
        "watched_at": "2027-05-04T12:00:00Z",
        "finished": False,
    }
    assert watcher.read("history") == {"entries": [expected], "next": None}
    assert watcher.read(f"titles/{film}")["resume"] == expected


def test_the_newest_progress_counts_in_any_order(watcher: Any) -> None:
    film = ids.uuid7()
    old = progress(watcher.profile_id, film, NOON, position_s=5.0)
    new = progress(watcher.profile_id, film, NOON + seconds(10), position_s=29.0, finished=True)
    tell(new, old, old, new)
    resume = watcher.read(f"titles/{film}")["resume"]
    assert (resume["position_s"], resume["finished"]) == (29.0, True)


def test_watching_again_starts_anew(watcher: Any) -> None:
    film = ids.uuid7()
    tell(progress(watcher.profile_id, film, NOON, position_s=30.0, finished=True))
    tell(progress(watcher.profile_id, film, NOON + seconds(60), position_s=2.0))
    resume = watcher.read(f"titles/{film}")["resume"]
    assert (resume["position_s"], resume["finished"]) == (2.0, False)


def test_a_position_before_the_start_is_the_start(watcher: Any) -> None:
    film = ids.uuid7()
    tell(progress(watcher.profile_id, film, position_s=-0.04))
    assert watcher.read(f"titles/{film}")["resume"]["position_s"] == 0.0


def test_history_comes_in_pages_newest_first(watcher: Any, watchers: Callable[[], Any]) -> None:
    other = watchers()
    films = [ids.uuid7() for _ in range(2 * rules.PAGE + 1)]
    for number, film in enumerate(films):
        # Several at the same moment, so that a page ends in the midst of them.
        tell(progress(watcher.profile_id, film, NOON + seconds(number // 4)))
    tell(progress(other.profile_id, films[0], NOON))
    pages, cursor = [], ""
    while cursor is not None:
        page = watcher.read(f"history?cursor={cursor}")
        pages.append(titles(page))
        cursor = page["next"]
    assert [len(page) for page in pages] == [rules.PAGE, rules.PAGE, 1]
    listed = [film for page in pages for film in page]
    moments = [entry.watched_at for entry in _rows(listed, watcher.profile_id)]
    assert sorted(listed) == sorted(films)
    assert moments == sorted(moments, reverse=True)
    assert titles(other.read("history")) == [films[0]]


def test_a_page_that_ends_exactly_has_no_next(watcher: Any) -> None:
    for _ in range(rules.PAGE):
        tell(progress(watcher.profile_id, ids.uuid7()))
    assert watcher.read("history")["next"] is None


@pytest.mark.parametrize("cursor", ["x", "bm90IGEgY3Vyc29y", "%C3%A9", "x" * 300, "OTk5OTk5 x"])
def test_a_cursor_that_is_not_ours_is_refused(watcher: Any, cursor: str) -> None:
    answer = watcher.send("GET", f"history?cursor={cursor}")
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] in {"bad_cursor", "invalid"}


def test_an_erased_history_stays_erased(watcher: Any) -> None:
    film, late = ids.uuid7(), ids.uuid7()
    before = progress(watcher.profile_id, late, clock.now())
    tell(progress(watcher.profile_id, film, clock.now()))
    watcher.done("DELETE", "history")
    tell(before)
    assert watcher.read("history")["entries"] == []
    tell(progress(watcher.profile_id, film, clock.now()))
    assert titles(watcher.read("history")) == [film]


def test_erasing_tells_what_and_until_when(watcher: Any) -> None:
    film = ids.uuid7()
    tell(progress(watcher.profile_id, film, clock.now()))
    start = clock.now()
    watcher.done("DELETE", f"history/{film}")
    watcher.done("DELETE", "history")
    one, everything = told()
    assert one["type"] == everything["type"] == "history.erased"
    assert (one["title_id"], everything["title_id"]) == (str(film), None)
    assert one["profile_id"] == everything["profile_id"] == str(watcher.profile_id)
    untils = [datetime.fromisoformat(event["until"]) for event in (one, everything)]
    assert start < untils[0] < untils[1] < clock.now()


def test_one_title_can_be_erased(watcher: Any) -> None:
    kept, erased = ids.uuid7(), ids.uuid7()
    late = progress(watcher.profile_id, erased, clock.now())
    tell(*(progress(watcher.profile_id, film, clock.now()) for film in (kept, erased)))
    watcher.done("DELETE", f"history/{erased}")
    tell(late)
    assert titles(watcher.read("history")) == [kept]
    tell(progress(watcher.profile_id, erased, clock.now()))
    assert titles(watcher.read("history")) == [erased, kept]


def test_several_titles_are_erased_together(watcher: Any) -> None:
    kept, *erased = (ids.uuid7() for _ in range(3))
    tell(*(progress(watcher.profile_id, film, clock.now()) for film in (kept, *erased)))
    episodes = [str(film) for film in (*erased, ids.uuid7())]
    watcher.done("POST", "history/erasures", {"title_ids": episodes})
    assert titles(watcher.read("history")) == [kept]
    assert {event["title_id"] for event in told()} == {str(film) for film in erased}
    for wrong in (list[str](), [str(kept)] * 1001):
        answer = watcher.send("POST", "history/erasures", {"title_ids": wrong})
        assert answer.status_code == 422


def test_erasing_what_was_not_watched_leaves_no_trace(watcher: Any) -> None:
    watcher.done("DELETE", f"history/{ids.uuid7()}")
    assert not TitleErasure.objects.exists()
    assert told() == []


def test_a_removed_profile_is_forgotten_for_good(watcher: Any) -> None:
    film = ids.uuid7()
    tell(progress(watcher.profile_id, film))
    watcher.done("PUT", f"my-list/{film}")
    watcher.done("PUT", f"thumbs/{film}", {"value": "up"})
    tell(removal(watcher.profile_id), progress(watcher.profile_id, film))
    state = watcher.read(f"titles/{film}")
    assert (state["resume"], state["in_my_list"], state["thumb"]) == (None, False, None)
    for method, path, body in (
        ("PUT", f"my-list/{film}", None),
        ("PUT", f"thumbs/{film}", {"value": "up"}),
        ("DELETE", "history", None),
    ):
        answer = watcher.send(method, path, body)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "profile_removed")


def test_a_removed_title_is_forgotten_for_good(watcher: Any, watchers: Callable[[], Any]) -> None:
    gone, kept = ids.uuid7(), ids.uuid7()
    both = (watcher, watchers())
    for viewer in both:
        for film in (gone, kept):
            tell(progress(viewer.profile_id, film))
            viewer.done("PUT", f"my-list/{film}")
            viewer.done("PUT", f"thumbs/{film}", {"value": "down"})
    event = TitleRemoved(title_id=gone)
    tell(event, event, *(progress(viewer.profile_id, gone) for viewer in both))
    for viewer in both:
        assert titles(viewer.read("history")) == [kept]
        assert viewer.read("my-list")["title_ids"] == [str(kept)]
        assert viewer.read(f"titles/{gone}")["thumb"] is None


def test_traces_go_once_nothing_late_can_come(watcher: Any, watchers: Callable[[], Any]) -> None:
    film, removed = ids.uuid7(), watchers()
    tell(progress(watcher.profile_id, film, clock.now()))
    watcher.done("DELETE", f"history/{film}")
    tell(removal(removed.profile_id), TitleRemoved(title_id=film))
    with clock.shifted(INBOX_KEPT - timedelta(minutes=1)):
        assert actions.traces_prune() == 0
    with clock.shifted(INBOX_KEPT + timedelta(minutes=1)):
        tasks.prune_traces()
        assert actions.traces_prune() == 0
    assert not TitleErasure.objects.exists()
    assert not RemovedTitle.objects.exists()
    assert [row.profile_id for row in Viewer.objects.all()] == [watcher.profile_id]


def _rows(films: list[UUID], profile_id: UUID) -> list[ResumePoint]:
    found = {row.title_id: row for row in ResumePoint.objects.filter(viewer__profile_id=profile_id)}
    return [found[film] for film in films]
