"""The card maker in a browser: P12, CW-72."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.chromium import Console


def test_p12_and_cw_72_a_card_is_made_with_and_without_scripts(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open("/make")
    expect(page).to_have_title("Make a card · Cardwright")
    expect(page.get_by_role("heading", level=1, name="Make a card")).to_be_visible()
    main = page.get_by_role("main")
    for name in ("First name", "Last name", "Suffix", "Organization", "Title", "Note", "Photo address"):
        expect(main.get_by_role("textbox", name=name, exact=True)).to_be_visible()
    if console.scripts:
        console.looks("make-empty")
    main.get_by_role("textbox", name="First name", exact=True).fill("Ada")
    phone = main.get_by_role("group", name="Phone 1", exact=True)
    phone.get_by_role("combobox", name="Label", exact=True).fill("Mobile")
    phone.get_by_role("textbox", name="Number", exact=True).fill("+44 20 7946 0000")
    if not console.scripts:
        main.get_by_role("button", name="Make card", exact=True).click()
    card = main.get_by_role("region", name="Card as text", exact=True)
    expect(card).to_contain_text("TEL;TYPE=CELL:+44 20 7946 0000")
    expect(card).to_contain_text("FN:Ada")
    expect(main.get_by_role("img", name="QR code of the card", exact=True)).to_be_visible()
    expect(main.get_by_role("region", name="curl command", exact=True)).to_contain_text("YOUR-API-KEY")
    link = main.get_by_role("link", name="Download card", exact=True).get_attribute("href")
    assert console.context.request.get(f"{console.served.url}{link}").body().startswith(b"BEGIN:VCARD")
    if console.scripts:
        expect(page).to_have_url(re.compile("first=Ada"))
        console.looks("make")
    main.get_by_role("button", name="Add phone", exact=True).click()
    expect(main.get_by_role("group", name="Phone 2", exact=True)).to_be_visible()
    expect(main.get_by_role("textbox", name="First name", exact=True)).to_have_value("Ada")
    main.get_by_role("button", name="Remove phone 1", exact=True).click()
    expect(main.get_by_role("group", name="Phone 2", exact=True)).to_have_count(0)
    expect(card).not_to_contain_text("TEL")
    expect(main.get_by_role("textbox", name="First name", exact=True)).to_have_value("Ada")


def test_cw_72_what_is_wrong_is_told_and_enter_removes_no_row(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.expects(422)
    console.open("/make")
    name = page.get_by_role("textbox", name="First name", exact=True)
    name.fill("O'Brien")
    name.press("Enter")
    expect(page).to_have_title("Error: Make a card · Cardwright")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is a problem")
    expect(alert).to_contain_text("First name")
    expect(name).to_have_value("O'Brien")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("group", name="Phone 1", exact=True)).to_be_visible()
    if console.scripts:
        console.looks("make-wrong")


def test_cw_72_what_was_typed_before_is_not_asked_for_again(console: Console) -> None:
    page, asked = console.page, list[str]()
    page.on("request", lambda it: asked.append(it.url) if "/make?" in it.url else None)
    console.open("/make")
    name = page.get_by_role("textbox", name="First name", exact=True)
    card = page.get_by_role("region", name="Card as text", exact=True)
    for text in ("Ada", "Adam", "Ada", "Adam"):
        name.fill(text)
        expect(card).to_contain_text(f"FN:{text}\n")
        expect(page).to_have_url(re.compile(f"first={text}&"))
    assert len(asked) == 2
    expect(page.locator("[aria-live=polite]")).to_have_text("The card is made.")


def test_cw_72_who_has_made_many_is_told_softly_and_loses_nothing(console: Console) -> None:
    page = console.page
    console.expects(429)
    console.open("/make")
    page.route(re.compile(r"/make\?"), lambda it: it.fulfill(status=429, headers={"retry-after": "1"}), times=1)
    name = page.get_by_role("textbox", name="First name", exact=True)
    name.fill("Ada")
    wait = "Many cards were made from here within a minute. What you typed last is shown soon."
    expect(page.get_by_role("main").get_by_text(wait)).to_be_visible()
    expect(name).to_have_value("Ada")
    expect(page.get_by_role("region", name="Card as text", exact=True)).to_contain_text("FN:Ada")
    expect(page.get_by_role("main").get_by_text(wait)).to_have_count(0)
