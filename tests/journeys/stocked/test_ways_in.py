"""Ways in that lead over something else: a provider's page, a letter elsewhere, new codes."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from matinee.kernel import ids
from tests.identity.provider import Provider
from tests.journeys.letters import link_to
from tests.journeys.service import Service
from tests.journeys.stocked.test_identity import code_now, is_in, sign_in, sign_out
from tests.journeys.test_viewer import newcomer

pytestmark = pytest.mark.journey


def signs_in_there(page: Page, provider: Provider, **claims: Any) -> None:
    """Let the provider's own page, which any browser may show, vouch for whoever comes."""

    def approve(route: Route) -> None:
        went = route.request.url
        code, state = provider.approve(went, **claims)
        back = parse_qs(urlsplit(went).query)["redirect_uri"][0]
        location = f"{back}?{urlencode({'code': code, 'state': state})}"
        route.fulfill(status=302, headers={"Location": location})

    page.route(f"{provider.issuer}/authorization_endpoint?*", approve)


def test_who_is_known_elsewhere_signs_in_without_a_password(page: Page, provider: Provider) -> None:
    email = f"journey-{ids.uuid7().hex}@example.org"
    claims = {"sub": email, "email": email, "email_verified": True, "given_name": "Vera"}
    signs_in_there(page, provider, **claims)
    for _ in range(2):
        page.goto("/sign-in")
        page.get_by_role("button", name="Continue with Acme").click()
        is_in(page)
        page.goto("/account/security")
        expect(page.get_by_text(email)).to_be_visible()
        sign_out(page)
    assert not provider.refused


def test_an_account_is_connected_elsewhere_and_let_go_again(page: Page, provider: Provider) -> None:
    email = newcomer(page)
    signs_in_there(page, provider, sub=ids.uuid7().hex)
    page.goto("/account/security")
    page.get_by_role("button", name="Connect Acme").click()
    let_go = page.get_by_role("button", name="Disconnect Acme")
    expect(let_go).to_be_visible()
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Continue with Acme").click()
    is_in(page)
    page.goto("/account/security")
    expect(page.get_by_text(email)).to_be_visible()
    let_go.click()
    expect(page.get_by_role("button", name="Connect Acme")).to_be_visible()


def test_an_address_changes_once_a_letter_there_was_opened(page: Page, service: Service) -> None:
    before = newcomer(page)
    after = f"journey-{ids.uuid7().hex}@example.org"
    page.goto("/account/security")
    page.get_by_role("button", name="Change e-mail address").click()
    form = page.get_by_role("form", name="Change e-mail address")
    form.get_by_label("New e-mail address").fill(after)
    form.get_by_role("button", name="Send a letter there").click()
    expect(page.get_by_role("status").filter(has_text=after)).to_be_visible()
    expect(page.get_by_text(before)).to_be_visible()
    page.goto(link_to(service, after, "/verify-email"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    page.get_by_role("link", name="Go to your account").click()
    expect(page.get_by_text(after)).to_be_visible()
    sign_out(page)
    sign_in(page, before)
    expect(page.get_by_role("alert").first).to_contain_text("do not go together")
    sign_in(page, after)
    is_in(page)


def shown_codes(page: Page) -> list[str]:
    """The recovery codes on the page, which are then put away."""
    codes: Locator = page.get_by_role("list", name="Recovery codes").locator("code")
    expect(codes).to_have_count(10)
    shown = codes.all_inner_texts()
    page.get_by_role("button", name="I have put them away").click()
    return shown


def test_of_recovery_codes_the_newest_count(page: Page) -> None:
    email = newcomer(page)
    page.goto("/account/security")
    page.get_by_role("button", name="Set up codes from an app").click()
    form = page.get_by_role("form", name="Set up codes from an app")
    form.get_by_label("Code from your app").fill(code_now(form.locator("code").inner_text()))
    form.get_by_role("button", name="Switch on").click()
    old = shown_codes(page)
    page.get_by_role("button", name="New recovery codes").click()
    new = shown_codes(page)
    assert not set(old) & set(new)
    sign_out(page)
    sign_in(page, email)
    page.get_by_role("button", name="Use a recovery code").click()
    for code in (old[0], new[0]):
        page.get_by_label("Recovery code").fill(code)
        page.get_by_role("button", name="Sign in").click()
        if code == old[0]:
            expect(page.get_by_role("alert")).to_be_visible()
    is_in(page)
    page.goto("/account/security")
    expect(page.get_by_text("9 of 10 recovery codes are left")).to_be_visible()
