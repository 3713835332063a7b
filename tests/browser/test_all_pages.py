"""What every page keeps to, with names of 255 characters and names from right to left: CW-1, CW-2, CW-81, CW-83."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx2
import pytest
from playwright.sync_api import expect

import serving
from cardwright.surfaces.console.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from browser.chromium import Console
    from serving import Served

LONG: Final = "Wolfeschlegelsteinhausenbergerdorff" * 7 + "Hubert, Sr"
ARABIC: Final = "محمد"
TEMPLATES: Final = sorted(route.template for page in PAGES for route in page.ROUTES if route.method == "GET")
NAMES: Final = (
    ("/campaigns/{c}/contacts", "Contacts"),
    ("/campaigns/{c}/duplicates", "Duplicates"),
    ("/campaigns/{c}/import", "Import"),
    ("/campaigns/{c}/export", "Export"),
    ("/campaigns/{c}/deleted", "Deleted"),
    ("/phone", "Phone set-up"),
    ("/make", "Make a card"),
    ("/keys", "Keys and tokens"),
    ("/docs", "API reference"),
)
NO_PAGES: Final = ("/",)
"""It leads on."""
VALUES: Final = {"{c}": "1000", "{id}": "1", "{a}": "1", "{b}": "2"}
OVERLAPS: Final = """() => {
  const floats = it => it && (["sticky", "fixed"].includes(getComputedStyle(it).position) || floats(it.parentElement));
  const shown = [...document.querySelectorAll("main a, main button, main input:not([type=hidden]), main select")]
    .filter(it => it.checkVisibility({visibilityProperty: true}) && it.getClientRects().length === 1 && !floats(it));
  const boxes = shown.map(it => it.getBoundingClientRect());
  const found = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, b] = [boxes[i], boxes[j]];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 2 && high > 2 && !shown[i].contains(shown[j]))
      found.push([shown[i], shown[j]].map(it => it.outerHTML.slice(0, 120)).join(" | "));
  }
  return found;
}"""
COVERED = """() => [...document.querySelectorAll(".rail :is(a, button)")].filter(it => {
        it.scrollIntoView({block: "nearest"});
        const box = it.getBoundingClientRect();
        return !it.contains(document.elementFromPoint(box.x + 8, box.y + box.height / 2));
    }).map(it => it.textContent.trim())"""
"""What of the navigation something else lies upon."""


@pytest.fixture(scope="module")
def filled(served: Served) -> Served:
    serving.command(served.store, "campaign", "rename", served.sid, "1000", LONG)
    serving.command(served.store, "partner", "rename", served.sid, "10000", LONG)
    contacts = f"{served.url}/Advertisers/{served.sid}/Campaigns/1000/Contacts.json"
    for first, last in ((LONG[:255], LONG[:255]), (ARABIC, ARABIC), ("Wile", "Coyote")):
        form = {"FirstName": first, "LastName": last, "Title": LONG[:255], "EmailAddress": "wile@example.com"}
        form |= {"Labels": f"{LONG[:100]},VIP", "Accounts": "10000"}
        answer = httpx2.post(contacts, auth=(served.sid, served.token), data=form)
        assert answer.is_success, answer.text
    return served


def address(template: str) -> str:
    for name, value in VALUES.items():
        template = template.replace(name, value)
    return template


@pytest.mark.parametrize("template", [it for it in TEMPLATES if it not in NO_PAGES and "{" not in address(it)])
def test_cw_1_and_2_and_81_and_83_every_page_keeps_to_it(filled: Served, console: Console, template: str) -> None:
    path = address(template)
    served = console.context.request.get(f"{filled.url}{path}", max_redirects=0)
    if not served.headers["content-type"].startswith("text/html") or served.status != 200:
        return  # a card, an image, or an address that leads on
    assert '<html lang="en"' in served.text()
    console.open(path)
    expect(console.page.get_by_role("main")).to_have_count(1)
    expect(console.page.get_by_role("heading", level=1)).to_have_count(1)
    console.page.keyboard.press("Tab")
    expect(console.page.get_by_role("link", name="Skip to content")).to_be_focused()
    assert console.page.title().endswith(" · Cardwright")
    console.looks(f"long{path.replace('/', '-')}")
    for width in (1280, 390):
        console.page.set_viewport_size({"width": width, "height": 800})
        assert console.page.evaluate(OVERLAPS) == []


def test_cw_2_the_navigation_has_every_page_in_its_order_and_marks_this_one(console: Console) -> None:
    for template, name in NAMES:
        if template not in TEMPLATES:
            continue
        console.open(address(template))
        navigation = console.page.get_by_role("navigation", name="Main")
        expect(navigation.locator("[aria-current=page]")).to_have_text(name)
    shown = navigation.locator("li a").all_inner_texts()
    assert shown == [name for template, name in NAMES if template in TEMPLATES]
    console.page.set_viewport_size({"width": 1280, "height": 400})
    assert console.page.evaluate(COVERED) == [], "in a low window"


def test_cw_1_without_scripts_a_page_is_whole(browser: Browser, filled: Served, plain_console: Console) -> None:
    plain_console.open("/campaigns/1000/contacts")
    assert browser.is_connected()
    rows = plain_console.page.get_by_role("table", name="Contacts").get_by_role("row")
    expect(rows).to_have_count(4)
    expect(plain_console.page.get_by_role("link", name="Wile Coyote")).to_be_visible()
    assert filled.url in plain_console.page.url
