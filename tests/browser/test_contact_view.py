"""A contact's page in a browser: P5, CW-30, 33, 50, 51 and 84."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

import serving
from cardwright.cards import write_contact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from partner_client import WILE, client

if TYPE_CHECKING:
    from browser.chromium import Console
    from serving import Served

RICH = Contact(
    Name("Zoë", "Müller", "", "Dr."),
    "Acme",
    "Chefin",
    "A note\nof two lines",
    (Phone("8051234567", "work", "US"), Phone("ask Wile", "My own")),
    (Email("zoe@example.com", "home"), Email("second@example.com")),
    (Address("1 Road", "home", "Town", "Region", "12345", "Land"),),
    (Website("https://example.com/?a=1"), Website("ftp://example.com", "files")),
    labels=("VIP",),
    uid="urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
)
CARD = write_contact(RICH).replace(b"END:VCARD", b"BDAY:19700101\r\nX-OWN:kept\r\nEND:VCARD")


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


@pytest.fixture(scope="module")
def zoe(served: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a contact that came as a card."""
    file = tmp_path_factory.mktemp("cards") / "zoe.vcf"
    file.write_bytes(CARD)
    serving.command(served.store, "import", served.sid, "1000", str(file))
    found = client(served).ask("GET", "?Search=zoe")["Contacts"]
    client(served).ask("PUT", f"/{found[0]['Id']}", data={"AccountsAdd": "10000"})
    return f"/campaigns/1000/contacts/{found[0]['Id']}"


def test_p5_and_cw_30_everything_that_is_known_is_shown(either_console: Console, zoe: str) -> None:
    console, page = either_console, either_console.page
    console.open(zoe)
    expect(page).to_have_title("Dr. Zoë Müller · Cardwright")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dr. Zoë Müller")
    details = page.get_by_role("region", name="Details")
    for name, address in (
        ("zoe@example.com", "mailto:zoe@example.com"),
        ("second@example.com", "mailto:second@example.com"),
        ("+18051234567", "tel:+18051234567"),
        ("https://example.com/?a=1", "https://example.com/?a=1"),
    ):
        expect(details.get_by_role("link", name=name, exact=True)).to_have_attribute("href", address)
    expect(details.get_by_role("link", name="https://example.com/?a=1")).to_have_attribute("rel", "noopener nofollow")
    expect(details.get_by_role("link", name="ftp://example.com")).to_have_count(0)
    for text in ("ftp://example.com", "ask Wile", "1 Road", "12345 Town", "Land", "of two lines", "Partner 10000"):
        expect(details).to_contain_text(text)
    expect(page.get_by_role("list", name="Labels")).to_have_text("VIP")
    expect(page.get_by_text("and 2 more lines in the card")).to_be_visible()
    expect(page.get_by_role("region", name="Card as text")).to_contain_text("X-OWN:kept")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    if console.scripts:
        console.looks("contact")


@pytest.mark.parametrize("is_secure", [True, False])
def test_cw_30_what_is_known_is_copied_also_from_a_page_that_came_by_plain_http(
    console: Console, zoe: str, *, is_secure: bool
) -> None:
    page = console.page
    if not is_secure:
        page.add_init_script("delete Navigator.prototype.clipboard")
    console.open(zoe)
    button = page.get_by_role("button", name="Copy Home email", exact=True)
    button.click()
    expect(page.locator("[aria-live=polite]")).to_have_text("Copied")
    expect(button).to_be_focused()
    console.open("/campaigns/1000/contacts")
    box = page.get_by_role("searchbox", name="Search contacts")
    box.press("Control+V")
    expect(box).to_have_value("zoe@example.com")


def test_cw_50_the_card_is_downloaded_as_it_came(console: Console, zoe: str) -> None:
    console.open(zoe)
    link = console.page.get_by_role("link", name="Download card", exact=True)
    answer = console.context.request.get(f"{console.served.url}{link.get_attribute('href')}")
    assert answer.body() == CARD
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Dr-Zoe-Muller.vcf\"; filename*=UTF-8''Dr.%20Zo%C3%AB%20M%C3%BCller.vcf"
    )


def test_cw_51_the_code_is_read(console: Console, zoe: str) -> None:
    page = console.page
    console.open(zoe)
    code = page.get_by_role("img", name="QR code of the card of Dr. Zoë Müller")
    expect(code).to_be_visible()
    said = write_contact(RICH._replace(labels=(), uid=""))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        (read,) = zxingcpp.read_barcodes(
            Image.open(io.BytesIO(code.screenshot())), formats=zxingcpp.BarcodeFormat.QRCode
        )
        assert read.bytes == said
    for name, media_type in (("SVG", "image/svg+xml"), ("PNG", "image/png")):
        link = page.get_by_role("link", name=name, exact=True)
        answer = console.context.request.get(f"{console.served.url}{link.get_attribute('href')}")
        assert answer.headers["content-type"] == media_type


def test_cw_84_a_contact_prints_on_one_page(console: Console, zoe: str) -> None:
    page = console.page
    console.open(zoe)
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    for role in ("navigation", "button"):
        for one in page.get_by_role(role).all():
            expect(one).to_be_hidden()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_hidden()
    expect(page.get_by_role("list", name="History")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Details")).to_be_visible()
    expect(page.get_by_role("img", name="QR code of the card of Dr. Zoë Müller")).to_be_visible()


def test_cw_33_a_system_created_contact_follows_a_partner_user(console: Console, served: Served) -> None:
    person = ("--first", "Road", "--last", "Runner", "--email", "road@example.com")
    serving.command(served.store, "partner", "user", "add", served.sid, "10000", *person)
    number = client(served).ask("GET", "?Editable=false")["Contacts"][0]["Id"]
    page = console.page
    console.open(f"/campaigns/1000/contacts/{number}")
    expect(page.get_by_text("This contact follows a user of the partner account")).to_be_visible()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Edit", exact=True).click()
    form = page.get_by_role("main")
    names = [one.get_attribute("name") for one in form.get_by_role("textbox").all()]
    assert names == ["title", "labels"]
    console.looks("form-system-created")


def test_cw_51_a_note_that_does_not_fit_is_left_out(console: Console, served: Served) -> None:
    number = client(served).create({**WILE, "Title": "x" * 255})
    console.open(f"/campaigns/1000/contacts{number}/edit")
    page = console.page
    page.get_by_role("textbox", name="Note (optional)").fill("n" * 3_000)
    page.get_by_role("button", name="Save contact").click()
    expect(page.get_by_role("img", name="QR code of the card of Wile Coyote")).to_be_visible()
    expect(page.get_by_text("Without the note")).to_be_visible()
