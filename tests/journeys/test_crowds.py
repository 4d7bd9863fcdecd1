"""What a viewer notices of a service that turns people away for a moment."""

import re
from http import HTTPStatus

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.test_viewer import frames, open_title, sign_up

pytestmark = pytest.mark.journey

SESSIONS = re.compile(r"/api/playback/sessions$")
BUSY = {"code": "busy", "detail": "Very many people are here just now.", "status": 503}
# So often a press is sent in all; with waits of three seconds nobody has to look in a hurry.
TRIES, AGAIN_S = 8, 3


def test_a_press_that_is_turned_away_says_so_waits_and_plays(page: Page) -> None:
    """The door is tested beside the service; here the web app stands before a closed one."""
    sign_up(page)
    turned_away: list[str | None] = []
    is_open = False

    def answer(route: Route) -> None:
        if is_open:
            route.continue_()
            return
        turned_away.append(route.request.headers.get("x-tries-left"))
        route.fulfill(
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": str(AGAIN_S)},
            content_type="application/problem+json",
            json=BUSY,
        )

    open_title(page, "the-meadow")
    page.route(SESSIONS, answer)
    page.get_by_role("link", name=re.compile("^Play")).first.click()
    # Whoever waits is told why, in the one place that screen readers read out by themselves.
    waits = page.get_by_role("status").filter(has_text="Very many people are here just now")
    expect(waits).to_be_visible()
    is_open = True
    assert frames(page) >= 1
    expect(waits).to_have_count(0)
    # Each try says how many are left, so that the service knows which one is the last.
    assert turned_away == [str(TRIES - tried) for tried in range(1, len(turned_away) + 1)]
