"""Importing and exporting (P9, P10) in a browser, by the roles and names of the contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from browser.chromium import Console
    from serving import Served

IMPORT = "/campaigns/1000/import"
TABLE = "First name,Last name,E-mail,Shoe of {0}\n{0},Moss,{0}@example.com,38\nWile,Coyote,no address,\n"


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


def put(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def upload(console: Console, file: Path) -> None:
    console.open(IMPORT)
    console.page.get_by_label("File", exact=True).set_input_files(file)
    console.page.get_by_role("button", name="Upload", exact=True).click()
    expect(console.page.get_by_role("heading", level=1, name=f"Import {file.name}", exact=True)).to_be_visible()


def looks(console: Console, name: str) -> None:
    if console.scripts:  # what looks for faults is one itself
        console.looks(name)


def counts(console: Console) -> list[str]:
    found = console.page.get_by_label("Outcomes").locator("dd")
    return [it.strip() for it in found.all_inner_texts()]


@pytest.mark.on_each_store
def test_p9_and_cw_60_to_64_a_table_is_imported(either_console: Console, tmp_path: Path) -> None:
    console, page = either_console, either_console.page
    console.expects(422)
    who = "ida" if console.scripts else "ada"
    upload(console, put(tmp_path, f"people of {who}.csv", TABLE.format(who)))
    columns = page.get_by_role("table", name="Columns", exact=True)
    expect(columns.get_by_role("combobox", name="First name goes to", exact=True)).to_have_value("first")
    expect(columns.get_by_role("combobox", name="E-mail goes to", exact=True)).to_have_value("email.work")
    shoe = columns.get_by_role("combobox", name=f"Shoe of {who} goes to", exact=True)
    expect(columns.get_by_role("row", name=re.compile("^Shoe of"))).to_contain_text("not recognised")
    expect(columns).to_contain_text("38")
    looks(console, "import-columns")
    shoe.select_option("First name")
    page.get_by_role("button", name="Check", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(shoe).to_have_value("first")
    shoe.select_option("Note")
    for name in ("Skip the row", "Update the contact", "Replace the contact", "Add another contact"):
        expect(page.get_by_role("radio", name=re.compile(f"^{name}"))).to_be_visible()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="What will happen", exact=True)).to_be_visible(timeout=60_000)
    assert counts(console) == ["1", "0", "0", "0", "1"]
    problems = page.get_by_role("table", name="Rows with a problem", exact=True)
    expect(problems.get_by_role("row").nth(1)).to_contain_text("Refused")
    looks(console, "import-check")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Import finished", exact=True)).to_be_visible(timeout=60_000)
    assert counts(console) == ["1", "0", "0", "0", "1"]
    if console.scripts:
        expect(page.locator("[aria-live=polite]")).to_contain_text("Import finished. Created: 1. Updated: 0.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download report (CSV)", exact=True).click()
    assert "created" in download.value.path().read_text()
    looks(console, "import-finished")
    page.get_by_role("link", name="Show contacts", exact=True).click()
    expect(page.get_by_role("link", name=f"{who} Moss", exact=True)).to_be_visible()
    upload(console, put(tmp_path, f"{'a' * 200}.csv", TABLE.format(who)))
    remembered = page.get_by_role("combobox", name=f"Shoe of {who} goes to", exact=True)
    expect(remembered).to_have_value("note")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="What will happen", exact=True)).to_be_visible(timeout=60_000)
    assert counts(console) == ["0", "0", "0", "1", "1"]
    console.open(IMPORT)
    if "postgresql" not in console.served.store:
        looks(console, "import-earlier")


def test_cw_60_without_a_file_and_with_one_that_holds_nobody(either_console: Console, tmp_path: Path) -> None:
    console, page = either_console, either_console.page
    console.expects(422)
    console.open(IMPORT)
    for file in (None, put(tmp_path, "letter.txt", "Dear Ida")):
        if file:
            page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Upload", exact=True).click()
        expect(page.get_by_role("alert").get_by_role("heading", name="There is a problem")).to_be_visible()
        expect(page.get_by_label("File", exact=True)).to_have_attribute("aria-invalid", "true")
    looks(console, "import-refused")


def test_cw_63_progress_is_shown_and_a_stop_leaves_what_is_in(either_console: Console, tmp_path: Path) -> None:
    console, page = either_console, either_console.page
    rows = "".join(f"P{n},Person{n},{console.scripts}{n}@example.org\n" for n in range(60_000))
    upload(console, put(tmp_path, "many.csv", f"First name,Last name,E-mail\n{rows}"))
    page.get_by_role("radio", name=re.compile("^Add another")).check()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("progressbar", name="Import progress", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^[\d,]+ of 60,000 rows"))).to_be_visible()
    stop = page.get_by_role("button", name="Stop", exact=True)
    if console.scripts:  # who has only a keyboard must be able to press it, though the page is told anew all the time
        stop.focus()
        said = page.get_by_role("progressbar").get_attribute("value") or ""
        expect(page.get_by_role("progressbar")).not_to_have_attribute("value", said)
        expect(stop).to_be_focused()
        page.keyboard.press("Enter")
    else:
        stop.click()
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible(timeout=60_000)
    console.open(IMPORT)
    page.get_by_role("link", name="many.csv").first.click()
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()


def test_p10_and_cw_65_an_export_is_downloaded(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open("/campaigns/1000/export")
    expect(page.get_by_role("heading", level=1, name="Export", exact=True)).to_be_visible()
    for name in ("vCard", "CSV", "jCard", "JSON"):
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_visible()
    looks(console, "export")
    page.get_by_role("radio", name="CSV", exact=True).check()
    page.get_by_role("textbox", name="Only contacts that match (optional)", exact=True).fill("nobody like that")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "First-campaign.csv"
    assert download.value.path().read_text().startswith("FirstName,")
