"""Whom a title page is shown to, what comes and goes, and what somebody would see somewhere."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from matinee.catalog.models import Title as Row
from matinee.catalog.models import TitleWindow
from matinee.catalog.queries.rights import open_to
from matinee.contracts.billing import Entitlement
from matinee.contracts.catalog import RightsWindow, Vantage, is_available
from matinee.contracts.catalog.calendar import Calendar, Preview
from matinee.contracts.events import EntitlementChanged, TitleGranted
from matinee.kernel import clock, ids, settings
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.tokens import Caller
from tests.catalog.conftest import Asker, announced, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])

HOUR = timedelta(hours=1)
NOW = datetime.fromisoformat("2026-03-01T12:00:00Z")
moments = st.none() | st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)


@dataclass(frozen=True)
class Onlooker(Asker):
    """A viewer whose account and device are known."""

    account_id: UUID = field(default_factory=ids.uuid7)
    platform: str = "browser"

    def headers(self) -> dict[str, str]:
        who = Caller(
            account_id=self.account_id,
            session_id=ids.uuid7(),
            profile_id=ids.uuid7(),
            maturity_age=18,
            platform=self.platform,
        )
        return {"Authorization": f"Bearer {access_tokens().issue(who)[0]}"}

    def sees(self, title_id: UUID) -> bool:
        listed = json.loads(self.ask("GET", f"titles?ids={title_id}").content)
        page = self.ask("GET", f"titles/{title_id}")
        if page.status_code == 200 and json.loads(page.content)["available_from"]:
            assert not listed
            return False
        assert (page.status_code == 200) == bool(listed)
        return bool(listed)


@pytest.fixture
def _in_iceland(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings.get().model_copy(update={"country": "IS"})
    monkeypatch.setattr(settings, "get", lambda: chosen)


@pytest.fixture
def ada() -> Onlooker:
    return Onlooker(account_id=ids.uuid7())


def film(owner: Asker, *rights: RightsWindow, **fields: Any) -> UUID:
    windows_sent = [json.loads(one.model_dump_json()) for one in rights]
    body = {"name": "Northern", **fields, "rights": windows_sent}
    made = json.loads(owner.ask("POST", "studio/titles", body).content)
    if fields.get("kind") != "series":
        tell(ready(UUID(made["id"])))
    return UUID(made["id"])


def subscribe(account_id: UUID, plan: str, ends_at: datetime | None = None) -> None:
    told = Entitlement(
        account_id=account_id, streams_at_once=1, height_max=1080, ends_at=ends_at, plan=plan
    )
    tell(EntitlementChanged(entitlement=told))


@st.composite
def windows(draw: st.DrawFn) -> RightsWindow:
    starts_at, ends_at = draw(moments), draw(moments)
    if starts_at and ends_at and starts_at >= ends_at:
        ends_at = None
    return RightsWindow(
        territories=draw(st.sampled_from([[], ["IS"], ["NO", "SE"]])),
        plans=draw(st.sampled_from([[], ["family"]])),
        platforms=draw(st.sampled_from([[], ["tv"], ["browser", "app"]])),
        starts_at=starts_at,
        ends_at=ends_at,
    )


@trials(max_examples=25)
@given(
    st.lists(st.lists(windows(), max_size=3), min_size=1, max_size=5),
    st.builds(
        Vantage,
        st.sampled_from(["", "IS", "NO"]),
        st.sampled_from(["", "family"]),
        st.sampled_from(["", "tv", "app"]),
    ),
)
def test_the_database_says_what_the_windows_say(
    rights: list[list[RightsWindow]], vantage: Vantage
) -> None:
    made = [film_row(own) for own in rights]
    found = Row._default_manager.filter(open_to(vantage, None, NOW), pk__in=made)
    wanted = {pk for pk, own in zip(made, rights, strict=True) if is_available(own, vantage, NOW)}
    assert set(found.values_list("pk", flat=True)) == wanted


def film_row(rights: list[RightsWindow], **fields: Any) -> UUID:
    """A film's row with its windows, as an action writes them."""
    row = Row._default_manager.create(
        kind="film",
        slug=f"film-{ids.uuid7()}",
        name=fields.pop("name", "Northern"),
        tagline="",
        description="",
        maturity_age=0,
        language="en",
        genres=[],
        moods=[],
        rights=[json.loads(one.model_dump_json()) for one in rights],
        **fields,
    )
    TitleWindow._default_manager.bulk_create(
        TitleWindow(title=row, **dict(window)) for window in rights
    )
    return row.pk


