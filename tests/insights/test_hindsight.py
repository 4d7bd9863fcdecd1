"""How often an alert would have fired: the same as it does where somebody looks every minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from matinee.contracts.alerts import AlertHindsight, Firing
from matinee.insights.actions import alerts as actions
from matinee.insights.actions import hindsight
from matinee.insights.actions.looking import alerts_look
from matinee.insights.models import AlertEpisode, AlertRule
from matinee.insights.queries import figures
from matinee.insights.rules import hindsight as rules
from matinee.insights.rules.alerts import EVERY, Threshold
from matinee.kernel import problems
from matinee.kernel.clients import Client
from tests.billing.money import frozen
from tests.insights.test_alerts import NOBODY, draft
from tests.insights.test_filing import file_all, search
from tests.insights.test_insights import analyst, client_of

assert analyst  # the fixture of one who may see figures

pytestmark = pytest.mark.django_db(databases=["insights", "keys"])

PATH = "/api/insights/studio/alerts/hindsight"
NOON = datetime(2027, 3, 14, 12, tzinfo=UTC)
# How many searches there are in each minute: two bursts, one of which lasts too shortly.
SEARCHES = [0, 0, 4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 0, 0]
WATCHED: dict[str, Any] = {
    "metric": "searches",
    "side": "above",
    "limit": 9.5,
    "clear_at": 4.0,
    "window_s": 300,
    "lasting_s": 120,
}


@pytest.fixture
def searched() -> Iterator[datetime]:
    """Now, some minutes after people searched by fits and starts."""
    for minute, count in enumerate(SEARCHES):
        with frozen(NOON + minute * EVERY + EVERY / 2):
            for number in range(count):
                assert search(f"{minute} {number}") == 204
    until = NOON + len(SEARCHES) * EVERY
    with frozen(until):
        file_all()
        yield until


def told(one: AlertEpisode | Firing) -> tuple[object, ...]:
    """One time that an alert fired, or would have."""
    return one.since, one.fired_at, one.ended_at, one.worst


def test_it_is_what_alerts_do_who_look_every_minute(searched: datetime) -> None:
    found = hindsight.alert_hindsight(draft(**WATCHED), "somebody")
    AlertRule.objects.all().delete()
    actions.alert_add(draft(emails=[], **WATCHED), NOBODY)
    for minute in range(len(SEARCHES) + 1):
        with frozen(NOON + minute * EVERY):
            alerts_look(figures.value)
    fired = AlertEpisode.objects.order_by("-fired_at")
    assert len(fired) == 2
    assert [told(one) for one in found.firings] == [told(one) for one in fired]
    assert (found.fired, found.until) == (2, searched)
    assert (found.least, found.most) == (0, 15)


@pytest.mark.usefixtures("searched")
def test_before_there_were_facts_nothing_would_have_fired() -> None:
    few = draft(**{**WATCHED, "side": "below", "limit": 1, "clear_at": None, "lasting_s": 3600})
    found = hindsight.alert_hindsight(few, "somebody")
    assert found.since == NOON.replace(hour=0)
    (first,) = found.firings
    assert first.since == found.since
    assert first.ended_at is None


@pytest.mark.usefixtures("searched")
def test_longer_windows_are_reckoned_less_often() -> None:
    for window_s, every_s in ((900, 60), (3600, 300), (86_400, 3600)):
        found = hindsight.alert_hindsight(
            draft(**{**WATCHED, "window_s": window_s, "limit": 35, "clear_at": 1}), "somebody"
        )
        assert (found.every_s, found.most) == (every_s, sum(SEARCHES) if window_s > 900 else 24)


def test_the_staff_ask_so_often_and_are_told_what_is_wrong(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hindsight, "_HINDSIGHTS", 1)
    for wrong, code in (
        ({"metric": "happiness"}, "unknown_metric"),
        ({"clear_at": 20.0}, "wrong_end"),
        ({"window_s": 60}, "invalid"),
    ):
        with pytest.raises(problems.Unprocessable) as refused:
            analyst.send("POST", PATH, json={**WATCHED, **wrong})
        assert refused.value.code == code
    answer = analyst.ask(AlertHindsight, "POST", PATH, json=WATCHED)
    assert (answer.fired, answer.firings) == (0, [])
    assert not AlertRule.objects.exists(), "nothing is set"
    with pytest.raises(problems.TooMany):
        analyst.send("POST", PATH, json=WATCHED)
    with client_of(None, "editor") as editor, pytest.raises(problems.Forbidden):
        editor.send("POST", PATH, json=WATCHED)


moments = st.integers(0, 3 * 24 * 60).map(lambda minutes: NOON - minutes * EVERY)


@given(moments, st.sampled_from([300, 900, 3600, 86_400]))
@trials(max_examples=20)
def test_every_step_is_looked_at_once(since: datetime, window_s: int) -> None:
    window, step = timedelta(seconds=window_s), rules.step_of(window_s)
    cuts = list(rules.cuts(since, NOON, window_s))
    looks = sorted(at for cut in cuts for at in cut.edges[1:])
    assert looks == [NOON - number * step for number in range((NOON - since) // step, -1, -1)]
    assert {after - before for cut in cuts for before, after in pairwise(cut.edges)} == {window}


@given(st.lists(st.none() | st.floats(-20, 20), max_size=100), st.sampled_from([1, 5]))
def test_what_would_have_fired_comes_one_after_the_other(
    values: list[float | None], step: int
) -> None:
    threshold = Threshold("above", 5.0, 2.0, 3 * EVERY)
    looks = [(NOON + number * step * EVERY, value) for number, value in enumerate(values)]
    found = rules.firings(threshold, looks, step * EVERY)
    for one in found:
        assert one.since <= one.fired_at - threshold.lasting
        assert one.worst == max(
            value
            for at, value in looks
            if value is not None and one.since <= at and (one.ended_at is None or at < one.ended_at)
        )
    for one, after in pairwise(found):
        assert one.ended_at is not None
        assert one.fired_at < one.ended_at <= after.since
