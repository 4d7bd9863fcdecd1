"""What somebody really looked at is told, with how it was chosen, and nothing else is."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_viewer import newcomer

pytestmark = pytest.mark.journey

REPORT = "**/api/recommendations/impressions"
HOME = "**/api/recommendations/home"


def test_what_was_in_view_is_told_as_it_was_chosen(page: Page) -> None:
    newcomer(page)
    with page.expect_response(HOME) as told:
        page.goto("/")
    home: dict[str, Any] = told.value.json()
    with page.expect_request(REPORT) as sent:
        expect(page.locator(".hero")).to_be_visible()
    answer = sent.value.response()
    assert answer is not None
    assert answer.status == 204
    body: dict[str, Any] = sent.value.post_data_json or {}
    seen = {(one["slot"], one["title_id"]) for one in body["seen"]}
    assert ("hero", home["hero"]["card"]["id"]) in seen
    cards = {("card", card["id"]) for row in home["rows"] for card in row["cards"]}
    assert seen - {("hero", home["hero"]["card"]["id"])} <= cards
    assert body["hero_pick"] == home["hero"]["pick"]
    shown = {row["picks"] for row in home["rows"] if row["picks"]}
    assert set(body["picks"]) <= shown
    assert shown, "the films have several pictures each, cut from their stills"
