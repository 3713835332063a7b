"""The form of a contact in a browser: P4 and P6, CW-40 to CW-45, CW-83 and CW-85."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from partner_client import WILE, client
from pictures import encoded, exif, scene

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from browser.chromium import Console
    from serving import Served

NEW = "/campaigns/1000/contacts/new"


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


@pytest.fixture
def contact(served: Served) -> str:
    return f"/campaigns/1000/contacts{client(served).create(WILE)}"


def box(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def fill_in(page: Page, last: str = "Coyote") -> None:
    """Type what is required."""
    box(page, "First name").fill("Wile")
    box(page, "Last name").fill(last)
    box(row(page, "Email 1"), "Address").fill("wile@example.com")
    page.get_by_role("checkbox", name="Partner 10000").check()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save contact").click()


@pytest.mark.on_each_store
def test_p4_and_cw_40_and_43_a_contact_is_made(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open(NEW)
    expect(page).to_have_title("New contact · Cardwright")
    expect(page.get_by_role("heading", level=1)).to_have_text("New contact")
    fill_in(page)
    for name in ("Prefix", "Middle name", "Suffix", "Title", "Organization", "Note"):
        box(page, f"{name} (optional)").fill(name)
    box(page, "Labels (optional)").fill('VIP, "Acme, Inc."')
    box(row(page, "Phone 1"), "Number").fill("(805) 123-4567")
    row(page, "Phone 1").get_by_role("combobox", name="Country").fill("united states")
    row(page, "Phone 2").get_by_role("combobox", name="Label").fill("My own")
    page.get_by_role("button", name="Add address").click()
    for name in ("Street", "City", "Region", "Postal code", "Country"):
        box(row(page, "Address 1"), name).fill(name)
    page.get_by_role("button", name="Add website").click()
    box(row(page, "Website 1"), "URL").fill("https://example.com")
    page.get_by_role("button", name="Add email").click()
    box(row(page, "Email 2"), "Address").fill("second@example.com")
    page.get_by_role("button", name="Add email").click()
    expect(row(page, "Email 3")).to_be_visible()
    page.get_by_role("button", name="Remove email 3", exact=True).click()
    expect(row(page, "Email 3")).to_have_count(0)
    expect(box(page, "First name")).to_have_value("Wile")
    box(page, "Labels (optional)").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prefix Wile Middle name Coyote Suffix")
    expect(page.get_by_role("status", name="Notice")).to_contain_text("was created")
    details = page.get_by_role("region", name="Details")
    for text in ("+18051234567", "Street", "Postal code City", "second@example.com", "https://example.com", "Note"):
        expect(details).to_contain_text(text)


def test_cw_41_and_42_faults_stand_beside_their_fields(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.expects(422)
    console.open(NEW)
    box(page, "First name").fill("Wile")
    box(page, "Title (optional)").fill("x" * 300)
    box(row(page, "Email 1"), "Address").fill("wile")
    box(row(page, "Phone 1"), "Number").fill("8051234567")
    photo = {"name": "wile.png", "mimeType": "image/png", "buffer": encoded(scene(40, 40), "PNG")}
    page.get_by_label("Add a photo (optional)").set_input_files([photo])
    save(page)
    expect(page).to_have_title("Error: New contact · Cardwright")
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text("There is a problem")
    expect(alert.get_by_role("link")).to_have_text(
        [
            "Last name is required",
            "Title holds 300 characters; at most 255 are taken",
            "Email must be an e-mail address, like wile.coyote@example.com",
            "Country is required with a phone number",
            "Partner accounts is required",
        ]
    )
    expect(alert).to_be_focused()
    if console.scripts:
        console.looks("form-with-errors")
    last = box(page, "Last name")
    expect(last).to_have_attribute("aria-invalid", "true")
    expect(last).to_have_accessible_description("Last name is required")
    alert.get_by_role("link", name="Last name is required").click()
    expect(last).to_be_focused()
    expect(page.get_by_role("img", name="Preview of the photo")).to_be_visible()
    fill_in(page)
    box(page, "Title (optional)").fill("")
    box(row(page, "Phone 1"), "Number").fill("")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wile Coyote")
    expect(page.locator("img.face.big")).to_be_visible()


def test_cw_40_every_press_adds_a_row_and_keeps_what_is_typed_meanwhile(console: Console) -> None:
    page = console.page
    console.open(NEW)
    held: list[Route] = []
    page.route(re.compile(NEW), lambda route: held.append(route), times=1)  # noqa: PLW0108 - it takes a function alone
    add = page.get_by_role("button", name="Add email")
    with page.expect_request(re.compile(NEW)):
        add.click()
    add.click()
    box(row(page, "Email 1"), "Address").fill("meanwhile@example.com")
    held[0].continue_()
    expect(row(page, "Email 3")).to_be_visible()
    expect(box(row(page, "Email 1"), "Address")).to_have_value("meanwhile@example.com")
    expect(box(row(page, "Email 1"), "Address")).to_be_focused()
    page.get_by_role("button", name="Remove email 2", exact=True).click()
    page.get_by_role("button", name="Add website").click()
    expect(box(row(page, "Website 1"), "URL")).to_be_focused()
    expect(row(page, "Email 3")).to_have_count(0)


def test_cw_12_a_row_more_after_the_session_has_ended_loses_nothing(console: Console) -> None:
    page = console.page
    console.expects(401)
    console.open(NEW)
    fill_in(page)
    console.context.clear_cookies()
    page.get_by_role("button", name="Add email").click()
    expect(page.get_by_role("heading", level=1, name="Sign in", exact=True)).to_be_visible()
    page.get_by_label("Account SID").fill(console.served.sid)
    page.get_by_label("Auth token").fill(console.served.token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1, name="New contact", exact=True)).to_be_visible()
    expect(box(page, "Last name")).to_have_value("Coyote")
    expect(box(row(page, "Email 1"), "Address")).to_have_value("wile@example.com")


def test_cw_43_pressing_the_button_twice_makes_one_contact(console: Console) -> None:
    page = console.page
    console.open(NEW)
    fill_in(page, "Twice")
    page.get_by_role("button", name="Save contact").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wile Twice")
    console.open("/campaigns/1000/contacts?q=twice")
    expect(page.get_by_text(re.compile("^1 contact$"))).to_be_visible()


@pytest.mark.on_each_store
def test_p6_and_cw_44_two_people_change_one_contact(either_console: Console, contact: str) -> None:
    page = either_console.page
    either_console.expects(409)
    either_console.open(f"{contact}/edit")
    expect(page).to_have_title("Edit Wile Coyote · Cardwright")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit Wile Coyote")
    other = either_console.context.new_page()
    other.goto(f"{either_console.served.url}{contact}/edit")
    box(other, "Title (optional)").fill("Theirs")
    box(other, "Note (optional)").fill("a note")
    save(other)
    expect(other.get_by_role("status", name="Notice")).to_be_visible()
    box(page, "Title (optional)").fill("Mine")
    box(page, "Organization (optional)").fill("Acme")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this contact while you were editing it")
    table = page.get_by_role("table", name="Changes by someone else")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("radio", name="Mine")).to_be_checked()
    expect(box(page, "Organization (optional)")).to_have_value("Acme")
    if either_console.scripts:
        either_console.looks("form-changed-meanwhile")
    table.get_by_role("radio", name="Theirs").check()
    save(page)
    expect(page.locator(".role")).to_have_text("Theirs · Acme")
    expect(page.get_by_role("region", name="Details")).to_contain_text("a note")


@pytest.mark.on_each_store
def test_p6_and_cw_44_a_contact_that_was_deleted_comes_back_with_what_was_typed(
    either_console: Console, contact: str
) -> None:
    page = either_console.page
    either_console.expects(404, 409, 422)
    either_console.open(f"{contact}/edit")
    box(page, "Title (optional)").fill("Mine")
    client(either_console.served).ask("DELETE", contact.removeprefix("/campaigns/1000/contacts"))
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Wile Coyote was deleted while you were editing it")
    expect(box(page, "Title (optional)")).to_have_value("Mine")
    if either_console.scripts:
        expect(page.get_by_role("alert")).to_be_focused()
        if "postgresql" not in either_console.served.store:
            either_console.looks("form-deleted-meanwhile")
    page.get_by_role("button", name="Add email").click()
    expect(row(page, "Email 2")).to_be_visible()
    box(page, "Last name").fill("")
    page.get_by_role("button", name="Restore and save").click()
    expect(page.get_by_role("alert").first).to_contain_text("Last name is required")
    assert either_console.context.request.get(f"{either_console.served.url}{contact}").status == 404
    box(page, "Last name").fill("Coyote")
    page.get_by_role("button", name="Restore and save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wile Coyote")
    expect(page.locator(".role")).to_contain_text("Mine")
    expect(page.get_by_role("status", name="Notice")).to_contain_text("was restored and saved")


COVERED = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return it.contains(seen) || [...it.labels ?? []].some(label => label.contains(seen)) ? "" : it.outerHTML;
}"""


