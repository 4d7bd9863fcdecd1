"""Where and when a title may be played."""

from datetime import timedelta

import pytest

from matinee.contracts.catalog import RightsWindow
from matinee.kernel import clock, problems, settings
from matinee.playback.models import Outbox
from tests.playback.conftest import Tell, Viewer, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])


@pytest.fixture
def _in_iceland(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.get().model_copy(update={"country": "IS", "country_header": "X-Country"})
    monkeypatch.setattr(settings, "get", lambda: chosen)


@pytest.mark.usefixtures("_in_iceland")
def test_territories_and_moments_decide_who_may_play(tell: Tell, viewer: Viewer) -> None:
    hour = timedelta(hours=1)
    here = title_event(rights=[RightsWindow(territories=["IS"])])
    there = title_event(rights=[RightsWindow(territories=["NO"])])
    over = title_event(rights=[RightsWindow(ends_at=clock.now() - hour)])
    again = title_event(rights=[*over.title.rights, RightsWindow(starts_at=clock.now() - hour)])
    for event in (here, there, over, again):
        tell(event)
    for event in (here, again):
        viewer.play(event.title.id)
    for event in (there, over):
        with pytest.raises(problems.Forbidden, match="cannot be watched in your country"):
            viewer.play(event.title.id)
    countries = Outbox.objects.filter(type="playback.started").values_list("body", flat=True)
    assert {body["country"] for body in countries} == {"IS"}


def test_nothing_is_played_on_a_guess(tell: Tell, viewer: Viewer) -> None:
    event = title_event(rights=[RightsWindow(territories=["IS"])])
    tell(event)
    with pytest.raises(problems.Forbidden):
        viewer.play(event.title.id)


@pytest.mark.usefixtures("_in_iceland")
def test_a_trusted_header_says_the_country(tell: Tell, viewer: Viewer) -> None:
    event = title_event(rights=[RightsWindow(territories=["NO"])])
    tell(event)
    with viewer.client() as client:
        body = {"title_id": str(event.title.id)}
        for told, expected in (("no", 201), ("Norway", 403), ("", 403)):
            try:
                answer = client.send(
                    "POST", "/api/playback/sessions", json=body, headers={"X-Country": told}
                )
                status = answer.status_code
            except problems.Forbidden as problem:
                status = problem.status
            assert status == expected
