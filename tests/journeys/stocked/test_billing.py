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


@pytest.fixture
def gold(page: Page, owner: Callable[[Page], None]) -> None:
    """A plan that costs something, offered in Studio."""
    owner(page)
    page.goto("/studio/billing/plans")
    expect(page.get_by_role("heading", name="Billing")).to_be_visible()
    if page.get_by_role("button", name="Offer no longer: Gold").count() == 0:
        form = page.get_by_role("form", name="Offer a plan")
        form.get_by_label("Name", exact=True).fill("Gold")
        form.get_by_label("Code").fill("gold")
        form.get_by_label("Price").fill("9.99")
        form.get_by_role("button", name="Offer plan").click()
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
    expect(plan.get_by_text("Gold", exact=True)).to_be_visible()
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


def test_a_title_is_sold_alone_and_bought_on_its_page(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.goto("/studio/billing/titles")
    form = page.get_by_role("form", name="Rent out or sell a title")
    form.get_by_label("Title", exact=True).fill("Copper Harbour")
    expect(form.locator("option[value='Copper Harbour']")).to_be_attached()
    form.get_by_label("How", exact=True).select_option("Buy for good")
    form.get_by_label("Price").fill("4.99")
    form.get_by_role("button", name="Offer title").click()
    expect(page.get_by_role("region", name="Titles for sale")).to_contain_text("Copper Harbour")
    page.goto("/title/copper-harbour")
    page.get_by_role("button", name=re.compile("Buy for .4.99")).click()
    expect(page.get_by_role("heading", name="Pay 4.99 EUR")).to_be_visible()
    choose_card(page, PAYS)
    page.get_by_role("button", name="Pay 4.99 EUR").click()
    # Back where it began, and it is theirs.
    page.wait_for_url("**/title/copper-harbour")
    expect(page.get_by_text("You have bought this title.")).to_be_visible()
    page.goto("/studio/billing/titles")
    page.get_by_role("button", name=re.compile("Offer no longer: Copper Harbour")).click()
    expect(page.get_by_text("none is rented or sold alone")).to_be_visible()


def test_coupons_and_gift_cards_are_given_out_in_studio(
    page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.goto("/studio/billing/coupons")
    form = page.get_by_role("form", name="Give out a coupon")
    form.get_by_label("Code").fill("autumn")
    form.get_by_label("Per cent").fill("25")
    form.get_by_label("Months").fill("3")
    form.get_by_role("button", name="Give out coupon").click()
    coupons = page.get_by_role("region", name="Coupons")
    expect(coupons).to_contain_text("3 months")
    coupons.get_by_role("button", name="End AUTUMN").click()
    expect(coupons.get_by_role("button", name="End AUTUMN")).to_be_hidden()
    page.goto("/studio/billing/gift-cards")
    form = page.get_by_role("form", name="Make a gift card")
    form.get_by_label("Amount").fill("twenty")
    form.get_by_role("button", name="Make gift card").click()
    expect(form.get_by_role("alert")).to_contain_text("like 9.99")
    form.get_by_label("Amount").fill("20")
    form.get_by_role("button", name="Make gift card").click()
    code = (
        page.get_by_role("status").filter(has_text="shown this once").locator("code").inner_text()
    )
    page.goto("/account")
    page.get_by_role("textbox", name="Gift card").fill(code)
    page.get_by_role("button", name="Redeem").click()
    expect(page.get_by_text(re.compile("To your credit: .20.00"))).to_be_visible()


def test_taxes_follow_a_table(page: Page, owner: Callable[[Page], None]) -> None:
    owner(page)
    page.goto("/studio/billing/taxes")
    form = page.get_by_role("form", name="Add a rate")
    form.get_by_label("Territory").fill("de")
    form.get_by_label("Name of the tax").fill("MwSt")
    form.get_by_label("Per cent").fill("19")
    form.get_by_role("button", name="Add rate").click()
    expect(page.get_by_role("region", name="Taxes")).to_contain_text("Germany (DE)")


@pytest.mark.usefixtures("gold")
def test_a_price_changes_with_notice(page: Page) -> None:
    page.goto("/studio/billing/plans")
    form = page.get_by_role("form", name="Add a price")
    form.get_by_label("Plan").select_option("Gold")
    form.get_by_label("Price").fill("99")
    form.get_by_role("button", name="Add price").click()
    prices = page.get_by_role("list", name="Prices of Gold")
    expect(prices).to_contain_text("a year")
    prices.get_by_role("button", name=re.compile("a year of Gold")).click()
    page.get_by_label("Amount in EUR").fill("89")
    page.get_by_role("button", name="Change price").click()
    expect(page.get_by_role("region", name="Prices that changed")).to_contain_text("99.00")
    expect(prices).to_contain_text("89.00")