def test_cw_81_what_has_the_focus_is_seen_in_a_low_window(console: Console, contact: str) -> None:
    """Nothing lies upon it, not even the buttons that stay at the bottom."""
    page = console.page
    page.set_viewport_size({"width": 1280, "height": 500})
    console.open(f"{contact}/edit")
    box(page, "First name").focus()
    cancel = page.get_by_role("link", name="Cancel")
    while not cancel.evaluate("it => it === document.activeElement"):
        assert page.evaluate(COVERED) == ""
        page.keyboard.press("Tab")


def test_cw_45_a_photo_is_previewed_turned_upright(console: Console) -> None:
    page = console.page
    console.open(NEW)
    turned = encoded(scene(64, 48), "JPEG", exif=exif(6, gps=True))
    page.get_by_label("Add a photo (optional)").set_input_files(
        [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": turned}]
    )
    expect(page.get_by_role("img", name="Preview of the photo")).to_be_visible()
    fill_in(page, "Upright")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wile Upright")
    size = page.locator("img.face.big").evaluate(
        "async it => { await it.decode(); return [it.naturalWidth, it.naturalHeight]; }"
    )
    assert size[0] < size[1], "it was turned"


def test_cw_83_long_names_and_other_directions_stand_in_their_place(console: Console) -> None:
    page = console.page
    console.open(NEW)
    fill_in(page, "W" * 255)
    box(page, "Organization (optional)").fill("شركة المحيط")
    row(page, "Phone 1").get_by_role("combobox", name="Label").fill("L" * 90)
    row(page, "Phone 1").get_by_role("combobox", name="Country").fill("DE")
    box(row(page, "Phone 1"), "Number").fill("030 1234567")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_attribute("dir", "auto")
    console.looks("contact-long-name")
    page.get_by_role("link", name="Edit").click()
    console.looks("form-long-name")


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


def test_cw_85_hostile_texts_are_texts(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.context.on("dialog", lambda _: pytest.fail("a script ran"))
    console.open(NEW)
    fill_in(page, HOSTILE)
    for name in ("Title", "Organization", "Note", "Labels"):
        box(page, f"{name} (optional)").fill(HOSTILE)
    page.get_by_role("button", name="Add website").click()
    box(row(page, "Website 1"), "URL").fill("javascript:alert(1)")
    row(page, "Website 1").get_by_role("combobox", name="Label").fill(HOSTILE)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Wile {HOSTILE}")
    expect(page.get_by_role("link", name="javascript:alert(1)")).to_have_count(0)
    expect(page.get_by_text("javascript:alert(1)").first).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    expect(box(page, "Title (optional)")).to_have_value(HOSTILE)
