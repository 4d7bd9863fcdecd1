"""An operator's morning: a film put in by the browser becomes a title; a bad one is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.service import clip

pytestmark = pytest.mark.journey


def upload(page: Page, film: Path, name: str) -> None:
    page.goto("/studio/upload")
    page.get_by_label("Film file").set_input_files(film)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add title and upload").click()
    # The app goes there by itself; loading a page anew would break the upload off.
    expect(page.get_by_role("heading", name="Titles")).to_be_visible()


def test_a_film_uploaded_in_the_browser_becomes_a_title(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    upload(page, clip("bikes.mp4"), "Rush Hour")
    expect(page.get_by_role("progressbar", name="Encoding of Rush Hour")).to_be_visible()
    page.goto("/title/rush-hour")
    for _ in range(60):
        if page.get_by_role("link", name="Play").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_role("link", name="Play").first).to_be_visible()


def test_a_file_that_is_no_film_is_refused_with_a_reason(
    page: Page, owner: Callable[[Page], None], tmp_path: Path
) -> None:
    owner(page)
    damaged = tmp_path / "damaged.mp4"
    whole = clip("bikes.mp4").read_bytes()
    damaged.write_bytes(whole[: len(whole) // 3])
    upload(page, damaged, "Half A Ride")
    row = page.get_by_role("listitem").filter(has_text="Half A Ride")
    expect(row.get_by_text("damaged").or_(row.get_by_text("whole")).first).to_be_visible(
        timeout=60_000
    )


def test_a_viewer_does_not_find_the_studio(page: Page) -> None:
    from tests.journeys.test_viewer import sign_up  # noqa: PLC0415 - a viewer only here

    sign_up(page)
    page.goto("/studio")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
