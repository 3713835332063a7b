"""The list of contacts and of the deleted, in a browser, on each store: P3, P7, CW-20 to CW-26, CW-32."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

import serving
from partner_client import client

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from browser.chromium import Console
    from serving import Served

LIST: Final = "/campaigns/1000/contacts"
HOSTILE: Final = '<b>"Ó\'Brien"</b> & <script>alert(1)</script>'


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    """Sixty people of which the even ones are VIPs, and a few others."""
    partner = client(served_by_each)
    for at in range(55):
        fields = {"FirstName": f"Person {at:02}", "LastName": "Miller", "EmailAddress": f"p{at}@example.com"}
        partner.create({**fields, "Accounts": "10000", "Labels": "vip" if at % 2 == 0 else "press, news, third"})
    number = {"WorkPhoneNumber": "8051234567", "WorkPhoneNumberCountry": "US"}
    for first, last in (
        ("Änne", "Müller"), ("Zoë", "Nowak"), (HOSTILE, HOSTILE), ("y" * 255, "z" * 255), ("מרים", "כהן"),
    ):  # fmt: skip
        fields = {"FirstName": first, "LastName": last, "EmailAddress": "b@example.com", "Accounts": "10001"}
        partner.create({**fields, **number, "Labels": f"{first[:90]}"})
    return served_by_each


def status(console: Console) -> Locator:
    return console.page.get_by_role("main").get_by_role("status")


def rows(console: Console) -> list[str]:
    table = console.page.get_by_role("table", name="Contacts", exact=True)
    return table.get_by_role("link").all_inner_texts()


def test_p3_and_cw_20_the_page_and_its_controls(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open(LIST)
    expect(page).to_have_title("Contacts · First campaign · Cardwright")
    expect(page.get_by_role("heading", level=1, name="Contacts", exact=True)).to_be_visible()
    search = page.get_by_role("search")
    expect(search.get_by_role("searchbox", name="Search contacts")).to_be_visible()
    for name in ("Label", "Partner account", "Sort by"):
        expect(search.get_by_role("combobox", name=name, exact=True)).to_be_visible()
    assert search.get_by_role("combobox", name="Sort by").locator("option").all_inner_texts() == [
        "Name", "Last changed", "Newest",
    ]  # fmt: skip
    expect(status(console)).to_have_text(re.compile("^60 contacts"))
    table = page.get_by_role("table", name="Contacts", exact=True)
    headers = [text.casefold() for text in table.get_by_role("columnheader").all_inner_texts()]
    assert headers == ["name", "email", "phone", "labels", "changed"][: len(headers)]
    assert len(rows(console)) == 50
    expect(page.get_by_role("link", name="Contacts", exact=True)).to_have_attribute("aria-current", "page")


def test_cw_20_without_scripts_a_button_searches(plain_console: Console) -> None:
    console, page = plain_console, plain_console.page
    console.open(LIST)
    page.get_by_role("searchbox", name="Search contacts").fill("muller")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(status(console)).to_have_text("1 contact")
    assert rows(console) == ["Änne Müller"]


def said(page: Page) -> Locator:
    """What a screen reader was last given to say."""
    return page.locator("[aria-live=polite]")


@pytest.mark.on_each_store
def test_cw_21_what_is_typed_is_looked_for(console: Console) -> None:
    page = console.page
    console.open("/campaigns")
    console.open(LIST)
    box = page.get_by_role("searchbox", name="Search contacts")
    box.press_sequentially("zoe now", delay=20)
    expect(status(console)).to_have_text("1 contact")
    expect(box).to_be_focused()
    expect(box).to_have_value("zoe now")
    expect(said(page)).to_have_text("1 contact")
    page.wait_for_url("**/contacts?q=zoe+now*")
    page.reload()
    expect(box).to_have_value("zoe now")
    assert rows(console) == ["Zoë Nowak"]
    console.expects(400)
    many = " ".join(f"w{at}" for at in range(33))
    box.fill(many)
    expect(page.get_by_role("alert")).to_contain_text("Search contacts holds more than 32 words")
    expect(box).to_be_focused()
    expect(box).to_have_value(many)
    page.go_back()  # typing made no entry of its own
    expect(page).to_have_title("Campaigns · Cardwright")


def test_cw_21_a_late_answer_to_an_earlier_text_is_not_shown(console: Console) -> None:
    page = console.page
    console.open(LIST)
    held: list[Route] = []
    page.route(re.compile(r"\?q=muller"), lambda route: held.append(route))  # noqa: PLW0108 - it takes a function alone
    box = page.get_by_role("searchbox", name="Search contacts")
    box.fill("muller")
    with page.expect_response(re.compile(r"\?q=nowak")):
        page.wait_for_timeout(300)
        box.fill("nowak")
    expect(status(console)).to_have_text("1 contact")
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert rows(console) == ["Zoë Nowak"]
    expect(box).to_have_value("nowak")


def test_cw_21_an_answer_is_not_shown_once_another_key_was_pressed(console: Console) -> None:
    page = console.page
    console.open(LIST)
    held: list[Route] = []
    page.route(re.compile(r"\?q=nowak(&|$)"), lambda route: held.append(route), times=1)  # noqa: PLW0108 - it takes a function alone
    with page.expect_request(re.compile(r"\?q=nowak(&|$)")):
        page.get_by_role("searchbox", name="Search contacts").fill("nowak")
    shown = """async (box) => {
        setTimeout = () => 0;  // the next search never begins: the answer to the first has all the time there is
        box.value = "nowak zoe";
        box.dispatchEvent(new Event("input", {bubbles: true}));
    }"""
    page.get_by_role("searchbox", name="Search contacts").evaluate(shown)
    held[0].continue_()
    page.wait_for_timeout(500)
    expect(status(console)).to_have_text(re.compile("^60 contacts"))


@pytest.mark.on_each_store
@pytest.mark.parametrize(("sort", "first"), [("Last changed", "מרים כהן"), ("Newest", "מרים כהן"), ("Name", "<b>")])
def test_cw_23_pages_follow_in_each_order(either_console: Console, sort: str, first: str) -> None:
    console, page = either_console, either_console.page
    console.open(f"{LIST}?q=")
    page.get_by_role("combobox", name="Sort by").select_option(sort)
    if not console.scripts:
        page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile("sort="))
    expect(page.get_by_role("table", name="Contacts", exact=True).get_by_role("link").first).to_have_text(
        re.compile(f"^{re.escape(first)}")
    )
    shown = rows(console)
    pages = page.get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("link", name="Previous page")).to_have_count(0)
    pages.get_by_role("link", name="Next page").click()
    page.wait_for_url(re.compile("after="))
    assert len(rows(console)) == 10
    assert not set(shown) & set(rows(console))
    expect(page.get_by_role("combobox", name="Sort by").locator("option:checked")).to_have_text(sort)
    expect(pages.get_by_role("link", name="Next page")).to_have_count(0)
    pages.get_by_role("link", name="Previous page").click()
    page.wait_for_url(re.compile("before="))
    assert rows(console) == shown


def test_cw_24_filters_are_links(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open(f"{LIST}?q=miller&label=VIP&partner=10000")
    filters = page.get_by_role("list", name="Filters")
    expect(status(console)).to_have_text("28 contacts")
    filters.get_by_role("link", name="Remove filter Label: VIP").click()
    expect(status(console)).to_have_text("55 contacts")
    expect(filters.get_by_role("link", name="Remove filter Search: miller")).to_be_visible()
    expect(filters.get_by_role("link", name="Remove filter Partner account: 10000")).to_be_visible()
    filters.get_by_role("link", name="Clear all").click()
    expect(status(console)).to_have_text("60 contacts")
    expect(filters).to_have_count(0)


def test_cw_25_back_leads_to_the_list_as_it_was(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open(f"{LIST}?label=vip&sort=newest")
    left, address = rows(console), console.path
    page.evaluate("window.scrollTo(0, 400)")
    page.get_by_role("link", name="Person 20 Miller").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 20 Miller")
    page.go_back()
    assert (rows(console), console.path) == (left, address)
    page.wait_for_function("() => window.scrollY > 0")
    page.get_by_role("link", name="Person 20 Miller").click()
    page.get_by_role("link", name="Back to contacts").click()
    page.wait_for_url(f"**{address}")
    assert rows(console) == left


def test_cw_26_nobody_found(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open(f"{LIST}?q=nobody+at+all")
    expect(status(console)).to_have_text("No contacts")
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()
    page.get_by_role("link", name="Show all contacts").click()
    expect(status(console)).to_have_text("60 contacts")


def test_cw_81_83_and_85_the_list_looks_as_it_should(console: Console) -> None:
    console.open(LIST)
    console.looks("list")
    for width in (320, 390, 768, 1000, 1280, 1600):
        console.page.set_viewport_size({"width": width, "height": 800})
        sideways = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert console.page.evaluate(sideways) <= 0, f"the list scrolls sideways at {width} px"
    hostile = f"{HOSTILE} {HOSTILE}"
    expect(console.page.get_by_role("link", name=hostile, exact=True)).to_be_visible()
    console.open(f"{LIST}?q=nobody&label={HOSTILE.replace('&', '%26')}")
    expect(console.page.get_by_role("link", name=f"Remove filter Label: {HOSTILE}", exact=True)).to_be_visible()
    console.looks("list-nobody-found")


def test_cw_82_rows_and_search_by_keys(console: Console) -> None:
    console.open(f"{LIST}?q=person")
    page = console.page
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Person 00 Miller")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Person 01 Miller")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search contacts")).to_be_focused()


@pytest.mark.on_each_store
def test_p7_and_cw_32_restoring_who_was_deleted(either_console: Console) -> None:
    console, page = either_console, either_console.page
    partner = client(console.served)
    first = "Gone" if console.scripts else "Left"
    fields = {"FirstName": first, "LastName": HOSTILE, "EmailAddress": "gone@example.com", "Accounts": "10000"}
    path = partner.create(fields)
    partner.ask("DELETE", path)
    console.open("/campaigns/1000/deleted")
    expect(page).to_have_title("Deleted contacts · Cardwright")
    expect(page.get_by_role("heading", level=1, name="Deleted contacts")).to_be_visible()
    if console.scripts:
        console.looks("deleted")
    page.get_by_role("button", name=f"Restore {first} {HOSTILE}", exact=True).click()
    expect(page.get_by_role("status", name="Notice")).to_contain_text(f"{first} {HOSTILE} is restored")
    expect(page.get_by_role("button", name=re.compile(f"^Restore {first}"))).to_have_count(0)
    assert partner.ask("GET", path)["LastName"] == HOSTILE
    partner.ask("DELETE", path)
    partner.ask("GET", path, 404)
    console.open("/campaigns/1000/deleted")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name=re.compile(f"^Restore {first}")).click()
    partner.ask("DELETE", path)
    console.page.set_viewport_size({"width": 1280, "height": 800})


def test_cw_26_an_empty_campaign(console: Console) -> None:
    serving.command(console.served.store, "campaign", "add", console.served.sid, "2000", "Second")
    console.open("/campaigns/2000/contacts")
    expect(console.page.get_by_role("heading", name="No contacts yet")).to_be_visible()
    expect(console.page.get_by_role("main").get_by_role("link", name="New contact").first).to_be_visible()
    console.looks("list-empty")
