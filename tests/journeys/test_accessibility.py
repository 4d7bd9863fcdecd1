"""Every page at three sizes passes axe's checks of WCAG 2.2 A and AA, and is not too wide."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SIZES
from tests.journeys.pages import SIGNED_IN, SIGNED_OUT, STUDIO
from tests.journeys.service import Service
from tests.journeys.test_viewer import VIDEO, frames, newcomer, open_title
from tests.journeys.viewer import eventually
from tests.tidy.house import ROOT

PHONE = "phone"
STUDIO_SIZES = (PHONE, "laptop")
# Where room is scarce a click finds least: pages are loaded and used there, and shown at all sizes.
pytestmark = [pytest.mark.journey, pytest.mark.parametrize("context", [PHONE], indirect=True)]

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What was looked at and is well is counted, not told: it is nearly all of a page.
CHECK = """async tags => {
  const choice = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
  const { passes, violations } = await axe.run(document, choice);
  return { passes: passes.length, violations };
}"""
# A page that scrolls sideways hides what it says; a wide part of it scrolls by itself.
TOO_WIDE_PX = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
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


class Screens:
    """Shows a page at several sizes: nothing of the app is decided by the size as it is loaded."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._size = page.context.new_cdp_session(page)

    def violations(self, names: Iterable[str] = SIZES) -> list[str]:
        """At each size; the page is a phone's again in the end."""
        found = []
        for name in sorted(names, key=PHONE.__eq__):
            self._show(name)
            found += [f"{name}: {one}" for one in violations(self._page)]
            if too_wide_px := self._page.evaluate(TOO_WIDE_PX):
                found.append(f"{name}: {self._page.url}: {too_wide_px} px wider than the screen")
        return found

    def _show(self, name: str) -> None:
        width, height = SIZES[name]
        is_phone = name == PHONE
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}
        self._size.send("Emulation.setDeviceMetricsOverride", size)
        self._size.send("Emulation.setTouchEmulationEnabled", {"enabled": is_phone})
        self._page.evaluate(DRAWN_ANEW)


@pytest.fixture(scope="module")
def filled(service: Service) -> Callable[[str], str]:
    """Puts something that there is into an address with a part for it, by what stands before."""
    with service.client(service.operator_token()) as client:

        def ask(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
            """Whoever is turned away for a moment comes again, as in the app."""
            asked = partial(client.request, method, path, json=body)
            answer = eventually(path, lambda: asked().raise_for_status())
            return dict(answer.json())

        title = ask("GET", "/api/catalog/titles/the-meadow")
        credit = {"name": "Ida Sandström", "role": "director"}
        told = ask("PATCH", f"/api/catalog/studio/titles/{title['id']}", {"credits": [credit]})
        tried = ask("POST", "/api/insights/studio/experiments", EXPERIMENT)
    named = {
        "/person/": told["credits"][0]["person_id"],
        "/studio/experiments/": tried["id"],
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


def look(page: Page, paths: Iterable[str], names: Iterable[str] = SIZES) -> list[str]:
    """At pages, each loaded once: in two tabs, one of which loads while the other is looked at."""
    beside = page.context.new_page()
    loading: Page | None = None
    found: list[str] = []
    for tab, path in zip(cycle((page, beside)), paths, strict=False):
        tab.goto(path, wait_until="commit")
        if loading is not None:
            found += look_at(loading, names)
        loading = tab
    if loading is not None:
        found += look_at(loading, names)
    beside.close()
    return found


def look_at(tab: Page, names: Iterable[str]) -> list[str]:
    """At what a tab loads."""
    tab.bring_to_front()
    expect(tab.get_by_role("heading", level=1).first).to_be_attached()
    tab.wait_for_load_state("networkidle")
    return Screens(tab).violations(names)


def test_pages_before_signing_in(page: Page) -> None:
    assert not look(page, SIGNED_OUT)


def test_pages_of_a_viewer_and_the_player(page: Page, filled: Callable[[str], str]) -> None:
    newcomer(page)
    found = look(page, map(filled, SIGNED_IN))
    open_title(page, "two-voices")
    page.get_by_role("link", name="Play").first.click()
    assert frames(page, wanted=5) >= 5
    page.locator(VIDEO).evaluate("video => video.pause()")
    page.mouse.move(200, 200)
    screens = Screens(page)
    found += screens.violations()
    page.get_by_role("button", name="Subtitles and audio").click()
    found += screens.violations()
    expect(page.get_by_role("dialog", name="Subtitles and audio")).to_be_visible()
    assert not found, "\n".join(found)


def test_pages_of_the_studio(
    page: Page, owner: Callable[[Page], None], filled: Callable[[str], str]
) -> None:
    owner(page)
    found = look(page, map(filled, STUDIO), STUDIO_SIZES)
    screens = Screens(page)
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
    found += screens.violations(STUDIO_SIZES)
    page.get_by_role("button", name="Encode again").click()
    found += screens.violations(STUDIO_SIZES)
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("link", name="Encode report").click()
    expect(page.get_by_role("region", name="Rungs")).to_be_visible()
    page.get_by_text("trials as numbers").click()
    found += screens.violations(STUDIO_SIZES)
    assert not found, "\n".join(found)
