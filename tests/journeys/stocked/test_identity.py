"""Who somebody is, in a real browser: ways in, devices, profiles, televisions, and an end."""

import base64
import contextlib
import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import BrowserContext, Page, Route, expect

from matinee.kernel import ids
from tests.journeys.letters import link_to
from tests.journeys.service import Service
from tests.journeys.test_viewer import PASSWORD, newcomer
from tests.journeys.viewer import Viewer, eventually

pytestmark = pytest.mark.journey

NEW_PASSWORD = "quite another long sentence"
PIN = "4711"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def other(service: Service) -> Iterator[Viewer]:
    """Somebody else, elsewhere."""
    viewer = Viewer(service)
    with contextlib.closing(viewer.http):
        yield viewer


def sign_out(page: Page) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Create account")).to_be_visible()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_now(secret: str) -> str:
    """What an app shows for a secret in base 32 (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    sha1 = SHA1()  # noqa: S303 - what authenticator apps use
    return TOTP(key, 6, sha1, 30).generate(int(time.time())).decode()


def is_in(page: Page, name: str = "Vera") -> None:
    """Whoever has one profile is not asked who is watching."""
    expect(page.get_by_role("button", name=f"Account and profiles of {name}")).to_be_visible()


def test_a_forgotten_password_is_chosen_anew_by_a_letter(page: Page, service: Service) -> None:
    email = newcomer(page)
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status").last).to_contain_text("If there is an account")
    page.goto(link_to(service, email, "/reset-password"))
    expect(page).not_to_have_url(re.compile("#"))
    page.get_by_label("New password").fill("password1")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    is_in(page)


def test_codes_from_an_app_and_recovery_codes_are_a_second_step(page: Page) -> None:
    email = newcomer(page)
    page.goto("/account/security")
    page.get_by_role("button", name="Set up codes from an app").click()
    form = page.get_by_role("form", name="Set up codes from an app")
    picture = form.get_by_role("img", name="The secret for your app")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    secret = form.locator("code").inner_text()
    form.get_by_label("Code from your app").fill(code_now(secret))
    form.get_by_role("button", name="Switch on").click()
    shown = page.get_by_role("list", name="Recovery codes")
    expect(shown).to_be_visible()
    codes = shown.locator("code").all_inner_texts()
    assert len(codes) == len(set(codes)) >= 8
    page.get_by_role("button", name="I have put them away").click()
    expect(page.get_by_text("Signing in asks for a code.")).to_be_visible()
    sign_out(page)
    sign_in(page, email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    is_in(page)


def test_something_important_asks_who_is_there_and_then_goes_on(page: Page) -> None:
    newcomer(page)
    refusal = {"code": "step_up_needed", "detail": "Show once more that it is you."}

    def refuse(route: Route) -> None:
        """As if somebody had signed in long ago."""
        route.fulfill(status=403, content_type="application/problem+json", json=refusal)

    page.route("**/api/identity/totp", refuse, times=1)
    page.goto("/account/security")
    page.get_by_role("button", name="Set up codes from an app").click()
    question = page.get_by_role("dialog", name="Is it you?")
    question.get_by_label("Password").fill("not the password at all")
    question.get_by_role("button", name="Continue").click()
    expect(question.get_by_role("alert")).to_be_visible()
    question.get_by_label("Password").fill(PASSWORD)
    question.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("form", name="Set up codes from an app")).to_be_visible()


def test_a_passkey_signs_in_without_a_password(
    context: BrowserContext, page: Page, service: Service
) -> None:
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    # Passkeys belong to a name; an address of numbers has none.
    named = f"http://localhost:{service.port}"
    email = f"journey-{ids.uuid7().hex}@example.org"
    page.goto(f"{named}/sign-up")
    page.get_by_label("Your name").fill("Vera")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()
    page.goto(f"{named}/account/security")
    page.get_by_label("Name of the passkey").fill("My key")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="I have put them away").click()
    expect(page.get_by_role("list", name="Passkeys")).to_contain_text("My key")
    page.goto(f"{named}/account")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Create account")).to_be_visible()
    page.goto(f"{named}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    is_in(page)


def test_a_device_is_seen_and_signed_out(page: Page, other: Viewer) -> None:
    sign_in(page, other.email, other.password)
    is_in(page)
    page.goto("/account/security")
    devices = page.get_by_role("list", name="Devices")
    expect(devices.get_by_role("listitem")).to_have_count(2)
    expect(devices).to_contain_text("This device")
    devices.get_by_role("button", name=re.compile("^Sign out")).click()
    expect(devices.get_by_role("listitem")).to_have_count(1)
    eventually("signed out", other.is_signed_out)


def test_a_locked_profile_asks_for_its_pin_and_a_child_stays_among_its_own(page: Page) -> None:
    newcomer(page)
    page.goto("/profiles/manage?new=1")
    page.get_by_label("Name").fill("Kim")
    page.get_by_role("checkbox", name=re.compile("for children")).check()
    page.get_by_role("button", name="Add profile").click()
    page.get_by_role("button", name="Edit Vera").click()
    page.get_by_role("button", name="Set PIN of Vera").click()
    form = page.get_by_role("form", name="PIN of Vera")
    form.get_by_label("New PIN").fill(PIN)
    form.get_by_role("button", name="Set PIN").click()
    expect(page.get_by_role("button", name="Take away PIN of Vera")).to_be_visible()
    page.goto("/profiles")
    page.get_by_role("button", name="Kim").click()
    is_in(page, "Kim")
    page.goto("/account")
    expect(page.get_by_text("This is for grown-ups")).to_be_visible()
    page.goto("/profiles")
    page.get_by_role("button", name="Vera").click()
    page.get_by_label("PIN", exact=True).fill("0000")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("navigation", name="Main").first).to_be_visible()


def test_a_profile_moves_out_with_its_history(page: Page, service: Service) -> None:
    newcomer(page)
    page.goto("/profiles/manage?new=1")
    page.get_by_label("Name").fill("Robin")
    page.get_by_role("button", name="Add profile").click()
    page.get_by_role("button", name="Edit Robin").click()
    page.get_by_role("button", name="Give Robin an account").click()
    email = f"journey-{ids.uuid7().hex}@example.org"
    page.get_by_label("Their e-mail address").fill(email)
    page.get_by_role("button", name="Send a letter there").click()
    expect(page.get_by_text("A letter is on its way")).to_be_visible()
    page.goto("/account")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("link", name="Create account")).to_be_visible()
    page.goto(link_to(service, email, "/move-profile"))
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Take my profile along").click()
    expect(page.get_by_role("button", name="Account and profiles of Robin")).to_be_visible()


def test_a_television_signs_in_by_a_code_that_a_phone_agrees_to(
    context: BrowserContext, page: Page
) -> None:
    assert context.browser
    newcomer(page)
    television = context.browser.new_context(
        base_url=page.url, viewport={"width": 1920, "height": 1080}
    )
    screen = television.new_page()
    screen.goto("/tv")
    code = screen.locator(".television__code").inner_text()
    page.goto("/tv/confirm")
    page.get_by_label("Code on the television").fill(code.lower().replace("-", ""))
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Sign in this screen?")).to_be_visible()
    expect(page.get_by_text(code)).to_be_visible()
    page.get_by_role("button", name="Yes, sign it in").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(screen.get_by_role("button", name="Vera")).to_be_visible()
    television.close()


def test_an_application_of_others_is_allowed_and_gets_its_code(
    page: Page, owner: Callable[[Page], None], service: Service
) -> None:
    owner(page)
    back = "http://127.0.0.1:9/back"
    page.goto("/studio/people/applications")
    page.get_by_label("Name").fill("Film diary")
    page.get_by_label("Addresses to return to").fill(back)
    page.get_by_role("checkbox", name="see what there is to watch").check()
    page.get_by_role("button", name="Register").click()
    row = page.get_by_role("list", name="Applications").get_by_role("listitem").last
    client_id = row.locator("code").first.inner_text()
    asked = (
        f"response_type=code&client_id={client_id}&redirect_uri={back}&scope=catalogue&state=s"
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    )
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body="back"))
    page.goto(f"/oauth/authorize?{asked}")
    expect(page.get_by_role("heading", name="Allow Film diary?")).to_be_visible()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page).to_have_url(re.compile(r"^http://127\.0\.0\.1:9/back\?.*code="))
    assert service.url not in page.url


def test_support_finds_an_account_for_a_reason_that_the_audit_log_keeps(
    page: Page, owner: Callable[[Page], None], other: Viewer
) -> None:
    owner(page)
    page.goto("/studio/people/accounts")
    page.get_by_label("E-mail address").fill(other.email)
    page.get_by_label("Why you look").fill("Ticket 4711: cannot sign in")
    page.get_by_role("button", name="Find the account").click()
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_role("button", name="Enable the account")).to_be_visible()
    eventually("signed out", other.is_signed_out)
    page.goto("/studio/people/audit")
    log = page.get_by_role("region", name="Audit log")
    expect(log).to_contain_text("Ticket 4711: cannot sign in")
    assert other.email not in log.inner_text()


def test_everything_is_handed_out_and_then_forgotten(page: Page) -> None:
    email = newcomer(page)
    page.goto("/account/privacy")
    page.get_by_role("button", name="Put my data together").click()
    with page.expect_download() as archive:
        page.get_by_role("button", name=re.compile("^Save")).click()
    packed = Path(archive.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        assert any(email in files.read(name).decode(errors="replace") for name in files.namelist())
    page.get_by_role("button", name="Erase my account…").click()
    page.get_by_label("Type your e-mail address").fill(email)
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="You are forgotten")).to_be_visible()
    confirmed = page.get_by_role("list", name="Confirmations")
    for part in ("Account and profiles", "History and lists", "Recommendations"):
        expect(confirmed).to_contain_text(part)
    sign_in(page, email)
    expect(page.get_by_role("alert")).to_be_visible()
