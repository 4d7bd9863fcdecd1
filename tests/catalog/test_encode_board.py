"""All encodes at once: in the order of their turns, with what each makes of its film."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from matinee.contracts.catalog.encode_board import EncodeBoard
from matinee.contracts.encode_outlooks import EncodeOutlook, EncodePlanned, PlannedRung
from matinee.contracts.encoding import EncodeReport
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, announced, code_of, ready, step, tell
from tests.catalog.test_encodes import film_comes

pytestmark = pytest.mark.django_db(databases=["catalog"])


def board(owner: Asker) -> EncodeBoard:
    answer = owner.ask("GET", "studio/encodes")
    assert answer.status_code == 200, answer.content
    return EncodeBoard.model_validate_json(answer.content)


def names(owner: Asker) -> list[str]:
    return [entry.name for entry in board(owner).under_way]


def prioritise(owner: Asker, title_id: UUID, priority: str) -> None:
    path = f"studio/titles/{title_id}/encode/priority"
    assert owner.ask("PUT", path, {"priority": priority}).status_code == 204


def planned(title_id: UUID, encode_id: UUID, **fields: Any) -> EncodePlanned:
    rung = PlannedRung(name="h264-1", codec="h264", lines=1080, bitrate_bps=4_100_000, vmaf=95)
    report = EncodeReport(
        duration_s=60,
        trials=[],
        rungs=[],
        saved={"h264": 0.2},
        stages=[],
        remarks=["The black bars were cut away."],
    )
    outlook = EncodeOutlook(report=report, planned=[rung])
    return EncodePlanned(title_id=title_id, encode_id=encode_id, outlook=outlook, **fields)


def test_films_stand_in_the_order_of_their_turns(owner: Asker) -> None:
    one, two, three = (owner.make(name) for name in ("One", "Two", "Three"))
    for title in (one, two, three):
        film_comes(title.id)
    assert names(owner) == ["One", "Two", "Three"]
    prioritise(owner, three.id, "first")
    prioritise(owner, one.id, "last")
    tell(step(two.id, ids.uuid7(), 1, stage="encoding"))
    entries = board(owner).under_way
    assert [(entry.name, entry.priority, entry.place) for entry in entries] == [
        ("Three", "first", 1),
        ("Two", "usual", 2),
        ("One", "last", 3),
    ]
    prioritise(owner, one.id, "usual")
    prioritise(owner, one.id, "usual")
    told = [(body["title_id"], body["priority"]) for body in announced("encode.prioritised")]
    assert told == [(str(three.id), "first"), (str(one.id), "last"), (str(one.id), "usual")]


def test_a_priority_is_known_before_its_film(owner: Asker) -> None:
    early, late = owner.make("Early"), owner.make("Late")
    prioritise(owner, late.id, "first")
    assert names(owner) == []
    film_comes(early.id)
    film_comes(late.id)
    assert names(owner) == ["Late", "Early"]
    path = f"studio/titles/{ids.uuid7()}/encode/priority"
    assert code_of(owner.ask("PUT", path, {"priority": "first"})) == "unknown_title"
    assert owner.ask("PUT", path, {"priority": "now"}).status_code == 422


def test_an_encode_is_followed_to_its_end(owner: Asker) -> None:
    title, encode_id = owner.make("Film"), ids.uuid7()
    film_comes(title.id)
    tell(step(title.id, encode_id, 1, stage="queued", fraction=0))
    (waiting,) = board(owner).under_way
    assert (waiting.began_at, waiting.left_s, waiting.planned) == (None, None, [])
    for number, minute in enumerate(range(1, 5), 2):
        with clock.shifted(timedelta(minutes=minute)):
            tell(step(title.id, encode_id, number, stage="encoding", fraction=minute / 10))
    with clock.shifted(timedelta(minutes=4)):
        (running,) = board(owner).under_way
        assert running.began_at is not None
        assert running.left_s == pytest.approx(360, abs=5)
        tell(planned(title.id, encode_id))
        (running,) = board(owner).under_way
        assert [rung.lines for rung in running.planned] == [1080]
        assert running.saved == {"h264": 0.2}
        assert running.remarks == ["The black bars were cut away."]
        tell(ready(title.id, encode_id=encode_id))
        tell(step(title.id, encode_id, 9, stage="done", fraction=1))
        found = board(owner)
        assert found.under_way == []
        (ended,) = found.ended
        assert ended.ended_at is not None
        assert (ended.place, ended.left_s, ended.remarks) == (None, None, running.remarks)


def test_the_outlook_of_another_encode_is_not_shown(owner: Asker) -> None:
    title, first, second = owner.make("Film"), ids.uuid7(), ids.uuid7()
    path = f"studio/titles/{title.id}/encode"
    film_comes(title.id)
    assert code_of(owner.ask("GET", path)) == "no_outlook"
    tell(step(title.id, first, 1), planned(title.id, first))
    newest = planned(title.id, first)
    older = planned(title.id, first, occurred_at=newest.occurred_at - timedelta(hours=1))
    empty = older.model_copy(update={"outlook": EncodeOutlook(report=older.outlook.report)})
    tell(newest, empty, planned(title.id, second))
    answer = owner.ask("GET", path)
    assert EncodeOutlook.model_validate_json(answer.content) == newest.outlook
    tell(step(title.id, first, 2, stage="failed", error="The file is damaged."))
    film_comes(title.id)
    (waiting,) = board(owner).under_way
    assert (waiting.progress.stage, waiting.planned, waiting.remarks) == ("queued", [], [])
    assert board(owner).ended == []
    tell(step(title.id, second, 1))
    assert code_of(owner.ask("GET", path)) == "no_outlook"


@pytest.mark.parametrize("count", [1, 12])
def test_the_board_costs_the_same_however_full(
    owner: Asker, django_assert_num_queries: Callable[..., Any], count: int
) -> None:
    for number in range(count):
        title = owner.make(f"Film {number}")
        film_comes(title.id)
        other, encode_id = owner.make(f"Other {number}"), ids.uuid7()
        film_comes(other.id)
        tell(step(other.id, encode_id, 1), planned(other.id, encode_id))
        tell(step(other.id, encode_id, 2, stage="stopped"))
    with django_assert_num_queries(2, connection=connections["catalog"]):
        found = board(owner)
    assert (len(found.under_way), len(found.ended)) == (count, count)
