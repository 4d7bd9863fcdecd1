"""An operator's morning: a film put in by the browser becomes a title; a bad one is refused."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.clips import clip
from tests.journeys.service import Service
from tests.journeys.test_viewer import newcomer, sign_up
from tests.journeys.viewer import eventually

pytestmark = pytest.mark.journey

# Encoders and trainings work when nobody else does, one after the other.
ENCODED_S = 300.0


def upload(page: Page, film: Path, name: str) -> None:
    page.goto("/studio/upload")
    page.get_by_label("Film file").set_input_files(film)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Add title and upload").click()
    # The app goes there by itself; loading a page anew would break the upload off.
    expect(page.get_by_role("heading", name="Titles")).to_be_visible()


def test_the_first_owner_is_made_at_the_command_line(page: Page, service: Service) -> None:
    email = sign_up(page)
    made = service.matinee("staff", "add", email)
    assert made.returncode == 0, made.stdout + made.stderr
    # The access token that the page holds does not know of it yet.
    page.goto("/studio")
    expect(page.get_by_role("heading", name="Titles")).to_be_visible()


def test_a_film_uploaded_in_the_browser_becomes_a_title(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    upload(page, clip("bikes.mp4"), "Rush Hour")
    expect(page.get_by_role("progressbar", name="Encoding of Rush Hour")).to_be_visible()
    page.goto("/title/rush-hour")

    def is_published() -> bool:
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page.get_by_role("link", name="Play").count() > 0

    eventually("the film", is_published, ENCODED_S)


def test_a_file_that_is_no_film_is_refused_with_a_reason(
    page: Page, owner: Callable[[Page], None], tmp_path: Path
) -> None:
    owner(page)
    damaged = tmp_path / "damaged.mp4"
    whole = clip("bikes.mp4").read_bytes()
    damaged.write_bytes(whole[: len(whole) // 3])
    upload(page, damaged, "Half A Ride")
    row = page.get_by_role("listitem").filter(has_text="Half A Ride")
    why = row.get_by_text("damaged").or_(row.get_by_text("whole")).first
    expect(why).to_be_visible(timeout=ENCODED_S * 1000)


def test_an_operator_reads_what_an_encode_came_to(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.get_by_role("link", name="Edit The Meadow").click()
    page.get_by_role("link", name="Encode report").click()
    picture = page.get_by_role("img", name=re.compile(r"H\.264: [1-9]\d* rungs? chosen after"))
    expect(picture).to_be_visible()
    rungs = page.get_by_role("region", name="Rungs").get_by_role("row")
    expect(rungs.filter(has_text="H.264").first).to_contain_text("bit/s")
    stages = page.get_by_role("list", name="Time per stage").get_by_role("listitem")
    expect(stages.filter(has_text="Encoding").first).to_contain_text("CPU")


def test_an_encode_is_begun_again_watched_and_stopped(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.get_by_role("link", name="Edit The Meadow").click()
    page.get_by_role("button", name="Encode again").click()
    page.get_by_role("dialog").get_by_role("button", name="Encode again").click()
    expect(page.get_by_role("progressbar", name="Encoding of The Meadow")).to_be_visible()
    stages = page.get_by_role("list", name="Stages of The Meadow")
    expect(stages.get_by_role("progressbar").first).to_be_visible(timeout=ENCODED_S * 1000)
    page.get_by_role("button", name="Stop encoding").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop encoding").click()
    stopped = page.get_by_text("Encoding was stopped. What is there plays on.")
    expect(stopped).to_be_visible(timeout=ENCODED_S * 1000)
    expect(page.get_by_role("button", name="Encode again")).to_be_visible()
    page.goto("/title/the-meadow")
    expect(page.get_by_role("link", name="Play").first).to_be_visible()


def test_subtitles_are_put_beside_a_film(
    page: Page, owner: Callable[[Page], None], tmp_path: Path
) -> None:
    owner(page)
    page.get_by_role("link", name="Edit The Meadow").click()
    page.get_by_text("Add a subtitle file").click()
    form = page.get_by_role("form", name="Add subtitles")
    drawing = tmp_path / "drawing.srt"
    drawing.write_bytes(b"\x89PNG\r\n\x1a\n")
    form.get_by_label("Subtitle file").set_input_files(drawing)
    form.get_by_label("Language").fill("de")
    form.get_by_role("button", name="Add subtitles").click()
    expect(form.get_by_role("alert")).to_be_visible()
    good = tmp_path / "meadow.srt"
    good.write_text("1\n00:00:01,000 --> 00:00:03,000\nGuten Morgen!\n")
    form.get_by_label("Subtitle file").set_input_files(good)
    form.get_by_role("button", name="Add subtitles").click()
    files = page.get_by_role("list", name="Subtitle files")
    expect(files.get_by_text("German")).to_be_visible()
    expect(page.get_by_text("Encode it again to show the change.")).to_be_visible()
    page.get_by_role("button", name="Remove subtitles German").click()
    expect(files).not_to_be_visible()


def test_a_viewer_does_not_find_the_studio(page: Page) -> None:
    newcomer(page)
    page.goto("/studio")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def test_an_operator_trains_reads_why_and_goes_back(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.get_by_role("link", name="Recommendations").click()
    rows = page.get_by_role("region", name="Trainings").get_by_role("row")
    served = rows.filter(has_text="In service")
    expect(served).to_have_count(1, timeout=ENCODED_S * 1000)
    before = served.get_by_role("link").inner_text()
    page.get_by_role("button", name="Train now").click()
    expect(served.get_by_role("link", name=before, exact=True)).to_have_count(
        0, timeout=ENCODED_S * 1000
    )
    served.get_by_role("link").click()
    checks = page.get_by_role("list", name="Checks of the data").get_by_role("listitem")
    expect(checks.first).to_contain_text("plays")
    expect(page.get_by_text(re.compile(r"^[0-9a-f]{64}$"))).to_be_visible()
    page.get_by_role("link", name="Recommendations").first.click()
    page.get_by_role("button", name=f"Go back to {before.lower()}").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    expect(served.get_by_role("link", name=before, exact=True)).to_be_visible()
    page.get_by_role("button", name="Resume publishing").click()
    expect(page.get_by_role("button", name="Resume publishing")).to_have_count(0)
