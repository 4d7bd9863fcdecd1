"""Alerts: set by the staff, looked at by a task, told by letters and webhooks, once each time."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.alerts import AlertDraft, AlertEpisode, AlertHistory
from matinee.insights import tasks
from matinee.insights.actions import alerts as actions
from matinee.insights.actions.looking import Measure, alerts_look
from matinee.insights.actions.telling import letters_send, webhooks
from matinee.insights.models import AlertLetter, AlertRule, WebhookMessage
from matinee.insights.queries import figures
from matinee.insights.rules.alert_letters import About, letter, value_words
from matinee.insights.rules.alerts import EVERY, SILENCE
from matinee.kernel import clock, mailing, problems, sealing
from matinee.kernel.audit import Doer
from matinee.kernel.clients import Client
from tests.insights.test_insights import analyst

assert analyst  # the fixture of one who may see figures

pytestmark = pytest.mark.django_db(databases=["insights", "keys"])

NOBODY = Doer(part="test")
PATH = "/api/insights/studio/alerts"


def draft(**changes: Any) -> AlertDraft:
    usual = {"name": "Too much waiting", "metric": "rebuffer_ratio", "side": "above", "limit": 0.02}
    return AlertDraft(**{**usual, "lasting_s": 120, "emails": ["ada@example.org"], **changes})


def add(**changes: Any) -> UUID:
    return actions.alert_add(draft(**changes), NOBODY).pk


def always(value: float | None) -> Measure:
    """Measures it, whatever is asked for."""

    def measure(_metric: str, _since: datetime, _until: datetime) -> float | None:
        return value

    return measure


def look(values: list[float | None], since: datetime | None = None) -> datetime:
    """One look a minute until now (or since then), each of the next value; when the next one is."""
    start = since or clock.now() - len(values) * EVERY
    for number, value in enumerate(values):
        with clock.shifted(start + number * EVERY - clock.now()):
            assert alerts_look(always(value)) == 1
    return start + len(values) * EVERY


def rule() -> AlertRule:
    return AlertRule.objects.get()


def history(client: Client) -> list[AlertEpisode]:
    return client.ask(AlertHistory, "GET", f"{PATH}/history").episodes


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What is sent from now on: to whom, subject, text."""
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mailing, "send", lambda *letter: sent.append(letter))
    return sent


def test_what_is_crossed_for_long_enough_is_told_once_and_again_when_it_is_over(
    analyst: Client, letters: list[tuple[str, str, str]]
) -> None:
    add(tells_webhooks=True)
    webhooks.endpoint_add("https://pager.example.org/hook", [])
    look([0.03, 0.04, 0.05, 0.06, 0.01, 0.01, 0.01, 0.01])
    while letters_send():
        pass
    assert [(to, subject) for to, subject, _ in letters] == [
        ("ada@example.org", "Alert: Too much waiting"),
        ("ada@example.org", "Over: Too much waiting"),
    ]
    assert "Rebuffer ratio of the last 15 minutes: above 2 %." in letters[0][2]
    assert "At worst 6 %." in letters[1][2]
    told = [json.loads(row.body) for row in WebhookMessage.objects.order_by("id")]
    assert [each["type"] for each in told] == ["alert.firing", "alert.resolved"]
    assert [each["data"]["ending"] for each in told] == [None, "recovered"]
    (episode,) = history(analyst)
    assert (episode.worst, episode.ending) == (0.06, "recovered")
    assert round((episode.fired_at - episode.since) / EVERY) == 2
    assert [(one.kind, one.sent_at is not None) for one in episode.letters] == [
        ("firing", True),
        ("resolved", True),
    ]


def test_a_metric_is_measured_once_for_all_that_watch_it() -> None:
    for limit in (0.01, 0.02, 0.03):
        add(limit=limit)
    add(window_s=300)
    asked: list[tuple[str, timedelta]] = []

    def measure(metric: str, since: datetime, until: datetime) -> float | None:
        asked.append((metric, until - since))
        return None

    assert alerts_look(measure) == 4
    minutes = [timedelta(minutes=5), timedelta(minutes=15)]
    assert asked == [("rebuffer_ratio", window) for window in minutes]


def test_what_cannot_be_measured_leaves_alerts_as_they_were(
    caplog: pytest.LogCaptureFixture,
) -> None:
    add(lasting_s=0)
    add(metric="plays", lasting_s=0, limit=1)

    def measure(metric: str, _since: datetime, _until: datetime) -> float | None:
        if metric == "plays":
            raise OSError("the disk is gone")
        return 0.5

    assert alerts_look(measure) == 1
    assert "plays could not be measured" in caplog.text
    states = dict(AlertRule.objects.values_list("metric", "state"))
    assert states == {"rebuffer_ratio": "firing", "plays": "fine"}


