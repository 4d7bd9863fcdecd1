"""Every page at three sizes passes axe's checks of WCAG 2.2 A and AA, with no violation."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SIZES
from tests.journeys.service import Service
from tests.journeys.test_viewer import VIDEO, frames, open_title, sign_up
from tests.tidy.house import ROOT

pytestmark = pytest.mark.journey

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })"

SIGNED_OUT = [
    "/",
    "/sign-in",
    "/sign-in/back",
    "/sign-up",
    "/sign-up/verify",
    "/forgot-password",
    "/reset-password",
    "/verify-email",
    "/move-profile",
    "/tv",
    "/erased",
    "/nowhere-at-all",
]
SIGNED_IN = [
    "/",
    "/title/the-meadow",
    "/search?q=meadow",
    "/search?q=zzzzqqqq",
    "/my-list",
    "/history",
    "/account",
    "/account/security",
    "/account/privacy",
    "/profiles",
    "/profiles/manage?new=1",
    "/tv/confirm",
    "/oauth/authorize?client_id=nobody",
]
STUDIO = [
    "/studio",
    "/studio/upload",
    "/studio/files",
    "/studio/arrivals",
    "/studio/encodes",
    "/studio/calendar",
    "/studio/insights",
    "/studio/insights/titles",
    "/studio/insights/money",
    "/studio/insights/alerts",
    "/studio/recommendations",
    "/studio/recommendations/1",
    "/studio/delivery",
    "/studio/edges",
    "/studio/billing",
    "/studio/billing/subscribers",
    "/studio/billing/payments",
    "/studio/billing/plans",
    "/studio/billing/coupons",
    "/studio/billing/gift-cards",
    "/studio/billing/titles",
    "/studio/billing/taxes",
    "/studio/billing/ledger",
    "/studio/billing/webhooks",
    "/studio/people",
    "/studio/people/accounts",
    "/studio/people/applications",
    "/studio/people/audit",
    "/studio/scripts",
    "/studio/scripts/sheets",
    "/studio/scripts/webhooks",
]


def violations(page: Page) -> list[str]:
    # Evaluated by the driver: the page's own policy lets in no script from outside.
    page.evaluate(AXE.read_text())
    report: dict[str, Any] = page.evaluate(CHECK, RULES)
    assert report["passes"], "axe checked nothing"
    return [
        f"{page.url}: {found['id']}: {node['target']} {node['failureSummary']}"
        for found in report["violations"]
        for node in found["nodes"]
    ]


def look(page: Page, paths: list[str]) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        page.wait_for_load_state("networkidle")
        found += violations(page)
    return found


@pytest.mark.parametrize("context", sorted(SIZES), indirect=True)
def test_pages_before_signing_in(page: Page) -> None:
    assert not look(page, SIGNED_OUT)


@pytest.mark.parametrize("context", sorted(SIZES), indirect=True)
def test_pages_of_a_viewer_and_the_player(page: Page) -> None:
    sign_up(page)
    found = look(page, SIGNED_IN)
    open_title(page, "two-voices")
    page.get_by_role("link", name="Play").first.click()
    assert frames(page, wanted=5) >= 5
    page.locator(VIDEO).evaluate("video => video.pause()")
    page.mouse.move(200, 200)
    found += violations(page)
    page.get_by_role("button", name="Subtitles and audio").click()
    found += violations(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("context", ["laptop", "phone"], indirect=True)
def test_pages_of_the_studio(page: Page, service: Service, owner: Callable[[Page], None]) -> None:
    owner(page)
    found = look(page, STUDIO)
    page.goto("/studio")
    page.get_by_role("link", name="Edit The Meadow").click()
    expect(page.get_by_role("form", name="About the title")).to_be_visible()
    page.get_by_text("Add a subtitle file").click()
    # Every part of the record, and a row of each list in it.
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    for name in ("Add a person", "Add a language"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Scene 1").first.click()
    expect(page.get_by_role("button", name="Find the best part").first).to_be_visible()
    found += violations(page)
    page.get_by_role("button", name="Encode again").click()
    found += violations(page)
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("link", name="Encode report").click()
    expect(page.get_by_role("region", name="Rungs")).to_be_visible()
    page.get_by_text("trials as numbers").click()
    found += violations(page)
    assert not found, "\n".join(found)
    assert service.url in page.url
