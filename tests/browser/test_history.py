"""History, undo, duplicates and merge in a browser: P5, P8, CW-3, CW-31, CW-32, CW-56 to CW-58."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import serving
from cardwright import limits
from partner_client import WILE, client

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from browser.chromium import Console
    from serving import Served

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


def made(console: Console, **fields: str) -> str:
    """Make a contact by the partner interface, alone with its address unless that is given, and return its id."""
    email = {"EmailAddress": f"wile{next(NUMBERS)}@example.com"}
    return client(console.served).create(WILE | email | fields).removeprefix("/")


def changed(console: Console, contact: str, **fields: str) -> None:
    client(console.served).ask("PUT", f"/{contact}", data=fields)


def card(console: Console, contact: str) -> str:
    """Return the card of a contact as the partner interface gives it, but for REV; empty for one that is gone."""
    answer = client(console.served, "text/vcard").send("GET", f"/{contact}.vcf")
    return re.sub(r"REV:.*", "", answer.text) if answer.status_code == 200 else ""


def opened(console: Console, contact: str) -> None:
    console.open(f"/campaigns/1000/contacts/{contact}")


def history(console: Console) -> Locator:
    return console.page.get_by_role("list", name="History").get_by_role("listitem")


def notice(console: Console) -> Locator:
    return console.page.get_by_role("status", name="Notice")


def undo(console: Console) -> None:
    notice(console).get_by_role("button", name="Undo", exact=True).click()


@pytest.mark.on_each_store
def test_p5_and_cw_31_the_history_says_what_changed_and_undoes_it(either_console: Console) -> None:
    console = either_console
    contact = made(console, Title="Genius")
    before = card(console, contact)
    changed(console, contact, Title="Chief <b>of</b> all")
    opened(console, contact)
    expect(history(console)).to_have_count(2)
    latest = history(console).first
    for said in ("Title", "Genius", "Chief <b>of</b> all", "by token", "" if console.scripts else "UTC"):
        expect(latest).to_contain_text(said)
    if console.scripts:
        console.looks("history")
    latest.get_by_role("button", name="Undo: Title", exact=True).click()
    expect(notice(console)).to_contain_text("Undone")
    expect(history(console)).to_have_count(3)
    expect(history(console).first).to_contain_text("console")
    assert card(console, contact) == before
    undo(console)
    assert "TITLE:Chief" in card(console, contact)


def test_cw_31_what_was_changed_since_stays(either_console: Console) -> None:
    console = either_console
    contact = made(console, Title="One")
    changed(console, contact, Title="Two", LastName="Runner")
    opened(console, contact)
    changed(console, contact, Title="Three")
    history(console).first.get_by_role("button", name="Undo: Last name, Title", exact=True).click()
    expect(notice(console)).to_contain_text("Title was changed since")
    expect(notice(console).get_by_role("button")).to_have_count(0)
    assert "TITLE:Three" in card(console, contact)
    assert "Runner" in card(console, contact)


def test_cw_3_and_cw_32_a_deleted_contact_comes_back_with_its_history(either_console: Console) -> None:
    console = either_console
    contact = made(console, LastName="Vanishing")
    before = card(console, contact)
    opened(console, contact)
    console.page.get_by_role("button", name="Delete", exact=True).click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Contacts")
    assert not card(console, contact)
    undo(console)
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Wile Vanishing")
    assert card(console, contact) == before
    expect(history(console)).to_have_count(3)


def test_p5_a_long_history_is_read_in_pages(plain_console: Console) -> None:
    console, most = plain_console, limits.HISTORY_PAGE.value
    contact = made(console)
    for number in range(most):
        changed(console, contact, Title=f"Title {number}")
    opened(console, contact)
    expect(history(console)).to_have_count(most)
    console.page.get_by_role("link", name="Earlier changes").click()
    expect(history(console)).to_have_count(1)
    expect(history(console).first).to_contain_text("Created")
    for asked in ("x", "0", "9" * 18, "9" * 30, "%00"):
        assert console.open(f"/campaigns/1000/contacts/{contact}?history={asked}").status == 200


def test_p8_and_cw_56_pairs_are_listed_and_told_apart(either_console: Console) -> None:
    console = either_console
    email = {"EmailAddress": f"same{next(NUMBERS)}@example.com"}
    first, second = made(console, **email), made(console, FirstName="Will", **email)
    console.open("/campaigns/1000/duplicates")
    expect(console.page).to_have_title("Duplicates · Cardwright")
    name = f"Compare Wile Coyote {first} and Will Coyote {second}"
    expect(console.page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(console.page.get_by_text(f"Same e-mail address: {email['EmailAddress']}")).to_be_visible()
    if console.scripts:
        console.looks("duplicates")
    console.page.get_by_role("link", name=name, exact=True).click()
    expect(console.page).to_have_title("Compare Wile Coyote and Will Coyote · Cardwright")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Same person?")
    console.page.get_by_role("button", name="Not the same person", exact=True).click()
    expect(notice(console)).to_contain_text("are not the same person")
    expect(console.page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    undo(console)
    expect(console.page.get_by_role("link", name=name, exact=True)).to_be_visible()


@pytest.mark.on_each_store
def test_p8_and_cw_56_the_end_of_looking_is_told_and_the_list_is_complete_then(
    console: Console, tmp_path: Path
) -> None:
    """More has changed than is looked at before a page is answered."""
    rows = "".join(f"P{number},Moss,p{number % 600}@example.org\n" for number in range(601))
    (file := tmp_path / "many.csv").write_text(f"FirstName,LastName,EmailAddress\n{rows}")
    serving.command(console.served.store, "import", "--on-duplicate", "add", console.served.sid, "1000", str(file))
    looking = "Still looking through the contacts."
    assert looking in console.open("/campaigns/1000/duplicates").text()
    expect(console.page.locator("[aria-live=polite]")).to_have_text(
        "All contacts were looked through: the list of duplicates is complete."
    )
    expect(console.page.get_by_text(looking)).to_have_count(0)
    expect(console.page.get_by_role("link", name=re.compile("^Compare P0 Moss .* and P600 Moss"))).to_be_visible()


@pytest.mark.on_each_store
def test_cw_57_and_cw_58_two_are_merged_and_come_back(either_console: Console) -> None:
    console = either_console
    first = made(console, Title="Genius")
    second = made(console, FirstName="Will", ContactLabels="VIP", Title="Chief")
    before = [card(console, it) for it in (first, second)]
    console.open(f"/campaigns/1000/duplicates/{first}/{second}")
    table = console.page.get_by_role("table", name="Comparison")
    expect(table.get_by_role("checkbox", checked=True)).to_have_count(2)
    row = table.get_by_role("row", name=re.compile("^Title"))
    row.get_by_role("radio", name="Chief", exact=True).check()
    if console.scripts:
        console.looks("compare")
    console.page.get_by_role("button", name="Merge", exact=True).click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Wile Coyote")
    expect(notice(console)).to_contain_text(f"contact {second}")
    merged = card(console, first)
    assert "TITLE:Chief" in merged
    assert merged.count("EMAIL") == 2
    opened(console, second)
    assert console.path == f"/campaigns/1000/contacts/{first}"
    expect(history(console).first.get_by_role("button", name=f"Undo: Merged with contact {second}")).to_be_visible()
    history(console).first.get_by_role("button").click()
    expect(notice(console)).to_contain_text("Undone")
    assert [card(console, it) for it in (first, second)] == before
    opened(console, second)
    assert console.path == f"/campaigns/1000/contacts/{second}"
