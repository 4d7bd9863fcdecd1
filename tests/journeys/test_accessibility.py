"""Every page at three sizes passes axe's checks of WCAG 2.2 A and AA, with no violation."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from matinee.kernel import ids
from matinee.kernel.tokens import AccessTokens, Caller
from tests.journeys.conftest import SIZES
from tests.journeys.pages import SIGNED_IN, SIGNED_OUT, STUDIO
from tests.journeys.service import Service
from tests.journeys.test_viewer import VIDEO, frames, open_title, sign_up
from tests.tidy.house import ROOT

pytestmark = pytest.mark.journey

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What was looked at and is well is counted, not told: it is nearly all of a page.
CHECK = """async tags => {
  const choice = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
  const { passes, violations } = await axe.run(document, choice);
  return { passes: passes.length, violations };
}"""
# What depends on the size has been laid out, and drawn.
DRAWN_ANEW = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def violations(page: Page) -> list[str]:
    # Evaluated by the driver: the page's own policy lets in no script from outside.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    report: dict[str, Any] = page.evaluate(CHECK, RULES)
    assert report["passes"], "axe checked nothing"
    return [
        f"{page.url}: {found['id']}: {node['target']} {node['failureSummary']}"
        for found in report["violations"]
        for node in found["nodes"]
    ]


def violations_on_screens(page: Page) -> list[str]:
    """At the page's size; where that is a laptop's, as a television shows the same page, too."""
    found = violations(page)
    if page.viewport_size == _viewport("laptop"):
        page.set_viewport_size(_viewport("television"))
        page.evaluate(DRAWN_ANEW)
        found += violations(page)
        page.set_viewport_size(_viewport("laptop"))
    return found


def _viewport(name: str) -> ViewportSize:
    width, height = SIZES[name]
    return {"width": width, "height": height}


@pytest.fixture(scope="module")
def filled(service: Service) -> Callable[[str], str]:
    """Puts something that there is into an address with a part for it, by what stands before."""
    who = Caller(ids.uuid7(), ids.uuid7(), maturity_age=18, roles=frozenset({"owner"}))
    token, _ = AccessTokens(service.home / "secrets").issue(who)
    with service.client(token) as asked:
        title = asked.get("/api/catalog/titles/the-meadow").raise_for_status().json()
        credit = {"name": "Ida Sandström", "role": "director"}
        path = f"/api/catalog/studio/titles/{title['id']}"
        told = asked.patch(path, json={"credits": [credit]}).raise_for_status().json()
        tried = asked.post("/api/insights/studio/experiments", json=EXPERIMENT).raise_for_status()
    named = {
        "/person/": told["credits"][0]["person_id"],
        "/studio/experiments/": tried.json()["id"],
        "/studio/titles/": title["id"],
        "/studio/insights/titles/": title["id"],
    }

    def fill(path: str) -> str:
        before, part, after = path.partition(":id")
        return f"{before}{named[before]}{after}" if part else path

    return fill


EXPERIMENT = {
    "name": "Eight rows",
    "layer": "rows",
    "variants": [{"name": "As usual"}, {"name": "Short", "settings": {"rows.rows_max": 8}}],
}


def look(page: Page, paths: Iterable[str], seen: Callable[[Page], list[str]]) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        page.wait_for_load_state("networkidle")
        found += seen(page)
    return found


@pytest.mark.parametrize("context", ["laptop", "phone"], indirect=True)
def test_pages_before_signing_in(page: Page) -> None:
    assert not look(page, SIGNED_OUT, violations_on_screens)


@pytest.mark.parametrize("context", ["laptop", "phone"], indirect=True)
def test_pages_of_a_viewer_and_the_player(page: Page, filled: Callable[[str], str]) -> None:
    sign_up(page)
    found = look(page, map(filled, SIGNED_IN), violations_on_screens)
    open_title(page, "two-voices")
    page.get_by_role("link", name="Play").first.click()
    assert frames(page, wanted=5) >= 5
    page.locator(VIDEO).evaluate("video => video.pause()")
    page.mouse.move(200, 200)
    found += violations_on_screens(page)
    page.get_by_role("button", name="Subtitles and audio").click()
    found += violations_on_screens(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("context", ["laptop", "phone"], indirect=True)
def test_pages_of_the_studio(
    page: Page, owner: Callable[[Page], None], filled: Callable[[str], str]
) -> None:
    owner(page)
    found = look(page, map(filled, STUDIO), violations)
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
