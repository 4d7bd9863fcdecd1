"""An operator gives a title rights, sees what goes, takes it back, and schedules nothing twice."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.journey

YEAR = timedelta(days=366)
MONTHS_MAX = 14


def go_to(page: Page, month: str) -> None:
    """Turn the calendar's pages up to a month of the next year, whichever it is now."""
    shown = page.get_by_role("heading", level=2).first
    expect(shown).to_be_visible()
    for _ in range(MONTHS_MAX):
        if shown.inner_text() == month:
            return
        page.get_by_role("button", name=re.compile("^Show ")).last.click()
    expect(shown).to_have_text(month)


def window_give(page: Page, ends: datetime) -> None:
    """A window of rights is refused until its countries are codes, then kept."""
    page.get_by_role("button", name="Add a window").click()
    page.get_by_label("Countries").fill("Norway")
    page.get_by_role("button", name="Save rights").click()
    expect(page.get_by_text("countries are two letters each")).to_be_visible()
    assert not violations(page)
    page.get_by_label("Countries").fill("no, is")
    page.get_by_label("Until just before").fill(ends.strftime("%Y-%m-%dT%H:%M:%S"))
    page.get_by_label("Televisions").check()
    page.get_by_role("button", name="Save rights").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def calendar_read(page: Page, ends: datetime) -> None:
    """It stands in the calendar, for whom it is; the preview knows that, too."""
    page.goto("/studio/calendar")
    go_to(page, ends.strftime("%B %Y"))
    turn = page.get_by_role("listitem").filter(has_text="Two Voices").first
    expect(turn).to_contain_text("Goes")
    expect(turn).to_contain_text("Norway, Iceland · televisions")
    page.get_by_label("Country").fill("SE")
    expect(page.get_by_text("Nothing comes or goes")).to_be_visible()
    seen = page.get_by_role("region", name="What a viewer sees")
    expect(seen.get_by_role("link", name="The Meadow")).to_be_visible()
    expect(seen.get_by_role("link", name="Two Voices")).to_have_count(0)
    page.get_by_label("Country").fill("NO")
    page.get_by_label("Device").select_option("tv")
    expect(seen.get_by_role("link", name="Two Voices")).to_be_visible()
    # Their home page at that moment, by the same country and device.
    shown = page.get_by_role("region", name="Home page")
    expect(shown.get_by_text("Two Voices").first).to_be_attached()
    assert not violations(page)


def test_rights_are_given_seen_in_the_calendar_and_taken_back(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.get_by_role("link", name="Edit Two Voices").click()
    expect(page.get_by_role("heading", level=1, name="Two Voices")).to_be_visible()
    title_id = page.url.rpartition("/")[2]
    page.goto(f"/studio/titles/{title_id}/publishing")
    expect(page.get_by_text("Released: viewers see it")).to_be_visible()
    page.get_by_role("textbox", name="Comment").fill("Only in the north from now on.")
    page.get_by_role("button", name="Say it").click()
    history = page.get_by_role("region", name="History").get_by_role("listitem")
    expect(history.first).to_contain_text("Only in the north")

    ends = (datetime.now(UTC) + YEAR).replace(day=15, hour=12, minute=0, second=5, microsecond=0)
    window_give(page, ends)
    expect(history.first).to_contain_text("changed rights")
    calendar_read(page, ends)

    page.goto(f"/studio/titles/{title_id}/publishing")
    page.get_by_role("button", name=re.compile("^Undo: changed rights")).first.click()
    expect(history.first).to_contain_text("undid a change of rights")
    page.reload()
    expect(page.get_by_text("It may be watched everywhere")).to_be_visible()
    assert not violations(page)
