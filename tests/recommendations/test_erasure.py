"""What was erased is nowhere: in no row, on no page, and in no fit made afterwards."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from django.apps import apps
from django.db.models import Model

from matinee.contracts.events import (
    DismissalChanged,
    HistoryErased,
    MyListChanged,
    ProfileRemoved,
    ThumbChanged,
)
from matinee.contracts.experiments import BUCKETS, Running, RunningExperiment, RunningVariant
from matinee.contracts.recommendations import HomePage, Impressions, Seen
from matinee.kernel import clock
from matinee.kernel.events.hearing import INBOX_KEPT
from matinee.kernel.ids import uuid7
from matinee.recommendations.actions.experiments import exposures_tell
from matinee.recommendations.actions.fits import models_fit
from matinee.recommendations.actions.impressions import impressions_keep
from matinee.recommendations.actions.traces import traces_prune
from matinee.recommendations.models import Viewer
from matinee.recommendations.queries import fits
from tests.recommendations import builders
from tests.recommendations.conftest import Get

pytestmark = pytest.mark.django_db(databases=["recommendations"])

# Everybody's; the last four are alike in all but who watched them.
OTHERS, ERASED, NEVER = range(12), (12, 13), (14, 15)


# An experiment in which everybody takes part, and is shown the same.
EVERYBODYS = Running(
    experiments=[
        RunningExperiment(
            id=UUID(int=99),
            layer="rows",
            buckets=[(0, BUCKETS)],
            variants=[RunningVariant(key="a", weight=1, settings={})],
        )
    ]
)


def stock() -> None:
    for number in range(16):
        same: dict[str, Any] = {"name": f"Film {number}", "published_at": builders.NOW}
        if number in {*ERASED, *NEVER}:
            same["name"] = "Quiet"
        builders.tell(builders.title_changed(builders.title(number, **same)))


def erasure(profile_id: UUID, number: int | None) -> HistoryErased:
    title_id = None if number is None else builders.title_id(number)
    now = clock.now()
    return HistoryErased(profile_id=profile_id, title_id=title_id, until=now, occurred_at=now)


def seen(number: int, row: str) -> Seen:
    return Seen(title_id=builders.title_id(number), slot="card", row=row, ago_s=5.0)


def live(profile_id: UUID, ago: timedelta = timedelta(minutes=10)) -> None:
    """A profile that did all that can be done, with titles 1, 12 and 13."""
    then = clock.now() - ago
    one = {"profile_id": profile_id, "occurred_at": then}
    for number in (1, *ERASED):
        builders.tell(builders.progressed(profile_id, number, 1.0, then))
    builders.tell(ThumbChanged(title_id=builders.title_id(2), value="up", **one))
    builders.tell(MyListChanged(title_id=builders.title_id(3), listed=True, **one))
    builders.tell(
        DismissalChanged(row="trending", title_id=builders.title_id(4), dismissed=True, **one)
    )
    shown = [seen(5, "because_you_watched:film-12"), seen(12, "new"), seen(6, "genre:drama")]
    parts = {one.title_id: list[UUID]() for one in shown}
    impressions_keep(profile_id, Impressions(seen=shown), parts)
    exposures_tell(EVERYBODYS, ["rows"], profile_id)


def tables() -> Iterator[type[Model]]:
    for table in apps.get_app_config("recommendations").get_models():
        if any(field.name == "profile_id" for field in table._meta.get_fields()):
            yield table


def rows_of(profile_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row of a profile, by table."""
    found = {
        table.__name__: list(table._default_manager.filter(profile_id=profile_id).values())
        for table in tables()
    }
    return {name: rows for name, rows in found.items() if rows}


def said(rows: dict[str, list[dict[str, Any]]]) -> str:
    return json.dumps(rows, default=str)


def test_every_table_of_a_profile_is_looked_at(profile_id: UUID) -> None:
    stock()
    live(profile_id)
    builders.tell(erasure(profile_id, 13))
    assert set(rows_of(profile_id)) == {table.__name__ for table in tables()}


def test_a_removed_profile_leaves_only_that_it_is_gone(profile_id: UUID) -> None:
    stock()
    live(profile_id)
    builders.tell(erasure(profile_id, 13))
    builders.tell(ProfileRemoved(account_id=uuid7(), profile_id=profile_id))
    live(profile_id, ago=timedelta(0))
    (viewer,) = rows_of(profile_id).pop("Viewer")
    assert set(rows_of(profile_id)) == {"Viewer"}
    assert viewer["removed"]
    assert (viewer["language"], viewer["country"], viewer["is_kids"]) == ("", "", False)


