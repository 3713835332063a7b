"""Keys and tokens: P11, CW-70, CW-13."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2
import pytest
from playwright.sync_api import expect

import serving
from browser.chromium import Console

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from serving import Served


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


def opens(served: Served, token: str) -> bool:
    return httpx2.get(f"{served.url}/Advertisers/{served.sid}/Campaigns", auth=(served.sid, token)).status_code == 200


@pytest.mark.on_each_store
def test_p11_and_cw_70_a_token_is_made_shown_once_and_revoked(either_console: Console) -> None:
    console, page = either_console, either_console.page
    assert console.open("/keys").headers["cache-control"].split(", ").count("no-store") == 1
    expect(page).to_have_title("Keys and tokens · Cardwright")
    expect(page.get_by_role("heading", level=1, name="Keys and tokens")).to_be_visible()
    page.get_by_label("Name of the token (optional)").fill("For <b>import</b>")
    page.get_by_label("New token may").select_option("read")
    page.get_by_role("button", name="Make token", exact=True).click()
    box = page.get_by_role("textbox", name="New token", exact=True)
    secret = box.input_value()
    assert opens(console.served, secret)
    if console.scripts:
        console.looks("keys-new-token")
    notice = page.get_by_role("status", name="Notice")
    found = re.search(r"Token (\w+) is made", notice.inner_text())
    assert found
    page.reload()
    expect(box).to_have_count(0)
    row = page.get_by_role("table", name="Tokens").get_by_role("row").filter(has_text=found[1])
    expect(row).to_contain_text("For <b>import</b>")
    expect(row.get_by_role("cell", name="read", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"Revoke token {found[1]}", exact=True).click()
    expect(notice).to_contain_text(f"Token {found[1]} is revoked")
    expect(row).to_have_count(0)
    serving.until(lambda: not opens(console.served, secret))
    for path in console.served.data.iterdir():
        assert path.is_dir() or secret.encode() not in path.read_bytes(), "a digest alone is kept"


def test_cw_43_a_button_that_is_pressed_twice_makes_one_token(console: Console) -> None:
    page = console.page
    console.open("/keys")
    rows = page.get_by_role("table", name="Tokens").get_by_role("row")
    before = rows.count()
    held: list[Route] = []
    page.route("**/keys/token", lambda route: held.append(route))  # noqa: PLW0108 - it takes a function alone
    twice = "async (it) => { it.click(); await new Promise((done) => setTimeout(done, 300)); it.click(); }"
    page.get_by_role("button", name="Make token", exact=True).evaluate(twice)
    page.wait_for_timeout(300)
    (sent,) = held
    sent.continue_()
    expect(page.get_by_role("textbox", name="New token", exact=True)).to_be_visible()
    expect(rows).to_have_count(before + 1)


def test_cw_70_a_name_that_is_too_long_is_told_beside_the_field(console: Console) -> None:
    console.expects(422)
    console.open("/keys")
    name = console.page.get_by_label("Name of the token (optional)")
    name.fill("x" * 256)
    console.page.get_by_role("button", name="Make token", exact=True).click()
    expect(console.page).to_have_title("Error: Keys and tokens · Cardwright")
    expect(console.page.get_by_role("alert")).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_value("x" * 256)
    console.looks("keys-errors")


def test_cw_70_a_new_api_key_needs_its_checkbox(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.expects(422)
    console.open("/keys")
    page.get_by_role("button", name="Make a new API key").click()
    expect(page.get_by_role("alert")).to_contain_text("Say that programs with the old key may stop working")
    page.get_by_role("checkbox", name="Programs with the old key may stop working").check()
    page.get_by_role("button", name="Make a new API key").click()
    key = page.get_by_role("textbox", name="New API key").input_value()
    body = {"action": "createcontact", "name": {"first-name": "Wile", "last-name": "Coyote"}}
    answer = httpx2.post(f"{console.served.url}/api/v2", headers={"x-api-key": key}, json=body)
    assert answer.status_code == 200, answer.text
    page.reload()
    expect(page.get_by_role("textbox", name="New API key")).to_have_count(0)


def test_cw_13_a_read_only_token_sees_no_control_that_changes_something(browser: Browser, served: Served) -> None:
    token = serving.command(served.store, "token", "add", served.sid, "--read-only")["AuthToken"]
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.sign_in(token)
    console.open("/keys")
    expect(console.page.get_by_role("table", name="Tokens")).to_be_visible()
    main = console.page.get_by_role("main")
    expect(main.get_by_role("button")).to_have_count(0)
    expect(console.page.get_by_role("link", name="Import", exact=True)).to_have_count(0)
    csrf = console.page.locator("input[name=csrf]").first.get_attribute("value")
    answer = context.request.post(f"{served.url}/keys/token", form={"csrf": csrf or "", "may": "write"})
    assert answer.status == 403
    assert "read-only" in answer.text()
    console.check()
    context.close()


def test_cw_12_who_revokes_their_own_token_is_signed_out(browser: Browser, served: Served) -> None:
    made = serving.command(served.store, "token", "add", served.sid)
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.sign_in(made["AuthToken"])
    console.open("/keys")
    console.page.get_by_role("button", name=f"Revoke token {made['TokenId']}").click()
    expect(console.page).to_have_title("Sign in · Cardwright")
    context.close()
