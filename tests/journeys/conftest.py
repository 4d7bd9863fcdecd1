"""A running installation with a real film in it, and a real browser to use it with."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from bench import ports
from tests.clips import beginning, clip
from tests.identity.provider import CLIENT, SECRET, Provider
from tests.journeys.said import personal_in_logs
from tests.journeys.service import Service
from tests.journeys.viewer import eventually
from tests.patience import PATIENCE_S

SIZES = {"phone": (390, 844), "laptop": (1440, 900), "television": (1920, 1080)}
# The last ones keep Chromium from looking up hosts outside.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


# Other tests compute beside these: what comes in the end is no failure.
expect.set_options(timeout=PATIENCE_S * 1000)


def chromium_path() -> str:
    """The browser that `bin/test` found or installed; a journey without one fails."""
    chosen = os.environ.get("MATINEE_CHROMIUM") or shutil.which("chromium")
    assert chosen, "no Chromium: run bin/test, which brings one, or set MATINEE_CHROMIUM"
    return chosen


# Every step of an encode, with encoders that hurry: how good a ladder is, is tested elsewhere.
HURRIED = {"MATINEE_ENCODING_PRESET": "superfast", "MATINEE_ENCODING_AV1_PRESET": "12"}


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """Where people have an account elsewhere; the installation offers to sign in with it."""
    if "JOURNEY_PORT" in os.environ:
        pytest.skip("the installation was there before, and knows no provider")
    with Provider() as running:
        yield running


def _known(provider: Provider) -> dict[str, str]:
    """The settings by which an installation knows a provider."""
    acme = {"id": "acme", "name": "Acme", "issuer": provider.issuer, "client_id": CLIENT}
    host = provider.issuer.removeprefix("http://")
    return {
        "MATINEE_IDENTITY_PROVIDERS": json.dumps([acme]),
        "MATINEE_OUTBOUND_PRIVATE_HOSTS": json.dumps([host]),
    }


@contextmanager
def installed(provider: Provider) -> Iterator[Service]:
    """A new installation, which in the end has put nothing personal into its logs."""
    home = Path(tempfile.mkdtemp(prefix="matinee-journey-"))
    home.chmod(0o711)
    running = Service(home, ports.free(), {**HURRIED, **_known(provider)})
    try:
        running.start()
        running.keep_secret("provider_acme_secret", SECRET)
        yield running
        from tests.journeys.test_viewer import PASSWORD  # noqa: PLC0415 - it imports this file

        found = personal_in_logs(home, PASSWORD)
    finally:
        running.remove()
    assert not found, "\n".join(found)


def there_before() -> Service | None:
    """The installation that JOURNEY_PORT and JOURNEY_HOME name: it runs here, with the films."""
    if "JOURNEY_PORT" not in os.environ:
        return None
    home = Path(os.environ.get("JOURNEY_HOME", os.devnull))
    return Service(home, int(os.environ["JOURNEY_PORT"]))


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """An installation with two films, made once for all journeys that play or look at some."""
    if found := there_before():
        yield found
        return
    with installed(request.getfixturevalue("provider")) as running:
        _add_films(running)
        yield running


def _add_films(running: Service) -> None:
    # What measuring its quality takes grows with the size of a film, and says nothing here.
    voices = beginning(clip("multi_1080p24_30s_2audio_2subs.mkv"), 8, running.home, lines=360)
    for film, title in ((clip("bbb_480p_30s.mp4"), "The Meadow"), (voices, "Two Voices")):
        added = running.matinee(
            "add", str(film), "--title", title, "--genre", "Drama", "--wait", timeout_s=600
        )
        assert added.returncode == 0, added.stdout + added.stderr + running.tail()


def _as_long_as(fixture_name: str, config: pytest.Config) -> Literal["session", "module"]:  # noqa: ARG001 - pytest's signature
    """Where other tests follow, a module: its event loop would be in the way of theirs."""
    alone = all(Path(one).is_relative_to("tests/journeys") for one in config.args)
    return "session" if alone else "module"


@pytest.fixture(scope=_as_long_as)
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope=_as_long_as)
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(params=["laptop"])
def context(
    request: pytest.FixtureRequest, browser: Browser, service: Service
) -> Iterator[BrowserContext]:
    width, height = SIZES[request.param]
    fresh = browser.new_context(
        base_url=service.url,
        viewport={"width": width, "height": height},
        has_touch=request.param == "phone",
        is_mobile=request.param == "phone",
        reduced_motion="reduce",
    )
    fresh.set_default_timeout(PATIENCE_S * 1000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; its script errors, and those of others that it or the test opens, fail the test."""
    errors: list[str] = []
    context.on("weberror", lambda thrown: errors.append(str(thrown.error)))
    yield context.new_page()
    assert not errors, errors


@pytest.fixture
def owner(service: Service) -> Callable[[Page], None]:
    """Signs a page in with an account of its own that is an owner's."""
    from tests.journeys.test_viewer import newcomer  # noqa: PLC0415 - it imports this file

    def become_owner(page: Page) -> None:
        email = newcomer(page)
        # As an owner does it in Studio; how the first one comes to be is a journey of its own.
        with service.client(service.operator_token()) as operator:
            roles = {"email": email, "roles": ["owner"]}
            staff = partial(operator.put, "/api/identity/studio/staff", json=roles)
            eventually("an owner", lambda: staff().raise_for_status())
        page.goto("/studio")
        expect(page.get_by_role("heading", name="Titles")).to_be_visible()

    return become_owner
