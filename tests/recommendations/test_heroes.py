"""The operator's heroes, audiences and hours, and pages as the staff see them beforehand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.catalog import Audience, EditorialRow, Hours, RightsWindow
from matinee.contracts.events import EditorialRowsChanged
from matinee.contracts.previews import PagePreview
from matinee.contracts.recommendations import HomePage
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations.api import app
from matinee.recommendations.models import Impression, Viewer
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.page import home_page
from matinee.recommendations.rules.showing import Showing
from matinee.recommendations.rules.taste import ViewerFacts
from tests.recommendations import builders
from tests.recommendations.conftest import Get

database = pytest.mark.django_db(databases=["recommendations"])


def row(number: int, titles: list[int], **change: Any) -> EditorialRow:
    ids = [builders.title_id(one) for one in titles]
    return EditorialRow(id=UUID(int=number), name=f"Row {number}", title_ids=ids, **change)


def shown_to(viewer: ViewerFacts, *rows: EditorialRow, titles: int = 90) -> HomePage:
    made = [builders.title(number, genres=[f"G{number % 6}"]) for number in range(titles)]
    catalogue = builders.catalogue(made)
    models = Models().fit(catalogue, builders.plays_of([]))
    return home_page(Showing(catalogue, models, viewer, 18, builders.NOW, rows))


def hero_of(page: HomePage) -> str:
    assert page.hero is not None
    return page.hero.card.name


@pytest.mark.parametrize("titles", [20, 90])
def test_the_operators_hero_opens_the_page_until_it_was_seen(titles: int) -> None:
    heroes = [
        row(1, [12, 13], shown_as="hero", audience=Audience(languages=["is"])),
        row(2, [14, 15], shown_as="hero", reason="The premiere of the year"),
    ]
    page = shown_to(ViewerFacts(language="en"), *heroes, titles=titles)
    assert page.hero is not None
    assert (page.hero.card.name, page.hero.reason) == ("Film 14", "The premiere of the year")
    assert not {"Row 1", "Row 2"} & {one.name for one in page.rows}, "a hero is no row"
    assert hero_of(shown_to(ViewerFacts(language="is"), *heroes, titles=titles)) == "Film 12"
    seen = ViewerFacts(1, (builders.play(14, 1.0),), language="en")
    assert hero_of(shown_to(seen, *heroes, titles=titles)) == "Film 15"
    all_seen = ViewerFacts(1, (builders.play(14, 1.0), builders.play(15, 1.0)), language="en")
    assert hero_of(shown_to(all_seen, *heroes, titles=titles)) not in {"Film 14", "Film 15"}


def test_rows_are_for_their_audience_and_come_in_the_operators_order() -> None:
    rows = [
        row(1, [10, 11], place=1),
        row(2, [12, 13], place=1),
        row(3, [14, 15], audience=Audience(viewers="children")),
        row(4, [16, 17], window=RightsWindow(plans=["premium"])),
        row(5, [18, 19], hours=Hours(starts="01:00", ends="02:00")),
    ]
    names = [one.name for one in shown_to(ViewerFacts(plan="basic"), *rows).rows]
    assert names[:2] == ["Row 1", "Row 2"]
    assert not {"Row 3", "Row 4", "Row 5"} & set(names)
    child = {one.name for one in shown_to(ViewerFacts(is_kids=True, plan="premium"), *rows).rows}
    assert {"Row 3", "Row 4"} <= child


@database
def test_a_kept_page_ends_with_the_hours_of_a_row(get: Get) -> None:
    for number in range(12):
        builders.tell(builders.title_changed(builders.title(number)))
    now = clock.now()
    # Both within the hour that pages are made anew with in any case.
    to_minute_30 = timedelta(minutes=(30 - now.minute) % 60, seconds=-now.second)
    with clock.shifted(to_minute_30):
        starts = f"{clock.now():%H}:00"
        hours = Hours(starts=starts, ends=f"{clock.now():%H}:40")
        builders.tell(EditorialRowsChanged(rows=[row(1, [3, 4], hours=hours)]))
        etag = get("/home").headers["ETag"]
        assert "Row 1" in get("/home").text
        assert get("/home", **{"If-None-Match": etag}).status_code == 304
        with clock.shifted(timedelta(minutes=15)):
            later = get("/home", **{"If-None-Match": etag})
            assert later.status_code == 200
            assert "Row 1" not in later.text


def preview(role: str, **asked: Any) -> Any:
    caller = Caller(uuid7(), uuid7(), None, roles=frozenset({role}))
    token, _ = flask_edge.access_tokens().issue(caller)
    return app.test_client().post(
        "/api/recommendations/studio/preview",
        json=asked,
        headers={"Authorization": f"Bearer {token}"},
    )


def previewed(**asked: Any) -> PagePreview:
    answer = preview("editor", **asked)
    assert answer.status_code == 200, answer.text
    return PagePreview.model_validate_json(answer.data)


@database
def test_a_page_is_seen_beforehand_as_anybody_would_and_leaves_no_trace() -> None:
    ends_at = clock.now() + timedelta(days=2)
    for number in range(30):
        rights = [RightsWindow(ends_at=ends_at)] if number == 3 else []
        age = 16 if number == 4 else 0
        genres = ["Western" if number % 2 else "Drama"]
        made = builders.title(number, rights=rights, maturity_age=age, genres=genres)
        builders.tell(builders.title_changed(made))
    builders.tell(EditorialRowsChanged(rows=[row(1, [3, 4, 5])]))

    def names(preview: PagePreview) -> list[str]:
        own = next(one for one in preview.page.rows if one.name == "Row 1")
        return [card.name for card in own.cards]

    assert names(previewed()) == ["Film 3", "Film 4", "Film 5"]
    assert names(previewed(viewer={"maturity_age": 12})) == ["Film 3", "Film 5"]
    later = previewed(at=(ends_at + timedelta(seconds=1)).isoformat())
    assert names(later) == ["Film 4", "Film 5"]
    liked = [str(builders.title_id(7)), str(builders.title_id(9))]
    assert "A good start" in {one.name for one in previewed().page.rows}
    assert "For you" in {one.name for one in previewed(viewer={"liked": liked}).page.rows}
    assert not any(one.picks for one in previewed().page.rows)
    assert not Viewer.objects.exists()
    assert not Impression.objects.exists()


@database
def test_rows_that_are_not_saved_yet_are_previewed_and_hidden_ones_explained() -> None:
    for number in range(12):
        builders.tell(builders.title_changed(builders.title(number)))
    wanted = [
        row(1, [3, 4], audience=Audience(languages=["is"])),
        row(2, [5, 6], window=RightsWindow(territories=["IS"])),
        row(3, [7, 8], window=RightsWindow(ends_at=clock.now())),
        row(4, [90]),
        row(5, [1], shown_as="hero"),
        row(6, [2], shown_as="hero"),
    ]
    asked = [one.model_dump(mode="json") for one in wanted]
    made = previewed(rows=asked, viewer={"language": "en", "country": "NO"})
    assert hero_of(made.page) == "Film 1"
    assert {one.name: one.why for one in made.hidden} == {
        "Row 1": "It is for other viewers.",
        "Row 2": "It is for other countries, plans or devices.",
        "Row 3": "It is shown at another time.",
        "Row 4": "None of its titles may be shown to this viewer now.",
        "Row 6": "Another hero comes first, or this viewer has seen all of its titles.",
    }


@database
def test_a_variant_is_previewed_and_only_by_the_staff() -> None:
    for number in range(80):
        made = builders.title(number, genres=[f"G{number % 8}"])
        builders.tell(builders.title_changed(made))
    assert len(previewed(settings={"rows.rows_max": 4}).page.rows) == 4
    refused = preview("editor", settings={"rows.rows_max": 400})
    assert refused.status_code == 422
    assert "from 4 to 40" in refused.text
    assert preview("support").status_code == 403
