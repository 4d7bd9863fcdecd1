"""Playing through all that goes wrong: the player waits, asks again, and goes on by itself."""

import os
import re
import signal
from collections.abc import Callable
from http import HTTPStatus

import httpx
import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from tests.journeys.service import Service
from tests.journeys.test_viewer import VIDEO, frames, open_title, position_s, reaches, sign_up
from tests.journeys.viewer import eventually

pytestmark = pytest.mark.journey

# Pieces of media from the third on: two have come, and the rest is yet to be asked for.
LATER_PIECE = re.compile(r"/media/[^/]+/.*/([3-9]|\d\d)\.m4s")
MEDIA_TOKEN = re.compile(r"/media/([^/]+)/")
WARM = "/api/playback/warm"
SESSIONS = re.compile(r"/api/playback/sessions$")
# Counts how often the film stood still as nothing more of it was there, from now on and other than
# by seeking. It may also stand still as this machine is busy and decodes too slowly.
COUNT_STALLS = """video => {
  video.dataset.stalls = 0;
  video.addEventListener('waiting', () => {
    const { buffered, currentTime } = video;
    const end = buffered.length ? buffered.end(buffered.length - 1) : 0;
    if (!video.seeking && end - currentTime < 0.5) {
      video.dataset.stalls = Number(video.dataset.stalls) + 1;
    }
  });
}"""

# Says of AV1 what a device with or without a good decoder would say; of all else the truth.
SAY_OF_AV1 = """
const ask = MediaCapabilities.prototype.decodingInfo;
MediaCapabilities.prototype.decodingInfo = async function (wish) {
  const info = await ask.call(this, wish);
  if (!wish.video?.contentType.includes("av01")) return info;
  return { ...info, supported: true, smooth: SMOOTH, powerEfficient: SMOOTH };
};
"""


class Traffic:
    """Every request of a page, in order."""

    def __init__(self, page: Page) -> None:
        self.urls: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self._page = page
        page.on("request", self._note)
        page.on("response", self._note_refusal)

    def _note(self, request: Request) -> None:
        self.urls.append((request.method, request.url))

    def _note_refusal(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.refused.append(response.url)

    def matching(self, pattern: str | re.Pattern[str], method: str = "GET") -> list[str]:
        self._page.wait_for_timeout(20)  # Events are heard of while a page is waited for.
        return [url for verb, url in self.urls if verb == method and re.search(pattern, url)]

    def begun(self) -> int:
        """How many sessions were begun; a press that was turned away comes again by itself."""
        turned_away = sum(SESSIONS.search(url) is not None for url in self.refused)
        return len(self.matching(SESSIONS, "POST")) - turned_away


def press_play(page: Page, slug: str = "the-meadow") -> None:
    open_title(page, slug)
    page.get_by_role("link", name=re.compile("^Play")).first.click()


def play_at(page: Page, rate: float) -> None:
    page.locator(VIDEO).evaluate("(video, rate) => { video.playbackRate = rate; }", rate)


def stalls(page: Page) -> int:
    return int(page.locator(VIDEO).evaluate("video => video.dataset.stalls"))


def buffered_s(page: Page) -> float:
    end: float = page.locator(VIDEO).evaluate(
        "video => video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0"
    )
    return end


def test_a_film_is_fetched_ahead_without_a_stream_slot_and_the_press_goes_on_from_it(
    page: Page,
) -> None:
    sign_up(page)
    traffic = Traffic(page)
    open_title(page, "the-meadow")
    play = page.get_by_role("link", name=re.compile("^Play")).first

    def first_pieces() -> list[str]:
        # A machine under strain fetches nothing ahead, and it may take a moment until it is known
        # what a new account may watch; whoever comes again is served.
        if any(url.endswith(WARM) for url in traffic.refused):
            page.mouse.move(0, 0)
        play.hover()
        return traffic.matching(r"/1\.m4s")

    eventually("a first piece", first_pieces)
    refused = sum(url.endswith(WARM) for url in traffic.refused)
    assert len(traffic.matching(WARM, "POST")) == 1 + refused
    assert not traffic.matching(SESSIONS, "POST"), "a slot was taken before the press"
    assert not traffic.matching("/api/playback/licence", "POST"), "a key was asked for too early"
    play.click()
    assert frames(page) >= 24
    assert traffic.begun() == 1
    fetched = [MEDIA_TOKEN.sub("", url) for url in traffic.matching(r"/1\.m4s")]
    assert len(fetched) == len(set(fetched)), "the first pieces were fetched twice"
    assert len(traffic.matching(r"manifest\.mpd")) == 1


def test_the_keyboard_gets_a_film_ready_as_the_mouse_does(page: Page) -> None:
    sign_up(page)
    traffic = Traffic(page)
    open_title(page, "the-meadow")
    play = page.get_by_role("link", name=re.compile("^Play")).first
    page.keyboard.press("Tab")

    def first_pieces() -> list[str]:
        if any(url.endswith(WARM) for url in traffic.refused):
            play.blur()
        play.focus()
        return traffic.matching(r"/1\.m4s")

    eventually("a first piece", first_pieces)
    assert play.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert frames(page) >= 24


def test_a_protected_film_is_unlocked_after_the_session_is_granted(page: Page) -> None:
    sign_up(page)
    traffic = Traffic(page)
    press_play(page)
    assert frames(page) >= 24
    asked = [url for _, url in traffic.urls if SESSIONS.search(url) or url.endswith("/licence")]
    assert SESSIONS.search(asked[0])
    assert asked[1:], "no key was asked for"
    assert page.locator(VIDEO).evaluate("video => video.mediaKeys !== null")


@pytest.mark.parametrize(("smooth", "codec"), [("true", "av1"), ("false", "h264")])
def test_the_codec_is_what_the_device_decodes_smoothly(page: Page, smooth: str, codec: str) -> None:
    page.add_init_script(SAY_OF_AV1.replace("SMOOTH", smooth))
    sign_up(page)
    traffic = Traffic(page)
    press_play(page)
    assert frames(page) >= 12
    pieces = traffic.matching(r"/video-[^/]+/\d+\.m4s")
    assert pieces
    assert all(f"/video-{codec}-" in url for url in pieces), pieces


def fail_until(page: Page, answer: Callable[[Route], None]) -> Callable[[], None]:
    """Later pieces of media are answered by `answer`; call the result to end that."""
    page.route(LATER_PIECE, answer)
    return lambda: page.unroute(LATER_PIECE)


def test_a_lost_network_is_said_once_the_film_stands_and_mends_by_itself(page: Page) -> None:
    sign_up(page)
    mend = fail_until(page, lambda route: route.abort("internetdisconnected"))
    press_play(page)
    assert frames(page) >= 12
    play_at(page, 4)
    expect(page.get_by_text("Nothing comes from the network")).to_be_visible()
    before_s = position_s(page)
    mend()
    reaches(page, before_s + 1)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("Nothing comes from the network")).to_have_count(0)


