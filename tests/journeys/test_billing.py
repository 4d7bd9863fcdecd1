"""Paying, in a real browser: a plan, 3-D Secure, cards, refunds, and out in two clicks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.service import Service

pytestmark = pytest.mark.journey

ASKS_ONCE = "Visa ending in 3155"
PAYS = "Visa ending in 4242"
POOR = "Visa ending in 9995"
WITHIN_MS = 2_000


@pytest.fixture
def gold(page: Page, owner: Callable[[Page], None]) -> None:
    """A plan that costs something, offered in Studio."""
    owner(page)
    page.goto("/studio/billing/plans")
    expect(page.get_by_role("heading", name="Billing")).to_be_visible()
    if page.get_by_role("button", name="Offer no longer: Gold").count() == 0:
        page.get_by_label("Name", exact=True).fill("Gold")
        page.get_by_label("Code").fill("gold")
        page.get_by_label("Price").fill("9.99")
        page.get_by_role("button", name="Offer plan").click()
    expect(page.get_by_role("button", name="Offer no longer: Gold")).to_be_visible()


def choose_card(page: Page, card: str) -> None:
    expect(page.get_by_role("note")).to_contain_text("no money moves")
    page.get_by_role("radio", name=re.compile(card)).check()


@pytest.mark.usefixtures("gold")
def test_from_a_choice_over_3d_secure_to_a_plan_and_out_again(page: Page, service: Service) -> None:
    page.goto("/account")
    page.get_by_text("Change plan").click()
    page.get_by_role("button", name="Change: Gold").click()
    expect(page.get_by_role("heading", name="Pay 9.99 EUR")).to_be_visible()
    choose_card(page, POOR)
    page.get_by_role("button", name="Pay 9.99 EUR").click()
    expect(page.get_by_role("alert")).to_contain_text("not enough money")
    choose_card(page, ASKS_ONCE)
    page.get_by_role("button", name="Pay 9.99 EUR").click()
    expect(page.get_by_role("heading", name="Your bank asks: is it you?")).to_be_visible()
    page.get_by_role("button", name="Yes, it is me").click()
    plan = page.get_by_role("region", name="Plan")
    expect(plan.get_by_text("Gold", exact=True)).to_be_visible(timeout=5 * WITHIN_MS)
    expect(page.get_by_role("list", name="Cards")).to_contain_text("3155")
    invoices = page.get_by_role("list", name="Invoices")
    expect(invoices).to_contain_text("Paid")
    with page.expect_download() as paper:
        invoices.get_by_role("button", name=re.compile("as PDF")).first.click()
    assert paper.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Cancel plan").click()
    page.get_by_role("button", name="Yes, cancel").click()
    expect(plan.get_by_role("status")).to_contain_text("Cancelled. You can watch until")
    page.goto("/studio/billing/payments")
    expect(page.get_by_role("region", name="Payments")).to_contain_text("9.99")
    assert service.url in page.url


@pytest.mark.usefixtures("gold")
def test_a_card_is_saved_and_removed(page: Page) -> None:
    page.goto("/account")
    page.get_by_role("button", name="Add a card").click()
    choose_card(page, PAYS)
    page.get_by_role("button", name="Save card").click()
    cards = page.get_by_role("list", name="Cards")
    expect(cards).to_contain_text("4242")
    cards.get_by_role("button", name="Remove Visa ending in 4242").click()
    expect(page.get_by_text("No card is saved.")).to_be_visible()


@pytest.mark.usefixtures("gold")
def test_money_is_given_back_in_studio(page: Page) -> None:
    page.goto("/account")
    page.get_by_text("Change plan").click()
    page.get_by_role("button", name="Change: Gold").click()
    choose_card(page, PAYS)
    page.get_by_role("button", name="Pay 9.99 EUR").click()
    expect(page.get_by_role("list", name="Cards")).to_contain_text("4242")
    page.goto("/studio/billing/payments")
    page.get_by_role("button", name=re.compile("Refund .9.99")).first.click()
    page.get_by_label("Amount in EUR").fill("4.00")
    page.get_by_label("Reason").fill("A bad evening")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("refunded").first).to_be_visible()
    page.goto("/studio/billing/ledger")
    expect(page.get_by_role("region", name="Ledger")).to_contain_text("gateway")
