"""An operator looks at how the service does, and is told when a figure goes beyond a limit."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.journeys.service import Service
from tests.journeys.stocked.test_recommendations import watch
from tests.journeys.test_accessibility import violations
from tests.journeys.viewer import Viewer
from tests.patience import until

pytestmark = pytest.mark.journey

PARTS = ["Titles", "Audience", "Quality", "Searches", "Rows", "Money"]
# An alert is looked at once a minute, and a busy machine takes its time.
LOOKED_AT_MS = 180_000


def open_part(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Insights").get_by_role("link", name=name).click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def saved(page: Page, press: Callable[[], None]) -> str:
    """The text of the file that something saves."""
    with page.expect_download() as started:
        press()
    download: Download = started.value
    return Path(download.path()).read_text()


def letters_about(service: Service, subject: str) -> list[str]:
    """The letters of the installation with a subject."""
    letters = [path.read_text() for path in (service.home / "mail").glob("*.eml")]
    return [letter for letter in letters if f"Subject: {subject}\n" in letter]


def set_alert(page: Page, name: str) -> None:
    """One that fires at the next look: no more than a thousand plays within fifteen minutes."""
    open_part(page, "Alerts")
    form = page.get_by_role("form", name="Set an alert")
    form.get_by_label("Name", exact=True).fill(name)
    form.get_by_label("Figure", exact=True).select_option(label="Plays")
    form.get_by_label("Is told when the figure is").select_option(label="below the limit")
    form.get_by_label("Limit", exact=True).fill("many")
    form.get_by_role("button", name="Set alert").click()
    expect(form.get_by_role("alert")).to_contain_text("as a number")
    form.get_by_label("Limit", exact=True).fill("1000")
    form.get_by_label("Told after it lasted").select_option(label="At once")
    form.get_by_role("button", name="How often would it have fired?").click()
    expect(form.get_by_role("status").first).to_contain_text("it would have fired")
    form.get_by_label("E-mail addresses").fill("pager@example.org")
    form.get_by_role("button", name="Set alert").click()
    rule = rule_of(page, name)
    expect(rule).to_contain_text("Plays of the last 15 minutes below 1")
    expect(rule).to_contain_text("pager@example.org")


def read_plays(page: Page) -> None:
    """What the chart of plays means, its table, its slider and its file."""
    plays = page.get_by_role("region", name="Plays", exact=True)
    plays.get_by_text("What it means").click()
    expect(plays).to_contain_text("Number of plays that began in the time.")
    plays.get_by_role("button", name="Show as a table").click()
    rows = plays.get_by_role("region", name="Plays as a table").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    slider = plays.get_by_role("slider", name="Plays, value by value")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r": Plays \d+, Before \d+$"))
    text = saved(page, plays.get_by_role("button", name="Save as CSV").click)
    assert len(text.splitlines()) > 2


def see_it_fire(page: Page, name: str) -> None:
    """The alert fires: on its own page, in the history and on the page that is opened first."""
    open_part(page, "Alerts")
    expect(rule_of(page, name).get_by_text("Fires", exact=True)).to_be_visible(timeout=LOOKED_AT_MS)
    history = page.get_by_role("region", name="Times that alerts fired").get_by_role("row")
    expect(history.filter(has_text=name)).to_contain_text("Fires still")
    open_part(page, "Overview")
    expect(page.get_by_role("status").filter(has_text=name)).to_be_visible()


def rule_of(page: Page, name: str) -> Locator:
    """An alert in the list of them."""
    return page.get_by_role("list", name="Alerts").get_by_role("listitem").filter(has_text=name)


def test_figures_are_looked_at_and_an_alert_fires(
    page: Page, owner: Callable[[Page], None], service: Service
) -> None:
    somebody = Viewer(service)
    watch(somebody, "Copper Signal")
    somebody.http.close()
    owner(page)
    name = "Hardly a play"
    page.get_by_role("navigation", name="Studio").get_by_role("link", name="Insights").click()
    expect(page.get_by_role("heading", name="Just now")).to_be_visible()
    set_alert(page, name)
    found = violations(page)
    open_part(page, "Overview")
    read_plays(page)
    found += violations(page)
    page.get_by_label("Time").select_option(label="Last 24 hours")
    expect(page).to_have_url(re.compile(r"range=24h"))
    for part in PARTS:
        open_part(page, part)
        assert "range=24h" in page.url, "the time stays chosen"
        found += violations(page)
    see_it_fire(page, name)
    until(lambda: letters_about(service, f"Alert: {name}"))
    open_part(page, "Alerts")
    found += violations(page)
    rule_of(page, name).get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(rule_of(page, name)).to_have_count(0)
    assert not found, "\n".join(found)
