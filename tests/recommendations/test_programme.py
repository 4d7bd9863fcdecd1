"""Pages over a real database: the operator's rows, rights by country, what a profile speaks."""

from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.catalog import EditorialRow, RightsWindow
from matinee.contracts.events import (
    EditorialRowsChanged,
    PlaybackStarted,
    ProfileChanged,
    ProfileTraits,
)
from matinee.contracts.recommendations import HomePage
from matinee.kernel import clock, settings
from matinee.kernel.ids import uuid7
from matinee.recommendations.models import Viewer
from matinee.recommendations.queries.viewers import facts_of, latest_of
from tests.recommendations import builders
from tests.recommendations.conftest import Get

pytestmark = pytest.mark.django_db(databases=["recommendations"])


def home(get: Get) -> HomePage:
    return HomePage.model_validate_json(get("/home").data)


def rows_told(name: str, *numbers: int, ago_s: float = 0) -> None:
    ids = [builders.title_id(number) for number in numbers]
    row = EditorialRow(id=UUID(int=1), name=name, title_ids=ids)
    at = clock.now() - timedelta(seconds=ago_s)
    builders.tell(EditorialRowsChanged(occurred_at=at, rows=[row]))


def test_the_operators_rows_come_change_and_go(get: Get) -> None:
    for number in range(12):
        builders.tell(builders.title_changed(builders.title(number)))
    before = get("/home").headers["ETag"]
    rows_told("Festival", 3, 1, 2)
    assert get("/home").headers["ETag"] != before
    rows_told("An older fact", 5, 6, 7, ago_s=60)
    row = home(get).rows[0]
    assert (row.name, row.kind) == ("Festival", "editorial")
    assert [card.name for card in row.cards] == ["Film 3", "Film 1", "Film 2"]
    builders.tell(EditorialRowsChanged(rows=[]))
    assert "Festival" not in {row.name for row in home(get).rows}


def test_rights_change_the_page_the_moment_they_end(get: Get) -> None:
    ends_at = clock.now() + timedelta(minutes=1)
    for number in range(4):
        rights = [RightsWindow(ends_at=ends_at)] if number == 2 else []
        builders.tell(builders.title_changed(builders.title(number, rights=rights)))
    etag = get("/home").headers["ETag"]
    assert str(builders.title_id(2)) in get("/home").text
    assert get(f"/titles/{builders.title_id(2)}/similar").status_code == 200
    with clock.shifted(timedelta(minutes=1)):
        later = get("/home", **{"If-None-Match": etag})
        assert later.status_code == 200
        assert str(builders.title_id(2)) not in later.text
        assert str(builders.title_id(2)) not in get("/search?q=film").text
        assert get(f"/titles/{builders.title_id(2)}/similar").status_code == 404


def test_the_country_of_the_request_counts(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        rights = [RightsWindow(territories=["IS"])] if number == 2 else []
        builders.tell(builders.title_changed(builders.title(number, rights=rights)))
    assert str(builders.title_id(2)) not in get("/home").text
    chosen = settings.get().model_copy(update={"country": "IS"})
    monkeypatch.setattr(settings, "get", lambda: chosen)
    assert str(builders.title_id(2)) in get("/home").text


def test_the_newest_fact_of_a_profile_and_its_country_stays(profile_id: UUID) -> None:
    def told(language: str, ago_s: float, *, is_kids: bool) -> ProfileChanged:
        profile = ProfileTraits(id=profile_id, maturity_age=6, is_kids=is_kids, language=language)
        at = clock.now() - timedelta(seconds=ago_s)
        return ProfileChanged(occurred_at=at, account_id=uuid7(), profile=profile)

    def played(country: str, ago_s: float) -> PlaybackStarted:
        at = clock.now() - timedelta(seconds=ago_s)
        own = {"session_id": uuid7(), "account_id": uuid7(), "title_id": uuid7()}
        return PlaybackStarted(occurred_at=at, profile_id=profile_id, country=country, **own)

    builders.tell(told("is", 1, is_kids=True))
    builders.tell(told("de", 2, is_kids=False))
    facts = facts_of(profile_id, latest_of(profile_id, profile_id).revision)
    assert (facts.language, facts.is_kids) == ("is", True)
    for country, ago_s in (("IS", 1), ("NO", 2), ("", 0)):
        builders.tell(played(country, ago_s))
    assert Viewer.objects.get(pk=profile_id).country == "IS"
