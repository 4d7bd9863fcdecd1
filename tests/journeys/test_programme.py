"""The staff put a row and a hero on home pages, see them beforehand, and try something else."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.journey


def add(page: Page, name: str, *titles: str, shown_as: str = "row") -> None:
    """Add a row or a hero with these titles to the programme."""
    page.get_by_role("button", name="Add to the programme").click()
    form = page.get_by_role("form", name="Add to the programme")
    form.get_by_label("Shown as").select_option(shown_as)
    form.get_by_label("Name").fill(name)
    if shown_as == "row":
        form.get_by_label("Place").fill("1")
    chosen = form.get_by_role("list", name="Titles in their order")
    for title in titles:
        expect(form.locator(f'option[value="{title}"]')).to_be_attached()
        form.get_by_label("Add a title").fill(title)
        expect(chosen.get_by_text(title, exact=True)).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Programme").get_by_text(name)).to_be_visible()


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def experiment_plan(page: Page) -> None:
    """Plan an experiment that is refused until it is within its bounds."""
    page.get_by_role("link", name="Plan an experiment").click()
    form = page.get_by_role("form", name="Plan an experiment")
    form.get_by_label("Name").first.fill("Shorter pages")
    form.get_by_text("What it turns").last.click()
    form.get_by_label("rows max").last.fill("400")
    form.get_by_role("button", name="Plan it").click()
    expect(form.get_by_role("alert")).to_contain_text("from 4 to 40")
    assert not violations(page)
    form.get_by_label("rows max").last.fill("6")
    form.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", level=1, name="Shorter pages")).to_be_visible()


def row_edit(page: Page) -> None:
    """What a row would be is seen before it is saved."""
    page.get_by_role("button", name="Edit From the makers").click()
    form = page.get_by_role("form", name="Edit From the makers")
    form.get_by_label("Languages").fill("is")
    expect(
        preview(page).get_by_text("One part of the programme is not on this page")
    ).to_be_visible()
    form.get_by_label("Languages").fill("")
    expect(preview(page).get_by_role("region", name="From the makers")).to_be_visible()
    assert not violations(page)
    form.get_by_role("button", name="Cancel").click()


def experiment_run(page: Page) -> None:
    """Begin and end the experiment that is open."""
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("dialog").get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Running", exact=True)).to_be_visible()
    assert not violations(page)
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Ended", exact=True)).to_be_visible()


@pytest.mark.parametrize("context", ["laptop"], indirect=True)
def test_a_programme_is_made_and_an_experiment_run(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.goto("/studio/programme")
    expect(page.get_by_role("heading", level=1, name="Programme")).to_be_visible()
    add(page, "From the makers", "Two Voices", "The Meadow")
    add(page, "The premiere", "The Meadow", shown_as="hero")
    expect(preview(page).get_by_role("region", name="From the makers")).to_be_visible()
    expect(
        preview(page).get_by_text("Chosen by those who make the programme").first
    ).to_be_visible()
    assert not violations(page)

    row_edit(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="From the makers")).to_be_visible()

    page.goto("/studio/experiments")
    experiment_plan(page)
    experiment_run(page)
    page.goto("/studio/programme")
    for name in ("From the makers", "The premiere"):
        page.get_by_role("button", name=f"Remove {name}").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_role("button", name=f"Remove {name}")).to_have_count(0)