def test_an_alert_that_becomes_another_one_ends_what_it_fired(analyst: Client) -> None:
    alert_id = add(lasting_s=0)
    look([0.5])
    actions.alert_change(alert_id, draft(lasting_s=0, name="Named anew"), NOBODY)
    assert rule().state == "firing", "its name changes nothing of what it measures"
    actions.alert_change(alert_id, draft(lasting_s=0, limit=0.6), NOBODY)
    assert (rule().state, rule().since, rule().value) == ("fine", None, None)
    (episode,) = history(analyst)
    assert (episode.name, episode.limit, episode.ending) == ("Too much waiting", 0.02, "changed")


def test_a_paused_alert_is_not_looked_at() -> None:
    alert_id = add(lasting_s=0)
    actions.alert_change(alert_id, draft(lasting_s=0, is_paused=True), NOBODY)
    assert alerts_look(always(1.0)) == 0
    assert rule().state == "fine"


def test_an_alert_of_which_nothing_is_left_to_measure_ends() -> None:
    add(lasting_s=0)
    at = look([0.5, None])
    look([None] * (SILENCE // EVERY), at)
    assert rule().state == "fine"
    assert AlertLetter.objects.filter(kind="resolved").count() == 1


def test_a_letter_that_is_not_taken_is_tried_again_and_says_no_address(
    monkeypatch: pytest.MonkeyPatch, analyst: Client
) -> None:
    add(lasting_s=0)
    look([0.5])

    def refuse(*_letter: str) -> None:
        raise OSError("ada@example.org is not known here")

    monkeypatch.setattr(mailing, "send", refuse)
    with clock.shifted(EVERY):
        assert letters_send() == 1
        assert letters_send() == 0, "it waits"
    row = AlertLetter.objects.get()
    assert (row.sent_at, row.answer) == (None, "OSError")
    assert row.due_at is not None
    (told,) = history(analyst)[0].letters
    assert told.next_at == row.due_at
    monkeypatch.setattr(mailing, "send", lambda *_letter: None)
    with clock.shifted(timedelta(hours=1)):
        assert letters_send() == 1
    row.refresh_from_db()
    assert row.sent_at is not None
    assert row.due_at is None
    assert not row.answer


def test_addresses_lie_sealed_and_go_with_the_alert(analyst: Client) -> None:
    alert_id = add(lasting_s=0)
    look([0.5])
    assert b"ada" not in rule().__dict__["addresses"].envelope
    actions.alert_remove(alert_id, NOBODY)
    row = AlertLetter.objects.filter(kind="firing").get()
    with pytest.raises(sealing.UnreadableError):
        assert row.address
    assert letters_send() == 0
    (episode,) = history(analyst)
    assert (episode.alert_id, episode.ending) == (None, "changed")


def test_a_trial_tells_whom_the_alert_would_tell(letters: list[tuple[str, str, str]]) -> None:
    alert_id = add(emails=["ada@example.org", "eve@example.org", "ada@example.org"])
    actions.alert_try(alert_id)
    assert letters_send() == 2
    assert [to for to, *_ in letters] == ["ada@example.org", "eve@example.org"]
    assert letters[0][1] == "Trial: Too much waiting"
    with pytest.raises(problems.Unprocessable, match="tells nobody"):
        actions.alert_try(add(emails=[]))


def test_the_task_measures_what_was_played(letters: list[tuple[str, str, str]]) -> None:
    """With the store's own figures."""
    add(metric="plays", limit=5, side="below", lasting_s=0)
    assert figures.value("plays", clock.now() - timedelta(minutes=15), clock.now()) == 0
    tasks.look_at_alerts()
    tasks.tell_of_alerts()
    assert [subject for _, subject, _ in letters] == ["Alert: Too much waiting"]


def test_letters_say_values_in_their_units() -> None:
    units = {
        "share": "2.5 %",
        "seconds": "0.025 s",
        "per_second": "0.025 a second",
        "bits_per_second": "0 Mbit/s",
        "count": "0.025",
    }
    assert {unit: value_words(0.025, unit) for unit in units} == units
    written = letter(
        About(
            kind="trial",
            name="A",
            metric="Plays",
            unit="count",
            side="below",
            limit=3,
            window_s=3600,
            url="https://tv.example.org/x",
        )
    )
    assert "Plays of the last hour: below 3." in written.text
    assert written.text.endswith("https://tv.example.org/x\n")