def test_an_outage_of_five_seconds_is_never_seen(page: Page) -> None:
    sign_up(page)
    # Slow enough that the film is still coming when the network goes.
    cdp = page.context.new_cdp_session(page)
    shape = {"offline": False, "latency": 20, "downloadThroughput": 125_000, "uploadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", shape)
    press_play(page)
    assert frames(page) >= 12
    # Half as fast, so that it comes faster than it is played.
    play_at(page, 0.5)
    eventually("a buffer", lambda: buffered_s(page) - position_s(page) > 10)
    play_at(page, 1)
    page.locator(VIDEO).evaluate(COUNT_STALLS)
    cdp.send("Network.emulateNetworkConditions", {**shape, "offline": True})
    had_s = buffered_s(page)
    page.wait_for_timeout(5_000)
    cdp.send("Network.emulateNetworkConditions", shape)
    # A machine may be so slow that all of it was there by then.
    film_s = page.locator(VIDEO).evaluate("video => video.duration")
    eventually("more film", lambda: buffered_s(page) > min(had_s, film_s - 1))
    assert stalls(page) == 0
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_piece_that_fails_is_asked_for_again(page: Page) -> None:
    sign_up(page)
    failed: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url in failed:
            route.continue_()
            return
        failed.append(route.request.url)
        if len(failed) % 2:
            route.fulfill(status=503, body="")
        else:
            route.abort("connectionreset")

    fail_until(page, answer)
    press_play(page)
    assert frames(page) >= 12
    page.locator(VIDEO).evaluate(COUNT_STALLS)
    reaches(page, 13)
    assert failed
    assert stalls(page) == 0
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_media_token_that_opens_nothing_any_more_is_renewed_unnoticed(
    page: Page, service: Service
) -> None:
    """Its key is taken back, as after a theft: the edge refuses it, as it does an expired one."""
    sign_up(page)
    traffic = Traffic(page)
    refused: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if not refused:
            refused.append(url)
            rotated = service.matinee("keys", "rotate", "--at-once")
            assert rotated.returncode == 0, rotated.stdout + rotated.stderr
            eventually("the refusal", lambda: httpx.get(url).status_code == httpx.codes.FORBIDDEN)
        route.continue_()

    fail_until(page, answer)
    press_play(page)
    assert frames(page) >= 12
    # Nearly standing, while a command does what takes it seconds.
    play_at(page, 0.1)
    eventually("a piece that was refused", lambda: traffic.matching(LATER_PIECE) and refused)
    page.locator(VIDEO).evaluate(COUNT_STALLS)
    play_at(page, 1)
    reaches(page, 13)
    assert stalls(page) == 0
    assert traffic.begun() == 1, "a new session was opened"
    assert traffic.matching("/heartbeat$", "POST")
    assert len(tokens(traffic)) > 1, "the pieces came with the token of before"


def tokens(traffic: Traffic) -> set[str]:
    """What later pieces were asked for with."""
    asked = map(MEDIA_TOKEN.search, traffic.matching(LATER_PIECE))
    return {found[1] for found in asked if found}


def test_a_session_that_was_ended_elsewhere_says_so_and_goes_on_when_asked(page: Page) -> None:
    sign_up(page)
    press_play(page)
    assert frames(page) >= 12
    over = {"status": 410, "code": "session_ended", "detail": "It has ended."}
    page.route(
        re.compile("/heartbeat$"), lambda route: route.fulfill(status=410, json=over), times=1
    )
    page.keyboard.press("k")  # Pausing tells the service at once.
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Still watching?")
    alert.get_by_role("button", name="Keep watching").click()
    assert frames(page) >= 12


def test_a_film_goes_on_while_the_service_starts_again(page: Page, service: Service) -> None:
    sign_up(page)
    press_play(page)
    assert frames(page) >= 12
    page.locator(VIDEO).evaluate(COUNT_STALLS)
    os.killpg(service.pids()["web"], signal.SIGKILL)
    reaches(page, position_s(page) + 4)
    eventually("the service again", service.is_ready)
    with page.expect_response(re.compile("/heartbeat$")) as heard:
        page.keyboard.press("k")
    assert heard.value.ok
    assert stalls(page) == 0
    expect(page.get_by_role("alert")).to_have_count(0)