@pytest.mark.usefixtures("_in_iceland")
def test_places_and_devices_decide_who_sees_a_title(owner: Asker, ada: Onlooker) -> None:
    here = film(owner, RightsWindow(territories=["IS"]))
    there = film(owner, RightsWindow(territories=["NO"]))
    on_tv = film(owner, RightsWindow(platforms=["tv"]))
    assert [ada.sees(one) for one in (here, there, on_tv)] == [True, False, False]
    television = Onlooker(account_id=ada.account_id, platform="tv")
    assert television.sees(on_tv)
    assert owner.title(there).rights  # staff see all of it


def test_plans_and_what_was_bought_decide_who_sees_a_title(owner: Asker, ada: Onlooker) -> None:
    title_id = film(owner, RightsWindow(plans=["family"]))
    assert not ada.sees(title_id)
    subscribe(ada.account_id, "basic")
    assert not ada.sees(title_id)
    subscribe(ada.account_id, "family", clock.now() + HOUR)
    assert ada.sees(title_id)
    with clock.shifted(HOUR):
        assert not Onlooker(account_id=ada.account_id).sees(title_id)
        bought = TitleGranted(account_id=ada.account_id, title_id=title_id, ends_at=None)
        tell(bought)
        assert Onlooker(account_id=ada.account_id).sees(title_id)
    assert not Onlooker(account_id=ids.uuid7()).sees(title_id)


def test_an_older_fact_does_not_overrule_a_newer_one(owner: Asker, ada: Onlooker) -> None:
    title_id = film(owner, RightsWindow(plans=["family"]))
    subscribe(ada.account_id, "family")
    late = Entitlement(
        account_id=ada.account_id, streams_at_once=1, height_max=720, ends_at=None, plan="basic"
    )
    tell(EntitlementChanged(entitlement=late, occurred_at=clock.now() - HOUR))
    assert ada.sees(title_id)


def test_what_comes_soon_has_a_page_and_no_play(owner: Asker, ada: Onlooker) -> None:
    opens = (clock.now() + HOUR).replace(microsecond=0)
    closes = opens + 2 * HOUR
    title_id = film(owner, RightsWindow(starts_at=opens, ends_at=closes))
    page = json.loads(ada.ask("GET", f"titles/{title_id}").content)
    assert (page["play_title_id"], page["rights"]) == (None, [])
    assert datetime.fromisoformat(page["available_from"]) == opens
    with clock.shifted(2 * HOUR):
        page = json.loads(ada.ask("GET", f"titles/{title_id}").content)
        assert page["play_title_id"] == str(title_id)
        assert datetime.fromisoformat(page["available_until"]) == closes
    with clock.shifted(4 * HOUR):
        assert ada.ask("GET", f"titles/{title_id}").status_code == 404
    far = film(owner, RightsWindow(starts_at=clock.now() + timedelta(days=90)))
    assert ada.ask("GET", f"titles/{far}").status_code == 404


def test_episodes_have_the_windows_of_their_series(owner: Asker, ada: Onlooker) -> None:
    over = RightsWindow(ends_at=clock.now() + HOUR)
    series_id = film(owner, over, kind="series", slug="harbour")
    first = film(owner, kind="episode", series_slug="harbour", name="One")
    second = film(
        owner,
        RightsWindow(ends_at=clock.now() + 3 * HOUR),
        kind="episode",
        series_slug="harbour",
        name="Two",
    )
    told = {body["title"]["id"]: body["title"]["rights"] for body in announced("title.changed")}
    assert told[str(first)] == told[str(series_id)]
    assert told[str(second)] != told[str(series_id)]
    with clock.shifted(2 * HOUR):
        seen = [Onlooker(account_id=ada.account_id).sees(one) for one in (series_id, first, second)]
    assert seen == [False, False, True]


def calendar(owner: Asker, **asked: str) -> Calendar:
    when = {"since": NOW.isoformat(), "until": (NOW + timedelta(days=30)).isoformat(), **asked}
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in when.items())
    answer = owner.ask("GET", f"studio/calendar?{query}")
    assert answer.status_code == 200, answer.content
    return Calendar.model_validate_json(answer.content)