def test_an_erased_history_leaves_what_was_said_and_nothing_else(profile_id: UUID) -> None:
    stock()
    live(profile_id)
    builders.tell(erasure(profile_id, None))
    live(profile_id)  # told again, and late
    rows = rows_of(profile_id)
    assert set(rows) == {"Viewer", "Thumb", "ListEntry", "Dismissal", "Shown"}
    for number in (1, 5, 6, *ERASED):
        assert str(builders.title_id(number)) not in said(rows)
        assert f"film-{number}" not in said(rows)


def test_one_erased_title_is_named_nowhere_once_nothing_late_can_come(profile_id: UUID) -> None:
    stock()
    live(profile_id)
    builders.tell(erasure(profile_id, 12))
    rows = rows_of(profile_id)
    kept_away = rows.pop("Erasure")
    assert [row["title_id"] for row in kept_away] == [builders.title_id(12)]
    assert str(builders.title_id(12)) not in said(rows)
    assert "film-12" not in said(rows)
    assert str(builders.title_id(13)) in said(rows)
    assert traces_prune() == 0
    with clock.shifted(INBOX_KEPT + timedelta(hours=1)):
        assert traces_prune() == 1
    assert "Erasure" not in rows_of(profile_id)


def test_what_was_taken_back_is_forgotten_once_nothing_late_can_come(profile_id: UUID) -> None:
    stock()
    live(profile_id)
    back: dict[str, Any] = {"profile_id": profile_id, "occurred_at": clock.now()}
    builders.tell(ThumbChanged(title_id=builders.title_id(2), value=None, **back))
    builders.tell(MyListChanged(title_id=builders.title_id(3), listed=False, **back))
    builders.tell(
        DismissalChanged(row="trending", title_id=builders.title_id(4), dismissed=False, **back)
    )
    with clock.shifted(INBOX_KEPT + timedelta(hours=1)):
        assert traces_prune() == 3
    assert not {"Thumb", "ListEntry", "Dismissal"} & set(rows_of(profile_id))


def test_no_page_knows_of_an_erased_history(get: Get, profile_id: UUID) -> None:
    stock()
    fresh = HomePage.model_validate_json(get("/home").data)
    for number in (1, *ERASED):
        builders.tell(builders.progressed(profile_id, number, 1.0, clock.now()))
    watched = HomePage.model_validate_json(get("/home").data)
    assert watched.rows != fresh.rows
    builders.tell(erasure(profile_id, None))
    page = HomePage.model_validate_json(get("/home").data)
    assert [(row.id, [card.id for card in row.cards]) for row in page.rows] == [
        (row.id, [card.id for card in row.cards]) for row in fresh.rows
    ]


def watch(profile_id: UUID, numbers: Sequence[int], at: datetime) -> None:
    for number in numbers:
        builders.tell(builders.progressed(profile_id, number, 1.0, at))


def learnt(numbers: Sequence[int]) -> list[npt.NDArray[Any]]:
    """What the fit in service holds of some titles, by every array that has a row per title."""
    stored = fits.in_service()
    assert stored is not None
    places = {ids.tobytes(): place for place, ids in enumerate(stored.arrays["ids"])}
    rows = [places[builders.title_id(number).bytes] for number in numbers]
    return [
        array[rows]
        for name, array in sorted(stored.arrays.items())
        if name != "ids" and array.ndim and len(array) == len(places)
    ]


def differ(some: Sequence[npt.NDArray[Any]], others: Sequence[npt.NDArray[Any]]) -> int:
    pairs = zip(some, others, strict=True)
    return sum(not np.array_equal(one, other) for one, other in pairs)


def test_the_next_fit_knows_nothing_of_what_was_erased(profile_id: UUID) -> None:
    stock()
    then = clock.now() - timedelta(hours=1)
    for viewer in range(8):
        watch(uuid7(), [(viewer + step) % len(OTHERS) for step in range(5)], then)
    watch(profile_id, [1, 2, *ERASED], then)
    assert models_fit(even_if_worse=True) is not None
    assert differ(learnt(ERASED), learnt(NEVER)) > 0, "the fit knows what only one profile watched"
    with clock.shifted(timedelta(minutes=30)):
        builders.tell(erasure(profile_id, None))
        assert Viewer.objects.get(pk=profile_id).erased_until is not None
        assert models_fit(even_if_worse=True) is not None
    assert differ(learnt(ERASED), learnt(NEVER)) == 0
