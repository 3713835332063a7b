"""Sharing a contact in a browser, and the page of who has the link: P13, CW-52 to CW-54."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.chromium import Console
from partner_client import WILE, client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from serving import Served


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


@pytest.fixture(scope="module")
def contact(served: Served) -> str:
    return f"/campaigns/1000/contacts{client(served).create(WILE)}"


@pytest.fixture
def stranger(browser: Browser, served: Served) -> Iterator[Console]:
    """Somebody who is not signed in, and whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    console = Console(served, context, scripts=False)
    yield console
    console.check()
    context.close()


def shared(console: Console, contact: str, works: str = "for 7 days") -> str:
    """Make a link, and return its path."""
    page = console.page
    console.open(contact)
    page.get_by_role("combobox", name="Link works").select_option(works)
    page.get_by_role("button", name=re.compile("^Make (a new )?share link$")).click()
    link = page.get_by_role("textbox", name="Share link", exact=True).input_value()
    return link.removeprefix(console.served.url)


@pytest.mark.on_each_store
def test_cw_52_a_link_is_made_shown_once_and_stopped(either_console: Console, stranger: Console, contact: str) -> None:
    console, page = either_console, either_console.page
    path = shared(console, contact)
    expect(page.get_by_role("img", name="QR code of the share link")).to_be_visible()
    copy = page.get_by_role("button", name="Copy link")
    expect(copy).to_be_visible() if console.scripts else expect(copy).to_be_hidden()
    if console.scripts:
        console.looks("share-link")
    assert stranger.open(path).status == 200
    console.open(contact)
    utc = "" if console.scripts else " UTC"  # live, times are those of the browser's zone (CW-4)
    expect(page.get_by_text(re.compile(rf"^Shared since .*:\d\d{utc}, until .*:\d\d{utc}$"))).to_be_visible()
    assert path.rpartition("/")[2] not in page.content()
    page.get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_role("status", name="Notice")).to_contain_text("Wile Coyote")
    expect(page.get_by_role("button", name="Make share link", exact=True)).to_be_visible()
    stranger.expects(404)
    assert stranger.open(path).status == 404


def test_p13_and_cw_53_and_83_whoever_has_the_link_saves_the_card(console: Console, stranger: Console) -> None:
    contact = client(console.served).create(WILE | {"Title": "T" * 255})
    path = shared(console, f"/campaigns/1000/contacts{contact}")
    console.open(path)
    console.looks("share")
    page = stranger.page
    stranger.open(path)
    expect(page).to_have_title("Wile Coyote")
    expect(page.get_by_role("heading", level=1, name="Wile Coyote")).to_be_visible()
    save = page.get_by_role("link", name="Save contact", exact=True)
    expect(save).to_be_visible()
    answer = stranger.context.request.get(f"{stranger.served.url}{save.get_attribute('href')}")
    assert answer.body().startswith(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert b"UID" not in answer.body()
    page.get_by_text("Nothing happens when you save?").click()
    expect(page.get_by_text("Open in browser")).to_be_visible()


def test_cw_54_a_link_that_is_none_is_one_page(console: Console, stranger: Console) -> None:
    for person in (console, stranger):
        person.expects(404)
        assert person.open(f"/c/{'x' * 24}").status == 404
        expect(person.page.get_by_role("heading", level=1, name="This card is not available")).to_be_visible()
    console.looks("share-gone")
