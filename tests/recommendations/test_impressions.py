"""What was really in view is kept once, belongs to its profile, and is forgotten when it wants."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from matinee.contracts.events import HistoryErased, PlaybackProgressed, ProfileRemoved
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations import settings
from matinee.recommendations.actions.impressions import old_impressions_forget
from matinee.recommendations.api import app
from matinee.recommendations.models import Impression
from matinee.recommendations.queries.impressions import looks
from matinee.recommendations.queries.viewers import facts_of, latest_of
from matinee.recommendations.rules import impressions as rules
from matinee.recommendations.rules.taste import of_viewer
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

Tell = Callable[..., TestResponse]


@pytest.fixture
def tell(profile_id: UUID) -> Tell:
    """Report as a viewer: `tell(film number, …, ago_s=…)`, in one batch."""
    client = app.test_client()

    def report(*numbers: int, who: UUID | None = None, **more: Any) -> TestResponse:
        caller = Caller(uuid7(), uuid7(), who or profile_id, 18)
        token, _ = flask_edge.access_tokens().issue(caller)
        seen = [
            {
                "title_id": str(builders.title_id(number)),
                "slot": "card",
                "row": "for_you",
                "line": 1,
                "place": place,
                "ago_s": 0.0,
                **more,
            }
            for place, number in enumerate(numbers)
        ]
        return client.post(
            "/api/recommendations/impressions",
            json={"seen": seen},
            headers={"Authorization": f"Bearer {token}"},
        )

    return report


def stock(count: int) -> None:
    for number in range(count):
        builders.tell(builders.title_changed(builders.title(number)))


def played(profile_id: UUID, number: int, watched_s: float, at: datetime) -> PlaybackProgressed:
    """A play of a film of 100 s that came so far without a pause."""
    one = builders.progressed(profile_id, number, watched_s / 100, at)
    return one.model_copy(update={"watched_s": watched_s})


def visits(profile_id: UUID) -> dict[UUID, int]:
    rows = Impression.objects.filter(profile_id=profile_id)
    return dict(rows.values_list("title_id", "visits"))


def test_what_was_seen_is_kept_with_its_place(tell: Tell, profile_id: UUID) -> None:
    stock(3)
    assert tell(2, 0, row="because_you_watched:film-7").status_code == 204
    rows = Impression.objects.filter(profile_id=profile_id).order_by("place")
    assert [(row.title_id, row.row, row.line, row.place, row.begun) for row in rows] == [
        (builders.title_id(2), "because_you_watched", 1, 0, False),
        (builders.title_id(0), "because_you_watched", 1, 1, False),
    ]


def test_a_report_that_comes_twice_counts_once(tell: Tell, profile_id: UUID) -> None:
    stock(1)
    for _ in range(3):
        tell(0)
    assert visits(profile_id) == {builders.title_id(0): 1}


def test_later_looks_count_by_day(tell: Tell, profile_id: UUID) -> None:
    stock(1)
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for hours in (0, 1, 1.2, 3, 24):
        with clock.shifted(noon - clock.now() + timedelta(hours=hours)):
            tell(0)
    with clock.shifted(noon - clock.now() + timedelta(hours=25)):
        found = looks(profile_id).passed_over[builders.title_id(0)]
    assert found.times == 4
    assert found.last_at.date() == datetime(2026, 6, 2, tzinfo=UTC).date()
    assert Impression.objects.filter(profile_id=profile_id).count() == 2


def test_what_nobody_knows_is_not_kept(tell: Tell, profile_id: UUID) -> None:
    stock(1)
    assert tell(0, 7).status_code == 204
    assert set(visits(profile_id)) == {builders.title_id(0)}


@pytest.mark.parametrize(
    "wrong",
    [{"slot": "wall"}, {"ago_s": -1}, {"place": -1}, {"row": "x" * 121}, {"title_id": "x"}],
)
def test_a_wrong_report_is_refused(tell: Tell, profile_id: UUID, wrong: dict[str, Any]) -> None:
    stock(1)
    answer = tell(0, **wrong)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid")
    assert visits(profile_id) == {}


def test_a_report_needs_a_profile_and_is_not_endless(tell: Tell) -> None:
    nobody = app.test_client().post("/api/recommendations/impressions", json={"seen": []})
    assert nobody.status_code == 401
    stock(1)
    assert tell(*[0] * 201).status_code == 422
    answers = [tell().status_code for _ in range(settings.get().impressions_per_minute + 1)]
    assert set(answers) == {204, 429}
    assert answers[-1] == 429


def test_a_play_takes_what_was_seen_before_it(tell: Tell, profile_id: UUID) -> None:
    stock(4)
    tell(0, 1, 2, ago_s=60)
    tell(3, ago_s=7 * 3600)
    now = clock.now()
    builders.tell(played(profile_id, 0, 30, now))  # of a film of 100 s, begun half a minute ago
    builders.tell(played(profile_id, 1, 10, now))  # only looked into
    builders.tell(played(profile_id, 2, 90, now))  # had begun before it was seen
    builders.tell(played(profile_id, 3, 30, now))  # seen too long before
    builders.tell(played(uuid7(), 1, 30, now))  # another's
    taken = Impression.objects.exclude(taken_at=None)
    assert [row.title_id for row in taken] == [builders.title_id(0)]
    assert set(looks(profile_id).passed_over) == {builders.title_id(number) for number in (1, 2, 3)}


def test_what_was_sought_and_taken_is_liked_more(tell: Tell, profile_id: UUID) -> None:
    stock(3)
    tell(0, 1, slot="search", ago_s=60)
    tell(2, ago_s=60)
    now = clock.now()
    for number, watched_s in ((0, 40), (1, 10), (2, 40)):
        builders.tell(played(profile_id, number, watched_s, now))
    facts = facts_of(profile_id, latest_of(profile_id, profile_id).revision)
    assert facts.sought == {builders.title_id(0)}
    shown = builders.catalogue([builders.title(number) for number in range(3)])
    taste = of_viewer(shown, facts, now)
    weight = dict(zip(taste.items.tolist(), taste.weights.tolist(), strict=True))
    assert weight[0] > weight[2] > 0
    assert looks(profile_id).passed_over == {}, "what was searched for is no offer of ours"


def test_an_episode_takes_its_series(tell: Tell, profile_id: UUID) -> None:
    for one in builders.series(0, [1, 2]):
        builders.tell(builders.title_changed(one))
    tell(0, ago_s=60)
    builders.tell(played(profile_id, 2, 30, clock.now()))
    assert Impression.objects.get(profile_id=profile_id).taken_at is not None
    tell(0, slot="hero")
    assert Impression.objects.get(profile_id=profile_id, slot="hero").begun


@pytest.mark.parametrize("title", [None, builders.title_id(0)])
def test_what_was_erased_is_forgotten(tell: Tell, profile_id: UUID, title: UUID | None) -> None:
    stock(2)
    other = uuid7()
    tell(0, 1)
    tell(0, who=other)
    until = clock.now()
    builders.tell(HistoryErased(profile_id=profile_id, title_id=title, until=until))
    tell(0, ago_s=5)  # seen before it was erased, told after
    kept = set() if title is None else {builders.title_id(1)}
    assert set(visits(profile_id)) == kept
    assert set(visits(other)) == {builders.title_id(0)}
    with clock.shifted(timedelta(minutes=1)):
        tell(0)
    assert set(visits(profile_id)) == kept | {builders.title_id(0)}


def test_a_removed_profile_leaves_nothing_seen(tell: Tell, profile_id: UUID) -> None:
    stock(1)
    tell(0)
    builders.tell(ProfileRemoved(account_id=uuid7(), profile_id=profile_id))
    tell(0)
    assert visits(profile_id) == {}


def test_the_oldest_go_first(tell: Tell, profile_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    few = settings.get().model_copy(update={"impressions_max": 2})
    monkeypatch.setattr(settings, "get", lambda: few)
    stock(3)
    tell(0, ago_s=100)
    tell(1, 2)
    assert set(visits(profile_id)) == {builders.title_id(1), builders.title_id(2)}
    with clock.shifted(timedelta(days=few.impression_days + 1)):
        tell(0)
        assert old_impressions_forget() == 1
    assert set(visits(profile_id)) == {builders.title_id(0)}


DURATIONS = st.floats(0, 20_000, allow_nan=False)


@given(watched_s=DURATIONS, more_s=DURATIONS, duration_s=DURATIONS)
def test_watching_on_never_undoes_a_take(
    watched_s: float, more_s: float, duration_s: float
) -> None:
    if rules.is_take(watched_s, duration_s, finished=False):
        assert rules.is_take(watched_s + more_s, duration_s, finished=False)
        assert watched_s > 0
    assert rules.is_take(watched_s, duration_s, finished=True)
