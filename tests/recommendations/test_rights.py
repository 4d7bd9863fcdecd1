"""Windows for some plans and devices only: on home pages and in search, to the moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from matinee.contracts.billing import Entitlement
from matinee.contracts.catalog import RightsWindow
from matinee.contracts.events import EntitlementChanged
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.people import Person
from matinee.kernel.tokens import Caller
from matinee.recommendations import person
from matinee.recommendations.api import app
from matinee.recommendations.rules.catalogue import Known, assemble
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

HOUR = timedelta(hours=1)
Ask = Callable[..., TestResponse]


@pytest.fixture
def account_id() -> UUID:
    return uuid7()


@pytest.fixture
def ask(account_id: UUID) -> Ask:
    """Ask as somebody of an account on a kind of device."""
    profile_id = uuid7()

    def asked(path: str, platform: str = "browser", **headers: str) -> TestResponse:
        caller = Caller(account_id, uuid7(), profile_id, 18, platform=platform)
        token, _ = flask_edge.access_tokens().issue(caller)
        sent = {"Authorization": f"Bearer {token}", **headers}
        return app.test_client().get(f"/api/recommendations{path}", headers=sent)

    return asked


def entitle(
    account_id: UUID, plan: str, ends_at: datetime | None = None, ago: timedelta = timedelta()
) -> None:
    told = Entitlement(
        account_id=account_id, streams_at_once=1, height_max=1080, ends_at=ends_at, plan=plan
    )
    builders.tell(EntitlementChanged(entitlement=told, occurred_at=clock.now() - ago))


def films(rights: list[RightsWindow]) -> None:
    """Four films, of which the third has windows."""
    for number in range(4):
        own = rights if number == 2 else []
        builders.tell(builders.title_changed(builders.title(number, rights=own)))


def shown(ask: Ask, platform: str = "browser") -> bool:
    """Whether the third film stands on the home page; search says the same."""
    on_page = str(builders.title_id(2)) in ask("/home", platform).text
    found = str(builders.title_id(2)) in ask("/search?q=Film+2", platform).text
    assert on_page == found
    return on_page


def test_a_plan_decides_what_stands_on_the_page(ask: Ask, account_id: UUID) -> None:
    films([RightsWindow(plans=["family"])])
    etag = ask("/home").headers["ETag"]
    assert not shown(ask)
    entitle(account_id, "family", clock.now() + HOUR)
    assert ask("/home", **{"If-None-Match": etag}).status_code == 200
    assert shown(ask)
    entitle(account_id, "basic", ago=HOUR)  # an older fact
    assert shown(ask)
    with clock.shifted(HOUR):
        assert not shown(ask)


def test_a_device_decides_what_stands_on_the_page(ask: Ask) -> None:
    films([RightsWindow(platforms=["tv"])])
    assert [shown(ask), shown(ask, "tv")] == [False, True]


def test_a_series_is_shown_while_one_of_its_episodes_may_be_watched() -> None:
    opens = [RightsWindow(starts_at=builders.NOW)]
    closes = [RightsWindow(ends_at=builders.NOW)]
    series = builders.title(1, kind="series", play_title_id=None)
    parts = [
        builders.title(
            number, kind="episode", series_id=series.id, season=1, episode=number, rights=rights
        )
        for number, rights in ((2, opens), (3, closes))
    ]
    whole = assemble(1, [Known(one, 1) for one in (series, *parts)])
    assert list(whole.items[0].rights) == [*opens, *closes]
    unlimited = builders.title(
        4, kind="episode", series_id=series.id, season=1, episode=4, rights=[]
    )
    whole = assemble(1, [Known(one, 1) for one in (series, *parts, unlimited)])
    assert whole.items[0].rights == ()
    assert len(whole.windows_of_episodes) == 2


def test_what_is_known_of_a_plan_is_handed_out_and_erased(account_id: UUID) -> None:
    entitle(account_id, "family")
    somebody = Person(account_id=account_id)
    sheets = {sheet.name: sheet.rows for sheet in person.gather(somebody).sheets}
    assert sheets["plan"] == [{"plan": "family", "ends_at": None}]
    assert person.erase(somebody).rows == 1
    assert not any(sheet.rows for sheet in person.gather(somebody).sheets)
