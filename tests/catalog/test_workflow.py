"""From draft to published and back: who may, what is missing, what is written down, undone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.catalog import settings
from matinee.catalog.rules.workflow import (
    first_standing,
)
from matinee.contracts.catalog.workflow import Act, History, Review, Workflow
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])

WHOLE: dict[str, Any] = {
    "name": "Northern",
    "description": "A ship in the ice.",
    "genres": ["Drama"],
    "year": 2020,
}


@contextmanager
def reviewed(monkeypatch: pytest.MonkeyPatch, review: Review, *needs: str) -> Iterator[None]:
    """A house in which titles are reviewed."""
    chosen = settings.get().model_copy(update={"review": review, "publish_needs": needs})
    with monkeypatch.context() as patch:
        patch.setattr(settings, "get", lambda: chosen)
        yield


class Desk:
    """A title, and who works on it."""

    def __init__(self, asker: Asker, title_id: UUID) -> None:
        self.asker = asker
        self.id = title_id

    def by(self, asker: Asker) -> "Desk":
        return Desk(asker, self.id)

    def act(self, act: Act, **order: Any) -> Workflow:
        answer = self.asker.ask("POST", f"studio/titles/{self.id}/acts/{act}", order)
        assert answer.status_code == 200, answer.content
        return Workflow.model_validate_json(answer.content)

    def refused(self, act: Act, **order: Any) -> str:
        answer = self.asker.ask("POST", f"studio/titles/{self.id}/acts/{act}", order)
        assert answer.status_code in {403, 409, 422}, answer.content
        return code_of(answer)

    def workflow(self) -> Workflow:
        answer = self.asker.ask("GET", f"studio/titles/{self.id}/workflow")
        return Workflow.model_validate_json(answer.content)

    def history(self) -> History:
        answer = self.asker.ask("GET", f"studio/titles/{self.id}/history")
        return History.model_validate_json(answer.content)

    def change(self, **fields: Any) -> Any:
        return self.asker.ask("PATCH", f"studio/titles/{self.id}", fields)

    def undo(self, deed_id: UUID) -> Any:
        return self.asker.ask("POST", f"studio/titles/{self.id}/history/{deed_id}/undo")

    @property
    def status(self) -> str:
        return self.asker.title(self.id).status


@pytest.fixture
def editor() -> Asker:
    return Asker(roles=("editor",))


@pytest.fixture
def publisher() -> Asker:
    return Asker(roles=("publisher",))


def test_without_a_review_a_film_is_published_by_itself(owner: Asker) -> None:
    assert first_standing("none") == "released"
    desk = Desk(owner, owner.make("Northern").id)
    tell(ready(desk.id))
    assert desk.status == "published"
    assert [deed.verb for deed in desk.history().deeds] == ["made"]


def test_a_title_goes_through_review_to_its_viewers(
    editor: Asker, publisher: Asker, viewer: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reviewed(monkeypatch, "one"):
        desk = Desk(editor, editor.make(**WHOLE).id)
        tell(ready(desk.id))
        assert desk.status == "draft"
        assert desk.refused("publish") == "needs_review"
        assert desk.act("submit", words="Please look at the ending.").standing == "review"
        assert desk.status == "review"
        assert desk.refused("approve") == "needs_publisher"
        assert viewer.ask("GET", f"titles/{desk.id}").status_code == 404
        after = desk.by(publisher).act("approve")
        assert (after.standing, after.missing[0].is_required) == ("released", False)
        assert viewer.title(desk.id).name == "Northern"
        assert desk.change(name="Southern").status_code == 403
        assert desk.by(publisher).change(name="Southern").status_code == 200
        desk.act("withdraw")
        assert viewer.ask("GET", f"titles/{desk.id}").status_code == 404
        told = [deed.verb for deed in desk.history().deeds]
    assert told == ["withdrawn", "changed", "approved", "submitted", "made"]
    assert announced("title.changed")[-1]["title"]["status"] == "withdrawn"


def test_a_reviewer_sends_back_with_words(
    publisher: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        desk = Desk(editor, editor.make(**WHOLE).id)
        tell(ready(desk.id))
        desk.act("submit")
        back = desk.by(publisher).act("return", words="The year is wrong.")
        assert (back.standing, back.submitted_by) == ("draft", None)
        assert desk.history().deeds[0].words == "The year is wrong."
        desk.act("submit")
        assert desk.act("return").standing == "draft"  # one may think better of it oneself


def test_whoever_worked_on_a_title_does_not_approve_it(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (Known(roles=("publisher",)) for _ in range(2))
    with reviewed(monkeypatch, "two"):
        desk = Desk(one, one.make(**WHOLE).id)
        tell(ready(desk.id))
        desk.act("submit")
        assert desk.refused("approve") == "needs_second_person"
        assert "approve" not in desk.workflow().acts
        desk.by(other).change(tagline="Cold")
        assert desk.by(other).refused("approve") == "needs_second_person"
        third = Known(roles=("owner",))
        assert desk.by(third).act("approve").standing == "released"
        desk.by(third).act("withdraw")
        assert desk.by(other).act("publish").standing == "released"


class Known(Asker):
    """Somebody who is the same account with every request."""

    def headers(self) -> dict[str, str]:
        kept = self.__dict__.setdefault("_kept", super().headers())
        return dict(kept)


def test_what_is_missing_is_said_and_stops_it(
    owner: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reviewed(monkeypatch, "one", "description", "genres"):
        desk = Desk(owner, owner.make("Bare").id)
        lacks = desk.workflow().missing
        assert [one.what for one in lacks if one.is_required] == ["film", "description", "genres"]
        assert {one.what for one in lacks} >= {"poster", "backdrop", "year", "credits"}
        assert desk.refused("submit") == "not_ready"
        desk.change(description="A ship in the ice.", genres=["Drama"])
        assert desk.refused("submit") == "not_ready"
        tell(ready(desk.id))
        assert desk.act("submit").standing == "review"
        over = [{"ends_at": (clock.now() - timedelta(days=1)).isoformat()}]
        desk.change(rights=over)
        assert [one.what for one in desk.workflow().missing if one.is_required] == ["rights"]
        assert desk.refused("approve") == "not_ready"


def test_a_series_takes_its_episodes_along(owner: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    with reviewed(monkeypatch, "one"):
        series = owner.make("Harbour", kind="series")
        parts = [owner.make(f"Part {n}", kind="episode", series_slug=series.slug) for n in (1, 2)]
        tell(*(ready(part.id) for part in parts))
        Desk(owner, parts[1].id).act("withdraw")
        desk = Desk(owner, series.id)
        desk.act("submit")
        assert Desk(owner, parts[0].id).workflow().standing == "review"
        desk.act("approve")
        assert [desk.status, *(Desk(owner, part.id).status for part in parts)] == [
            *("published", "published", "withdrawn"),
        ]


def test_a_change_is_undone_and_done_again(owner: Asker) -> None:
    desk = Desk(owner, owner.make("Northern", year=2020, genres=["Drama"]).id)
    desk.change(name="Southern", year=None)
    changed = desk.history().deeds[0]
    assert (changed.before, changed.after) == (
        {"name": "Northern", "year": 2020},
        {"name": "Southern", "year": None},
    )
    assert desk.undo(changed.id).status_code == 200
    title = owner.title(desk.id)
    assert (title.name, title.year, title.genres) == ("Northern", 2020, ["Drama"])
    undone, before = desk.history().deeds[:2]
    assert (undone.verb, before.can_be_undone) == ("undone", False)
    assert code_of(desk.undo(changed.id)) == "undone_before"
    desk.undo(undone.id)
    assert owner.title(desk.id).name == "Southern"


def test_what_was_changed_again_is_not_lost_by_undoing(owner: Asker) -> None:
    desk = Desk(owner, owner.make("Northern").id)
    desk.change(name="Southern", tagline="Warm")
    first = desk.history().deeds[0]
    desk.change(name="Western")
    assert code_of(desk.undo(first.id)) == "changed_since"
    assert owner.title(desk.id).tagline == "Warm"
    made = desk.history().deeds[-1]
    assert code_of(desk.undo(made.id)) == "not_undoable"
    assert desk.undo(ids.uuid7()).status_code == 404
    desk.change(name="Western")  # what changes nothing is not written down
    assert [deed.verb for deed in desk.history().deeds] == ["changed", "changed", "made"]


def test_words_are_kept_and_pages_follow_each_other(owner: Asker) -> None:
    desk = Desk(owner, owner.make("Northern").id)
    where = f"studio/titles/{desk.id}/comments"
    assert owner.ask("POST", where, {"words": " "}).status_code == 422
    for number in range(55):
        assert owner.ask("POST", where, {"words": f"{number}"}).status_code == 200
    first = desk.history()
    answer = owner.ask("GET", f"studio/titles/{desk.id}/history?before={first.next}")
    second = History.model_validate_json(answer.content)
    words = [deed.words for deed in (*first.deeds, *second.deeds)]
    assert words == [*(str(number) for number in reversed(range(55))), ""]
    assert second.next is None
    assert {json.dumps(deed.before) for deed in first.deeds} == {"{}"}
