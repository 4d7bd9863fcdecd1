"""My list and thumbs, through the HTTP edge."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from matinee.kernel import ids
from matinee.viewing import settings
from matinee.viewing.models import Outbox

pytestmark = pytest.mark.django_db(databases=["viewing"])


def told() -> list[tuple[str, Any]]:
    """What was announced, oldest first: the title and what became of it."""
    rows = Outbox.objects.order_by("id")
    return [
        (row.body["title_id"], row.body["listed"] if "listed" in row.body else row.body["value"])
        for row in rows
    ]


def problem(answer: Any) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


@pytest.fixture
def room_for_two(monkeypatch: pytest.MonkeyPatch) -> Any:
    small = settings.Settings(my_list_titles=2, thumbs=2)
    monkeypatch.setattr(settings, "get", lambda: small)


def test_titles_are_put_aside_newest_first(watcher: Any, watchers: Callable[[], Any]) -> None:
    films = [str(ids.uuid7()) for _ in range(3)]
    for film in (*films, films[0]):
        watcher.done("PUT", f"my-list/{film}")
    assert watcher.read("my-list")["title_ids"] == films[::-1]
    assert watcher.read(f"titles/{films[0]}")["in_my_list"]
    assert watchers().read("my-list")["title_ids"] == []
    assert told() == [(film, True) for film in films]


def test_titles_are_taken_off_once(watcher: Any) -> None:
    film = str(ids.uuid7())
    watcher.done("PUT", f"my-list/{film}")
    watcher.done("DELETE", f"my-list/{film}")
    watcher.done("DELETE", f"my-list/{film}")
    assert watcher.read("my-list")["title_ids"] == []
    assert told() == [(film, True), (film, False)]


def test_my_list_holds_five_hundred() -> None:
    assert settings.Settings().my_list_titles == 500


@pytest.mark.usefixtures("room_for_two")
def test_a_full_list_says_what_to_do(watcher: Any, watchers: Callable[[], Any]) -> None:
    films = [str(ids.uuid7()) for _ in range(3)]
    for film in films[:2]:
        watcher.done("PUT", f"my-list/{film}")
    answer = watcher.send("PUT", f"my-list/{films[2]}")
    assert problem(answer) == (409, "list_full")
    assert "at most 2 titles. Remove" in json.loads(answer.content)["detail"]
    watcher.done("PUT", f"my-list/{films[0]}")
    watcher.done("DELETE", f"my-list/{films[0]}")
    watcher.done("PUT", f"my-list/{films[2]}")
    watchers().done("PUT", f"my-list/{films[2]}")


@pytest.mark.usefixtures("room_for_two")
def test_thumbs_are_bounded_too(watcher: Any) -> None:
    films = [str(ids.uuid7()) for _ in range(3)]
    for film in films[:2]:
        watcher.done("PUT", f"thumbs/{film}", {"value": "up"})
    answer = watcher.send("PUT", f"thumbs/{films[2]}", {"value": "up"})
    assert problem(answer) == (409, "list_full")
    watcher.done("PUT", f"thumbs/{films[0]}", {"value": "down"})


def test_a_thumb_turns_and_goes(watcher: Any) -> None:
    film = str(ids.uuid7())
    seen = []
    for value in ("up", "up", "down"):
        watcher.done("PUT", f"thumbs/{film}", {"value": value})
        seen.append(watcher.read(f"titles/{film}")["thumb"])
    for _ in range(2):
        watcher.done("DELETE", f"thumbs/{film}")
        seen.append(watcher.read(f"titles/{film}")["thumb"])
    assert seen == ["up", "up", "down", None, None]
    assert told() == [(film, "up"), (film, "down"), (film, None)]


@pytest.mark.parametrize("body", [{}, {"value": "sideways"}, {"value": "up", "as": "admin"}])
def test_bad_thumbs_say_which_value_is_wrong(watcher: Any, body: dict[str, str]) -> None:
    assert problem(watcher.send("PUT", f"thumbs/{uuid4()}", body)) == (422, "invalid")


def test_a_title_that_nobody_touched_has_nothing(watcher: Any) -> None:
    film = str(uuid4())
    expected = {"title_id": film, "in_my_list": False, "thumb": None, "resume": None}
    assert watcher.read(f"titles/{film}") == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "history"),
        ("DELETE", "history"),
        ("DELETE", f"history/{uuid4()}"),
        ("GET", "my-list"),
        ("PUT", f"my-list/{uuid4()}"),
        ("DELETE", f"my-list/{uuid4()}"),
        ("PUT", f"thumbs/{uuid4()}"),
        ("DELETE", f"thumbs/{uuid4()}"),
        ("GET", f"titles/{uuid4()}"),
    ],
)
def test_every_operation_needs_a_profile(
    watchers: Callable[..., Any], client: Any, method: str, path: str
) -> None:
    body = {"value": "up"}
    assert problem(watchers(None).send(method, path, body)) == (403, "no_profile")
    stranger = client.generic(method, f"/api/viewing/{path}", json.dumps(body), "application/json")
    assert problem(stranger) == (401, "not_signed_in")
    assert not Outbox.objects.exists()
