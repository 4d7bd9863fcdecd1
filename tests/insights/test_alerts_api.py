"""The operations on alerts: what they take, what they refuse, and what they tell."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from matinee.contracts.alerts import Alert, AlertHistory, Alerts
from matinee.insights.actions import alerts as actions
from matinee.insights.actions.looking import episodes_prune
from matinee.insights.models import AlertRule
from matinee.insights.rules.metrics import METRICS
from matinee.kernel import clock, problems, sealing
from matinee.kernel.clients import Client
from tests.insights.test_alerts import PATH, add, draft, look
from tests.insights.test_insights import analyst, client_of
from tests.tidy.house import ROOT

assert analyst  # the fixture of one who may see figures

pytestmark = pytest.mark.django_db(databases=["insights", "keys"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"metric": "happiness"}, "unknown_metric"),
        ({"metric": "revenue", "window_s": 86400}, "unknown_metric"),
        ({"metric": "take_rate", "window_s": 900}, "window_too_short"),
        ({"clear_at": 0.03}, "wrong_end"),
        ({"side": "below", "clear_at": 0.01}, "wrong_end"),
        ({"limit": 1e16}, "invalid"),
        ({"lasting_s": 90}, "invalid"),
        ({"emails": ["nobody"]}, "invalid"),
        ({"emails": ["ada@example.org"] * 11}, "invalid"),
        ({"name": "two\nlines"}, "invalid"),
    ],
)
def test_what_is_wrong_is_said(analyst: Client, wrong: dict[str, Any], code: str) -> None:
    good = draft().model_dump(mode="json")
    with pytest.raises(problems.Problem) as refused:
        analyst.send("POST", PATH, json={**good, **wrong})
    assert refused.value.code == code
    assert not AlertRule.objects.exists()


def test_alerts_are_set_changed_and_removed_by_analysts(analyst: Client) -> None:
    body = draft().model_dump(mode="json")
    made = analyst.ask(Alert, "POST", PATH, json=body)
    assert (made.state, made.emails) == ("fine", ["ada@example.org"])
    assert made.clear_at == pytest.approx(0.018)
    changed = analyst.ask(Alert, "PUT", f"{PATH}/{made.id}", json={**body, "limit": 0.1})
    assert analyst.ask(Alerts, "GET", PATH).alerts == [changed]
    analyst.send("DELETE", f"{PATH}/{made.id}")
    assert analyst.ask(Alerts, "GET", PATH).alerts == []
    with pytest.raises(problems.NotFound):
        analyst.send("DELETE", f"{PATH}/{made.id}")
    with client_of(None, "editor") as editor, pytest.raises(problems.Forbidden):
        editor.send("GET", PATH)


def test_there_are_so_many_alerts_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "RULES_MAX", 2)
    add()
    add()
    with pytest.raises(problems.Conflict, match="Remove one"):
        add()


def test_the_history_comes_page_by_page_and_ends_after_a_year(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(lasting_s=0, emails=[])
    look([0.5, 0.0] * 3)
    monkeypatch.setattr("matinee.insights.queries.alerts.EPISODES_AT_ONCE", 2)
    first = analyst.ask(AlertHistory, "GET", f"{PATH}/history")
    assert first.next is not None
    rest = analyst.ask(AlertHistory, "GET", f"{PATH}/history?before={first.next}")
    ids = [episode.id for episode in (*first.episodes, *rest.episodes)]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest.next) == (3, None)
    with clock.shifted(timedelta(days=400)):
        assert episodes_prune() == 3


def test_alerts_are_read_by_as_many_questions_however_many_there_are(analyst: Client) -> None:
    def asked() -> int:
        for alert_id in AlertRule.objects.values_list("pk", flat=True):
            sealing.forget(alert_id)
        own, keys = (CaptureQueriesContext(connections[name]) for name in ("insights", "keys"))
        with own, keys:
            analyst.ask(Alerts, "GET", PATH)
        return len(own) + len(keys)

    add()
    few = asked()
    for _ in range(4):
        add()
    assert asked() == few


def test_pages_name_figures_that_there_are() -> None:
    """What a page asks for and the table does not have would silently be left out."""
    page = ROOT / "web" / "src" / "studio" / "insights" / "shownFigures.ts"
    named = set(re.findall(r'"([a-z0-9_]+)"', page.read_text()))
    assert len(named) > 25
    assert named <= METRICS.keys()
