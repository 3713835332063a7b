"""Signing in, campaigns, navigation, in a browser: P1, P2, CW-1 to CW-5, CW-10 to CW-12, CW-80 to CW-82."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.chromium import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, StorageState

    from serving import Served


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def stranger(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Console]:
    """Somebody who is not signed in."""
    context = browser.new_context(java_script_enabled=request.param)
    console = Console(served, context, scripts=request.param)
    yield console
    console.check()
    context.close()


def test_p1_and_cw_10_signing_in_leads_to_the_page_that_was_asked_for(stranger: Console) -> None:
    stranger.open("/campaigns")
    expect(stranger.page).to_have_title("Sign in · Cardwright")
    expect(stranger.page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    if stranger.scripts:
        stranger.looks("sign-in")
    stranger.page.get_by_role("textbox", name="Account SID").fill(stranger.served.sid)
    stranger.page.get_by_label("Auth token", exact=True).fill(stranger.served.token)
    stranger.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger.page).to_have_title("Campaigns · Cardwright")
    assert stranger.path == "/campaigns"


def test_cw_11_what_is_wrong_is_told_and_the_sid_kept(stranger: Console) -> None:
    stranger.expects(401)
    stranger.open("/sign-in")
    stranger.page.get_by_role("textbox", name="Account SID").fill("IRwrong")
    stranger.page.get_by_label("Auth token", exact=True).fill("wrong")
    stranger.page.keyboard.press("Enter")
    alert = stranger.page.get_by_role("alert")
    expect(alert).to_contain_text("The Account SID or the Auth token is wrong")
    expect(stranger.page).to_have_title("Error: Sign in · Cardwright")
    expect(stranger.page.get_by_role("textbox", name="Account SID")).to_have_value("IRwrong")
    expect(stranger.page.get_by_label("Auth token", exact=True)).to_have_value("")
    if stranger.scripts:
        expect(alert).to_be_focused()
        stranger.looks("sign-in-wrong")


def test_p2_and_cw_2_a_page_has_its_navigation(either_console: Console) -> None:
    console, page = either_console, either_console.page
    console.open("/campaigns")
    expect(page.get_by_role("heading", level=1, name="Campaigns")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation.get_by_role("link", name="First campaign")).to_have_attribute("href", "/campaigns")
    expect(navigation.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("main")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(navigation.get_by_role("button", name="Sign out")).to_be_visible()


def test_cw_81_the_campaigns_look_as_they_should(console: Console) -> None:
    console.open("/campaigns")
    console.looks("campaigns")


def test_cw_80_a_fault_is_a_page_with_a_way_on(console: Console) -> None:
    console.expects(404)
    assert console.open("/campaigns/nothing").status == 404
    expect(console.page.get_by_role("heading", level=1, name="Page not found")).to_be_visible()
    console.looks("page-not-found")
    console.page.get_by_role("main").get_by_role("link", name="Go to the start").click()
    expect(console.page.get_by_role("heading", level=1)).not_to_have_text("Page not found")


def test_cw_12_after_signing_out_back_shows_nothing(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.sign_in()
    console.open("/campaigns")
    console.page.get_by_role("button", name="Sign out").click()
    expect(console.page).to_have_title("Sign in · Cardwright")
    console.page.go_back()
    expect(console.page).to_have_title("Sign in · Cardwright")
    console.check()
    context.close()


def test_cw_82_single_keys_can_be_switched_off_for_good(console: Console) -> None:
    console.open("/campaigns")
    dialog = console.page.get_by_role("dialog", name="Keyboard shortcuts")
    console.page.keyboard.press("?")
    expect(dialog).to_be_visible()
    assert console.violations() == []
    dialog.get_by_role("checkbox", name="Use single-key shortcuts").uncheck()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    console.open("/campaigns")
    console.page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    console.page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("checkbox")).not_to_be_checked()


def test_cw_5_nothing_is_asked_of_another_host(console: Console, signed_in: StorageState) -> None:
    asked: list[str] = []
    console.context.on("request", lambda request: asked.append(request.url))
    console.open("/campaigns")
    console.page.wait_for_load_state("networkidle")
    assert len(asked) <= 6
    assert all(url.startswith(console.served.url) for url in asked)
    assert signed_in["cookies"][0]["httpOnly"]


def test_cw_81_where_colours_are_forced_what_is_chosen_is_still_seen(console: Console) -> None:
    """The page of the navigation and the first button: their grounds alone would tell nothing."""
    console.page.emulate_media(forced_colors="active")
    console.open("/campaigns/1000/contacts")
    here = console.page.get_by_role("navigation", name="Main").locator("[aria-current=page]")
    expect(here).to_have_css("outline-style", "solid")
    grounds = "(it) => getComputedStyle(it).backgroundColor"
    first = console.page.get_by_role("link", name="New contact").first.evaluate(grounds)
    assert first != console.page.get_by_role("main").evaluate(grounds)
    console.looks("forced-colours")