def test_the_calendar_tells_what_comes_and_goes(owner: Asker) -> None:
    day = timedelta(days=1)
    film(owner, RightsWindow(starts_at=NOW + day, territories=["IS"]), name="Comes")
    film(owner, RightsWindow(ends_at=NOW + 2 * day, plans=["family"]), name="Goes")
    film(owner, RightsWindow(starts_at=NOW - day, ends_at=NOW + 40 * day), name="Stays")
    told = [(turn.what, turn.name) for turn in calendar(owner).turns]
    assert told == [("opens", "Comes"), ("closes", "Goes")]
    assert [turn.name for turn in calendar(owner, country="NO", plan="family").turns] == ["Goes"]
    assert [turn.name for turn in calendar(owner, country="IS").turns] == ["Comes"]
    assert calendar(owner, country="NO").turns == []


def test_a_calendar_of_years_is_refused(owner: Asker) -> None:
    for until in ("2029-03-01T12:00:00Z", "2026-03-01T11:00:00Z"):
        asked = f"studio/calendar?since=2026-03-01T12:00:00Z&until={until}"
        assert owner.ask("GET", asked).status_code == 422


@pytest.mark.parametrize("at", ["1700000000", "2027-03-01T12:00:00", "soon"])
def test_what_is_no_moment_is_refused(owner: Asker, at: str) -> None:
    assert owner.ask("GET", f"studio/preview?at={at}").status_code == 422
    assert owner.ask("GET", f"studio/calendar?since={at}&until={at}").status_code == 422


def test_a_moment_may_be_told_in_any_zone(owner: Asker) -> None:
    # The database knows no zone that is so far away.
    since, until = "2027-03-01T12:00:00%2B23:00", "2027-03-02T12:00:00-23:00"
    assert owner.ask("GET", f"studio/preview?at={since}").status_code == 200
    assert owner.ask("GET", f"studio/calendar?since={since}&until={until}").status_code == 200


def preview(owner: Asker, at: datetime, **asked: str) -> list[str]:
    said = {"at": at.isoformat().replace("+", "%2B"), **asked}
    names, after = list[str](), ""
    while True:
        query = "&".join(f"{name}={value}" for name, value in said.items())
        answer = owner.ask("GET", f"studio/preview?{query}{after}")
        assert answer.status_code == 200, answer.content
        page = Preview.model_validate_json(answer.content)
        names += [card.name for card in page.titles]
        if page.next is None:
            assert page.count == len(names)
            return names
        after = f"&after={page.next}"


def test_a_preview_shows_what_somebody_would_see_then_and_there(owner: Asker) -> None:
    now, day = clock.now(), timedelta(days=1)
    film(owner, RightsWindow(territories=["IS"]), name="Iceland")
    film(owner, RightsWindow(starts_at=now + day), name="Tomorrow")
    film(owner, RightsWindow(platforms=["tv"], ends_at=now + day), name="Television")
    film(owner, name="Grown", maturity_age=18)
    later = film(owner, name="Scheduled", description="Ice.", genres=["Drama"])
    owner.ask("POST", f"studio/titles/{later}/withdraw")
    moment = {"publish_at": (now + 2 * day).isoformat()}
    owner.ask("POST", f"studio/titles/{later}/acts/schedule", moment)
    soon = now + timedelta(minutes=1)
    assert preview(owner, soon) == ["Grown"]
    assert preview(owner, soon, country="IS", maturity_age="12") == ["Iceland"]
    assert preview(owner, soon, platform="tv") == ["Television", "Grown"]
    assert preview(owner, now + 3 * day) == ["Tomorrow", "Grown", "Scheduled"]


def test_a_preview_goes_on_page_by_page(owner: Asker) -> None:
    now = clock.now()
    for number in range(53):
        film_row([], name=f"Film {number}", status="published", published_at=now)
    assert len(set(preview(owner, now + HOUR))) == 53


def test_moments_that_no_database_gives_back_are_refused(owner: Asker) -> None:
    for ends_at, status in (
        ("9999-12-31T23:59:59Z", 201),
        ("9999-12-31T23:59:59-14:00", 422),
        ("0001-01-01T00:00:00+14:00", 422),
    ):
        body = {"name": "Northern", "rights": [{"ends_at": ends_at}]}
        assert owner.ask("POST", "studio/titles", body).status_code == status
    last = "studio/calendar?since=9999-12-01T00:00:00Z&until=9999-12-31T23:59:59.5Z"
    assert b"Northern" in owner.ask("GET", last).content
