"""A token made in Studio lets a program in at once, and no more once it is ended."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.service import Service
from tests.journeys.viewer import eventually
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.journey

TITLES = "/api/catalog/studio/titles"


def test_a_program_works_with_a_token_until_it_is_ended(
    page: Page, service: Service, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.goto("/studio/scripts")
    form = page.get_by_role("form", name="Make a token")
    form.get_by_label("Name").fill("Nightly import")
    form.get_by_label("Read the catalogue as Studio shows it").check()
    form.get_by_role("button", name="Make token").click()
    secret = form.get_by_role("status").locator("code").inner_text()
    signed = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=service.url, headers=signed, timeout=PATIENCE_S) as program:
        listed = program.get(TITLES)
        assert listed.status_code == 200, listed.text
        assert listed.json()["titles"]
        refused = program.post(TITLES, json={"name": "Not allowed"})
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        page.get_by_role("button", name="End Nightly import").click()
        expect(page.get_by_text("There is no token yet.")).to_be_visible()
        eventually("the end of the token", lambda: program.get(TITLES).status_code == 401)


def test_a_sheet_comes_in_whole_or_says_what_is_wrong(
    page: Page, owner: Callable[[Page], None], tmp_path: Path
) -> None:
    owner(page)
    sheet = tmp_path / "library.csv"
    sheet.write_text("name,slug,year\nBy Sheet,by-sheet,1999\nAnother,another-by-sheet,soon\n")
    page.goto("/studio/scripts/sheets")
    form = page.get_by_role("form", name="Bring titles in")
    form.get_by_label("Sheet").set_input_files(sheet)
    form.get_by_role("button", name="Bring in").click()
    wrong = page.get_by_role("region", name="What is wrong with library.csv")
    expect(wrong.get_by_role("row").nth(1)).to_contain_text("whole number")
    expect(wrong.get_by_role("row").nth(1)).to_contain_text("3")
    sheet.write_text("name,slug,year\nBy Sheet,by-sheet,1999\n")
    form.get_by_label("Sheet").set_input_files(sheet)
    form.get_by_role("button", name="Bring in").click()
    expect(page.get_by_text("1 title made and 0 changed.")).to_be_visible()
    page.goto("/studio")
    expect(page.get_by_role("link", name="Edit By Sheet")).to_be_visible()
