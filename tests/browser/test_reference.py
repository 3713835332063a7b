"""The reference in a browser (P12, CW-73)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from browser.chromium import SCREENSHOTS, Console
from partner_client import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator

    from serving import Served

OPERATIONS: Final = ".reference section"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def stranger(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Console]:
    """Somebody who is not signed in."""
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 1280, "height": 800})
    console = Console(served, context, scripts=request.param)
    yield console
    console.check()
    context.close()


def looks(console: Console) -> None:
    """Check what every page keeps to (CW-81), of what is another for a stranger: not of the operations.

    They take axe seconds each time, and are the same for who is signed in: `test_all_pages.py` checks them.
    """
    for width in (1280, 390):
        console.page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            console.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            console.page.screenshot(path=SCREENSHOTS / f"reference-{width}-{scheme}.png")
        assert console.violations({"exclude": [OPERATIONS]}) == []
    console.page.set_viewport_size({"width": 320, "height": 640})
    assert console.page.evaluate("() => document.documentElement.scrollWidth") <= 320


def operation(console: Console, name: str) -> Locator:
    return console.page.locator(f"section#{name}")


def test_p12_and_cw_73_everybody_reads_every_operation(stranger: Console) -> None:
    page = stranger.page
    stranger.open("/docs#createContact")
    expect(page).to_have_title("API reference · Cardwright")
    expect(page.get_by_role("heading", level=1, name="API reference")).to_be_visible()
    heading = page.get_by_role("heading", name="Make a contact POST /Advertisers/{sid}/Campaigns/{campaign}/Contacts")
    expect(heading).to_be_in_viewport()
    methods = page.get_by_role("navigation", name="Operations").locator("li > code")
    lefts = methods.evaluate_all("(several) => several.map((it) => it.getBoundingClientRect().x)")
    assert len(lefts) > 1
    assert len(set(lefts)) == 1
    one = operation(stranger, "createContact")
    for said in ("Idempotency-Key", "ProfileImageFile", "507"):
        expect(one.get_by_text(said, exact=True).first).to_be_visible()
    expect(one.get_by_role("region", name="curl command")).to_contain_text(stranger.served.url)
    button = one.get_by_role("button", name="Try it", exact=True)
    expect(button).to_be_visible() if stranger.scripts else expect(button).to_be_hidden()
    if stranger.scripts:
        looks(stranger)


def test_cw_73_an_operation_is_tried_with_what_is_typed_alone(console: Console, served: Served) -> None:
    """The session's cookie stays out: without credentials the answer is 401, and the browser asks for none."""
    console.expects(401)
    sent: list[dict[str, str]] = []
    console.context.on("request", lambda it: sent.append(it.headers) if "/Advertisers/" in it.url else None)
    console.open("/docs")
    one = operation(console, "createContact")
    one.get_by_role("button", name="Try it", exact=True).click()
    assert console.violations({"include": ["section#createContact"]}) == []
    one.get_by_role("textbox", name="Account SID").fill(served.sid)
    one.get_by_role("button", name="Send", exact=True).click()
    answer = one.get_by_role("status", name="Answer")
    expect(answer).to_contain_text("401")
    expect(answer).to_contain_text("www-authenticate: Basic")
    one.get_by_label("Auth token").fill(served.token)
    one.get_by_role("button", name="Send", exact=True).click()
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text('"Status":"OK"')
    assert [headers.get("cookie") for headers in sent] == [None, None]
    assert client(served).ask("GET")["@total"] == "1"
    console.page.reload()
    one.get_by_role("button", name="Try it", exact=True).click()
    expect(one.get_by_label("Auth token")).to_have_value("")
    expect(one.get_by_role("textbox", name="Account SID")).to_have_value("")


def test_cw_73_json_and_another_form_of_body_can_be_chosen(console: Console, served: Served) -> None:
    console.open("/docs")
    made = operation(console, "createcontact")
    made.get_by_role("button", name="Try it", exact=True).click()
    made.get_by_label("API key").fill(served.key)
    made.get_by_role("button", name="Send", exact=True).click()
    expect(made.get_by_role("status", name="Answer")).to_contain_text("FN:John Appleseed Jr.")
    one = operation(console, "createContact")
    one.get_by_role("button", name="Try it", exact=True).click()
    one.get_by_role("combobox", name="Content type").select_option("application/json")
    assert one.get_by_role("textbox", name="Body").input_value().startswith('{\n  "FirstName": "Wile"')
    one.get_by_role("textbox", name="Account SID").fill(served.sid)
    one.get_by_label("Auth token").fill(served.token)
    one.get_by_role("button", name="Send", exact=True).click()
    expect(one.get_by_role("status", name="Answer")).to_contain_text('"Status":"OK"')
