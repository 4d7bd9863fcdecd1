"""What a viewer takes out of rows, and may put back, through the HTTP edge."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from matinee.contracts.events import TitleRemoved
from matinee.kernel import ids
from matinee.viewing import settings
from matinee.viewing.models import Dismissal, Outbox
from tests.viewing.facts import removal, tell

pytestmark = pytest.mark.django_db(databases=["viewing"])


def told() -> list[tuple[str, str | None, bool]]:
    """What was announced, oldest first: row, title, and whether it was dismissed."""
    bodies = [row.body for row in Outbox.objects.filter(type="dismissal.changed").order_by("id")]
    return [(body["row"], body["title_id"], body["dismissed"]) for body in bodies]


def test_a_title_is_taken_out_of_a_row_and_put_back(
    watcher: Any, watchers: Callable[[], Any]
) -> None:
    film = str(ids.uuid7())
    one = {"row": "genre:science fiction", "title_id": film}
    whole = {"row": "hidden_gems", "title_id": None}
    watcher.done("PUT", "dismissals", one)
    watcher.done("PUT", "dismissals", whole)
    assert watcher.read("dismissals") == {"dismissals": [whole, one]}
    assert watchers().read("dismissals") == {"dismissals": []}
    for _ in range(2):
        watcher.done("DELETE", f"dismissals?row=genre%3Ascience%20fiction&title_id={film}")
    watcher.done("DELETE", "dismissals?row=hidden_gems")
    assert watcher.read("dismissals") == {"dismissals": []}
    assert told() == [
        ("genre:science fiction", film, True),
        ("hidden_gems", None, True),
        ("genre:science fiction", film, False),
        ("hidden_gems", None, False),
    ]


def test_dismissed_again_it_is_told_again_and_kept_once(watcher: Any) -> None:
    again = {"row": "continue_watching", "title_id": str(ids.uuid7())}
    for _ in range(2):
        watcher.done("PUT", "dismissals", again)
        watcher.done("PUT", "dismissals", {"row": "trending"})
    assert len(watcher.read("dismissals")["dismissals"]) == 2
    assert len(told()) == 4


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("because_you_watched:the-meadow", "row_names_title"),
        ("", "invalid"),
        ("Genre", "invalid"),
        ("genre:" + "x" * 121, "invalid"),
        ("genre:\u0000", "invalid"),
    ],
)
def test_a_row_that_cannot_be_kept_is_refused(watcher: Any, row: str, code: str) -> None:
    answer = watcher.send("PUT", "dismissals", {"row": row, "title_id": str(ids.uuid7())})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (422, code)
    assert not Dismissal.objects.exists()


def test_what_can_be_dismissed_is_bounded(watcher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    small = settings.Settings(dismissals=2)
    monkeypatch.setattr(settings, "get", lambda: small)
    for row in ("trending", "new", "trending"):
        watcher.done("PUT", "dismissals", {"row": row})
    answer = watcher.send("PUT", "dismissals", {"row": "hidden_gems"})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "list_full")


def test_an_erased_history_leaves_what_was_dismissed(watcher: Any) -> None:
    watcher.done("PUT", "dismissals", {"row": "trending"})
    watcher.done("DELETE", "history")
    assert watcher.read("dismissals")["dismissals"]


def test_it_goes_with_its_profile_and_its_title(watcher: Any, watchers: Callable[[], Any]) -> None:
    film, other = ids.uuid7(), watchers()
    for viewer in (watcher, other):
        viewer.done("PUT", "dismissals", {"row": "trending", "title_id": str(film)})
        viewer.done("PUT", "dismissals", {"row": "trending"})
    tell(TitleRemoved(title_id=film))
    assert watcher.read("dismissals")["dismissals"] == [{"row": "trending", "title_id": None}]
    tell(removal(watcher.profile_id))
    assert [row.viewer.profile_id for row in Dismissal.objects.all()] == [other.profile_id]


def test_thumbs_are_listed_newest_first(watcher: Any, watchers: Callable[[], Any]) -> None:
    films = [str(ids.uuid7()) for _ in range(3)]
    for film, value in zip(films, ("down", "up", "down"), strict=True):
        watcher.done("PUT", f"thumbs/{film}", {"value": value})
    watcher.done("DELETE", f"thumbs/{films[1]}")
    assert watcher.read("thumbs")["thumbs"] == [
        {"title_id": films[2], "value": "down"},
        {"title_id": films[0], "value": "down"},
    ]
    assert watchers().read("thumbs") == {"thumbs": []}
