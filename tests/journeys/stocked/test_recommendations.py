"""What next: pages that learn from what is watched, and a viewer who steers them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import programme
from tests.journeys.conftest import SIZES
from tests.journeys.service import Service
from tests.journeys.test_accessibility import violations
from tests.journeys.test_viewer import sign_in
from tests.journeys.viewer import Viewer, eventually

pytestmark = pytest.mark.journey

HOME = "/api/recommendations/home"


@pytest.fixture
def viewer(service: Service) -> Iterator[Viewer]:
    one = Viewer(service)
    yield one
    one.http.close()


def rows(viewer: Viewer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = eventually("a page", lambda: viewer.get(HOME)["rows"])
    return found


def row(viewer: Viewer, name: str) -> dict[str, Any] | None:
    return next((one for one in rows(viewer) if one["name"] == name), None)


def is_found(viewer: Viewer, name: str) -> bool:
    return name in {card["name"] for card in viewer.search(name)["cards"]}


def title(viewer: Viewer, name: str) -> dict[str, Any]:
    card: dict[str, Any] = eventually(name, lambda: viewer.search(name)["cards"])[0]
    assert card["name"] == name
    return card


def watch(viewer: Viewer, name: str, share: float = 1.0) -> dict[str, Any]:
    """Press play and come so far."""
    card = title(viewer, name)
    session = viewer.play(card["id"])
    viewer.beat(session, share * programme.DURATION_S, "ended" if share == 1.0 else "paused")
    return card


def test_finishing_a_film_changes_the_page(viewer: Viewer) -> None:
    assert not [one for one in rows(viewer) if one["kind"] == "because_you_watched"]
    card = watch(viewer, "Copper Signal")
    because = eventually(
        "a row that says why", lambda: row(viewer, "Because you watched Copper Signal")
    )
    assert because["about_title_id"] == card["id"]
    assert because["reason"]
    alike = [one for one in because["cards"] if set(one["genres"]) & set(card["genres"])]
    assert alike
    assert card["id"] not in {one["id"] for one in because["cards"]}


def test_search_finds_every_script_by_unfinished_and_mistyped_words(viewer: Viewer) -> None:
    for words, name in (
        ("東京", "東京物語の夜"),
        ("夜", "東京物語の夜"),
        ("ночной по", "Ночной поезд"),
        ("रोशनी", "शहर की रोशनी"),
        ("قصر", "قصر الرمال"),
        ("coper harbor", "Copper Harbour"),
        ("golden orc", "Golden Orchard"),
    ):
        page = viewer.search(words)
        cards = page["cards"] or page["near"]
        assert cards[0]["name"] == name, words
    people = viewer.search("hakans")["labels"]
    assert people == [{"kind": "person", "name": "Zoë Håkansson", "titles": 13}]


def test_an_erased_history_is_nobodys_reason(viewer: Viewer) -> None:
    assert row(viewer, "A good start"), "nothing is known of somebody new"
    for name in ("Paper Garden", "Paper Mirror"):
        watch(viewer, name)
    eventually("a page that learnt", lambda: row(viewer, "Because you watched Paper Mirror"))
    assert row(viewer, "For you")
    viewer.http.delete("/api/viewing/history").raise_for_status()
    eventually("the page of somebody new", lambda: row(viewer, "A good start"))
    assert not [one for one in rows(viewer) if one["about_title_id"]]


def shelf(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def first_name(row: Locator) -> str:
    """The name of a row's first title, also of a row below the screen, which has no inner text."""
    said = row.get_by_role("link").first.locator(".unseen").text_content()
    assert said
    return said.split(",")[0]


def open_menu(card: Locator) -> Locator:
    """The sheet of a card: what can be done about it, and why it stands there."""
    card.hover()
    card.page.get_by_role("button", name=re.compile("^More about ")).and_(
        card.locator("xpath=following-sibling::button")
    ).click()
    return card.page.get_by_role("dialog")


def test_a_title_is_taken_out_of_a_row_and_put_back(page: Page, viewer: Viewer) -> None:
    watch(viewer, "Winter Island", 0.5)
    eventually("heard of", lambda: row(viewer, "Continue watching"))
    sign_in(page, viewer)
    page.goto("/")
    resuming = shelf(page, "Continue watching")
    menu = open_menu(resuming.get_by_role("link"))
    menu.get_by_role("button", name="Remove from this row").click()
    expect(resuming).to_have_count(0)
    notice = page.get_by_role("status").filter(has_text="was taken out of")
    expect(notice).to_contain_text("Winter Island")
    eventually("the service knows", lambda: row(viewer, "Continue watching") is None)

    page.goto("/history")
    back = page.get_by_role("list", name="Taken out of rows")
    expect(back).to_contain_text("Winter Island, in “Continue watching”")
    back.get_by_role("button", name=re.compile("^Show again")).click()
    expect(back).to_have_count(0)
    eventually("gone on with again", lambda: row(viewer, "Continue watching"))


def test_what_is_not_for_somebody_and_what_they_want_forgotten(page: Page, viewer: Viewer) -> None:
    watch(viewer, "Hollow Railway")
    eventually("heard of", lambda: row(viewer, "Because you watched Hollow Railway"))
    sign_in(page, viewer)
    page.goto("/")
    because = shelf(page, "Because you watched Hollow Railway")
    name = first_name(because)
    named = re.compile(f"^{name},")
    menu = open_menu(because.get_by_role("link", name=named))
    expect(menu).to_contain_text("Watched by those who watched Hollow Railway")
    menu.get_by_role("button", name="Not for me").click()
    expect(page.get_by_role("main").get_by_role("link", name=named)).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    eventually("gone from search, too", lambda: not is_found(viewer, name))
    page.get_by_role("button", name="Undo").click()
    eventually("found again", lambda: is_found(viewer, name))
    expect(because.get_by_role("link", name=named)).to_be_visible()

    because.get_by_role("button", name=re.compile("^About the row")).click()
    page.get_by_role("button", name="Forget that I watched Hollow Railway").click()
    expect(because).to_have_count(0)
    eventually("forgotten", lambda: viewer.get("/api/viewing/history")["entries"] == [])


def test_clearing_the_history_starts_afresh(page: Page, viewer: Viewer) -> None:
    watch(viewer, "Distant Parade")
    eventually("heard of", lambda: row(viewer, "Because you watched Distant Parade"))
    sign_in(page, viewer)
    page.goto("/")
    expect(shelf(page, "Because you watched Distant Parade")).to_be_visible()
    page.goto("/history")
    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Clear everything").click()
    expect(page.get_by_text("Nothing watched yet")).to_be_visible()
    page.get_by_role("link", name="Find something").click()
    expect(shelf(page, "Because you watched Distant Parade")).to_have_count(0)


@pytest.mark.parametrize("context", sorted(SIZES), indirect=True)
def test_pages_that_learnt_pass_the_checks_of_accessibility(page: Page, viewer: Viewer) -> None:
    watch(viewer, "Winter Island", 0.5)
    watch(viewer, "Silent Signal")
    eventually("heard of", lambda: row(viewer, "Because you watched Silent Signal"))
    sign_in(page, viewer)
    page.goto("/")
    expect(shelf(page, "Because you watched Silent Signal")).to_be_attached()
    wrong = violations(page)
    open_menu(shelf(page, "Continue watching").get_by_role("link"))
    wrong += violations(page)
    page.get_by_role("button", name="Remove from this row").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    wrong += violations(page)
    for path in ("/search?q=winter", "/search?q=zoe", "/history"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        page.wait_for_load_state("networkidle")
        wrong += violations(page)
    assert not wrong, "\n".join(wrong)
