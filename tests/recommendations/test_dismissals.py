"""What was taken out of rows stays out, until it is put back or watched again."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from matinee.contracts.events import DismissalChanged, ProfileRemoved
from matinee.contracts.recommendations import HomePage
from matinee.kernel import clock
from matinee.kernel.events import Event
from matinee.kernel.ids import uuid7
from matinee.recommendations.models import Dismissal
from matinee.recommendations.queries.viewers import facts_of, latest_of
from matinee.recommendations.rules.dismissals import Dismissals
from matinee.recommendations.rules.taste import Dismissed, ViewerFacts
from tests.recommendations import builders
from tests.recommendations.conftest import Get

pytestmark = pytest.mark.django_db(databases=["recommendations"])

SHOWN = builders.catalogue(
    [*(builders.title(number) for number in range(6)), *builders.series(6, [60, 61])]
)


def at(hour: int) -> datetime:
    return builders.NOW + timedelta(hours=hour)


def dismissed(row: str, number: int | None, hour: int = 0) -> Dismissed:
    return Dismissed(row, None if number is None else builders.title_id(number), at(hour))


def items(*numbers: int) -> set[int]:
    return {SHOWN.index[builders.title_id(number)] for number in numbers}


def test_a_title_is_out_of_one_row_only() -> None:
    viewer = ViewerFacts(dismissed=(dismissed("genre:drama", 1), dismissed("genre:drama", 2)))
    found = Dismissals.of(SHOWN, viewer)
    assert found.items("genre:drama") == items(1, 2)
    assert found.items("genre:noir") == found.items("genre") == set()
    assert not found.hides("genre:drama")


def test_a_kind_stands_for_all_its_rows() -> None:
    viewer = ViewerFacts(dismissed=(dismissed("because_you_watched", 1), dismissed("mood", None)))
    found = Dismissals.of(SHOWN, viewer)
    assert found.items("because_you_watched:film-4") == items(1)
    assert found.hides("mood:melancholy")
    assert found.rows == {"mood"}


@pytest.mark.parametrize(("hour", "stays_out"), [(-1, True), (0, True), (1, False)])
def test_what_is_watched_again_is_gone_on_with_again(hour: int, stays_out: bool) -> None:  # noqa: FBT001 - a case
    play = builders.play(60, 0.4, ago=timedelta(hours=-hour))
    resuming, other = dismissed("continue_watching", 6), dismissed("trending", 6)
    found = Dismissals.of(SHOWN, ViewerFacts(plays=(play,), dismissed=(resuming, other)))
    assert found.items("continue_watching") == (items(6) if stays_out else set())
    assert found.items("trending") == items(6)


def test_what_has_left_the_catalogue_is_passed_over() -> None:
    found = Dismissals.of(SHOWN, ViewerFacts(dismissed=(dismissed("trending", 999),)))
    assert found.items("trending") == set()


def changes(profile_id: UUID) -> Sequence[Event]:
    def change(row: str, number: int | None, hour: int, *, away: bool) -> Event:
        title_id = None if number is None else builders.title_id(number)
        return DismissalChanged(
            profile_id=profile_id,
            row=row,
            title_id=title_id,
            dismissed=away,
            occurred_at=at(hour),
        )

    return [
        change("trending", 1, 1, away=True),
        change("trending", 1, 2, away=False),
        change("trending", 1, 3, away=True),
        change("trending", None, 1, away=True),
        change("trending", None, 4, away=False),
        change("new", 1, 2, away=True),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_newest_of_each_counts_in_any_order(seed: int) -> None:
    profile_id = uuid7()
    events = [*changes(profile_id), *changes(profile_id)[::2]]
    random.Random(seed).shuffle(events)  # noqa: S311 - an order, not a secret
    for event in events:
        builders.tell(event)
    facts = facts_of(profile_id, latest_of(profile_id, profile_id).revision)
    assert {(one.row, one.title_id, one.at) for one in facts.dismissed} == {
        ("trending", builders.title_id(1), at(3)),
        ("new", builders.title_id(1), at(2)),
    }
    builders.tell(ProfileRemoved(account_id=uuid7(), profile_id=profile_id))
    builders.tell(events[0].model_copy(update={"id": uuid7(), "occurred_at": at(9)}))
    assert not Dismissal.objects.exists()


def test_the_very_next_page_goes_by_it(get: Get, profile_id: UUID) -> None:
    for number in range(12):
        builders.tell(builders.title_changed(builders.title(number)))
    builders.tell(builders.progressed(profile_id, 3, 0.4, clock.now()))

    def rows() -> dict[str, set[str]]:
        page = HomePage.model_validate_json(get("/home").data)
        return {row.id: {card.name for card in row.cards} for row in page.rows}

    def say(row: str, number: int | None) -> None:
        title_id = None if number is None else builders.title_id(number)
        event = DismissalChanged(profile_id=profile_id, row=row, title_id=title_id, dismissed=True)
        builders.tell(event)

    before = rows()
    assert before["continue_watching"] == {"Film 3"}
    say("continue_watching", 3)
    name = min(before["new"])
    say("new", int(name.removeprefix("Film ")))
    after = rows()
    assert "continue_watching" not in after
    assert name not in after["new"]
    say("new", None)
    assert "new" not in rows()
    builders.tell(builders.progressed(profile_id, 3, 0.5, clock.now()))
    assert rows()["continue_watching"] == {"Film 3"}
