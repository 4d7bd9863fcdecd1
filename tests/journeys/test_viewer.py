"""A viewer's evening: sign up, choose who watches, press play, the picture moves, come back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from matinee.kernel import ids
from tests.journeys.conftest import SIZES
from tests.journeys.viewer import Viewer, eventually
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.journey

VIDEO = "video[data-testid=player-video]"
# Frames that the browser really put on the screen, as it says itself.
COUNT_FRAMES = """async (video, [wanted, patience_ms]) => {
  let frames = 0;
  const count = () => { frames += 1; video.requestVideoFrameCallback(count); };
  video.requestVideoFrameCallback(count);
  const until = performance.now() + patience_ms;
  while (frames < wanted && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return frames;
}"""
PASSWORD = "the projectionist sleeps"


def sign_up(page: Page) -> str:
    email = f"journey-{ids.uuid7().hex}@example.org"
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Vera")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()
    return email


def newcomer(page: Page) -> str:
    """Somebody who has just signed up; which pages there are on the way is seen by others."""
    email = f"journey-{ids.uuid7().hex}@example.org"
    form = {"email": email, "password": PASSWORD, "profile_name": "Vera"}
    _enter(page, "/api/identity/sign-up", form)
    return email


def sign_in(page: Page, viewer: Viewer) -> None:
    """As somebody who signed up elsewhere; there is nothing on the page yet."""
    form = {"email": viewer.email, "password": viewer.password}
    _enter(page, "/api/identity/sign-in", form)


def _enter(page: Page, path: str, form: dict[str, str]) -> None:
    """Let the browser hold what it does once a form was answered: a cookie, and who watches."""

    def session() -> dict[str, Any] | None:
        """Whoever is turned away for a moment comes again, as in the app."""
        answer = page.request.post(path, data=form)
        return answer.json() if answer.ok else None

    (profile,) = eventually(path, session)["profiles"]
    page.goto("/favicon.svg")
    page.evaluate("id => localStorage.setItem('matinee.profile', id)", profile["id"])


def open_title(page: Page, slug: str) -> None:
    page.goto(f"/title/{slug}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def frames(page: Page, wanted: int = 24, patience_ms: float = PATIENCE_S * 1000) -> int:
    counted: int = page.locator(VIDEO).evaluate(COUNT_FRAMES, [wanted, patience_ms])
    return counted


def reaches(page: Page, at_s: float) -> None:
    """Wait for a position; by asking, since the page's policy forbids a script from outside."""
    eventually(f"{at_s} s of film", lambda: position_s(page) > at_s)


def position_s(page: Page) -> float:
    at: float = page.locator(VIDEO).evaluate("video => video.currentTime")
    return at


def test_press_play_pause_come_back_and_resume(page: Page) -> None:
    sign_up(page)
    expect(page.get_by_role("link", name=re.compile("^The Meadow")).first).to_be_visible()
    open_title(page, "the-meadow")
    page.get_by_role("link", name=re.compile("^Play")).first.click()
    assert frames(page) >= 24
    reaches(page, 4)
    page.keyboard.press("k")
    eventually("a pause", lambda: page.locator(VIDEO).evaluate("video => video.paused"))
    stopped_s = position_s(page)
    assert frames(page, wanted=5, patience_ms=1_500) <= 1
    page.keyboard.press("Escape")
    resume = page.get_by_role("link", name=re.compile("^Resume")).first

    def is_known() -> bool:
        open_title(page, "the-meadow")
        return resume.is_visible()

    eventually("a point to resume at", is_known)
    resume.click()
    assert frames(page) >= 24
    assert position_s(page) >= stopped_s - 1


def test_the_sound_track_and_the_subtitles_are_chosen(page: Page) -> None:
    sign_up(page)
    open_title(page, "two-voices")
    page.get_by_role("link", name=re.compile("^Play")).first.click()
    assert frames(page) >= 24
    page.mouse.move(300, 300)
    page.get_by_role("button", name="Subtitles and audio").click()
    panel = page.get_by_role("dialog", name="Subtitles and audio")
    for language in ("English", "Français"):
        expect(panel.get_by_text(re.compile(language)).first).to_be_visible()


def test_what_was_watched_stands_on_the_home_page_and_in_the_history(page: Page) -> None:
    sign_up(page)
    open_title(page, "the-meadow")
    page.get_by_role("link", name=re.compile("^Play")).first.click()
    assert frames(page) >= 24
    reaches(page, 5)
    page.keyboard.press("Escape")
    page.goto("/")
    # The page learns of it by an event and looks again by itself.
    expect(page.get_by_role("heading", name="Continue watching")).to_be_visible()
    page.goto("/history")
    expect(page.get_by_role("list", name="Watched titles")).to_contain_text("The Meadow")


def test_my_list_keeps_what_was_put_aside(page: Page) -> None:
    sign_up(page)
    open_title(page, "two-voices")
    with page.expect_response(
        lambda answer: "/my-list" in answer.url and answer.request.method != "GET"
    ):
        page.get_by_role("button", name=re.compile("Add to my list")).first.click()
    page.goto("/my-list")
    expect(page.get_by_role("link", name=re.compile("Two Voices")).first).to_be_visible()


def test_search_answers_while_one_types_and_forgives(page: Page) -> None:
    sign_up(page)
    box = page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first
    box.fill("medow")
    expect(page.get_by_role("link", name=re.compile("The Meadow")).first).to_be_visible()


def test_who_signed_out_signs_in_again(page: Page) -> None:
    email = sign_up(page)
    page.goto("/account")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page).to_have_url(re.compile("/(sign-in)?$"))
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("do not go together")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()


@pytest.mark.parametrize("context", sorted(SIZES), indirect=True)
def test_it_plays_at_every_size_by_keyboard_alone(page: Page) -> None:
    sign_up(page)
    open_title(page, "the-meadow")
    play = page.get_by_role("link", name=re.compile("^Play")).first
    for _ in range(25):
        if play.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail("Play cannot be reached with the Tab key")
    page.keyboard.press("Enter")
    assert frames(page) >= 24
