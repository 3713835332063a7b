"""Phones: P11, CW-71, CW-13."""

from __future__ import annotations

import plistlib
import re
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from playwright.sync_api import expect

import serving
from browser.chromium import Console

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from serving import Served


@pytest.fixture(scope="module")
def served(served_by_each: Served) -> Served:
    return served_by_each


def opens_carddav(served: Served, password: str) -> bool:
    asked = httpx2.request("PROPFIND", f"{served.url}/dav/", auth=(served.sid, password), headers={"Depth": "0"})
    assert asked.status_code in {207, 401}, asked.text
    return asked.status_code == 207


@pytest.mark.on_each_store
def test_p11_and_cw_71_a_phone_has_a_password_of_its_own(either_console: Console) -> None:
    console, page = either_console, either_console.page
    served = console.served
    assert console.open("/phone").headers["cache-control"].split(", ").count("no-store") == 1
    expect(page).to_have_title("Phone set-up · Cardwright")
    expect(page.get_by_role("heading", level=1, name="Phone set-up", exact=True)).to_be_visible()
    main = page.get_by_role("main")
    for shown in (served.url, served.sid, f"{served.sid}+all"):
        expect(main.get_by_text(shown, exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Name of the phone", exact=True).fill("Wile's <b>phone</b>")
    page.get_by_role("button", name="Make password", exact=True).click()
    box = page.get_by_role("textbox", name="Password for Wile's <b>phone</b>", exact=True)
    password = box.input_value()
    expect(page.get_by_role("status", name="Notice")).to_contain_text("The password for Wile's <b>phone</b> is made")
    if console.scripts:
        console.looks("phone-new-password")
    assert opens_carddav(served, password)
    partner = httpx2.get(f"{served.url}/Advertisers/{served.sid}/Campaigns", auth=(served.sid, password))
    assert partner.status_code == 401
    page.reload()
    expect(box).to_have_count(0)
    row = page.get_by_role("table", name="Phones").get_by_role("row").filter(has_text="Wile's <b>phone</b>")
    row.get_by_role("button", name="Revoke Wile's <b>phone</b>").click()
    expect(page.get_by_role("status", name="Notice")).to_contain_text("is revoked")
    expect(row).to_have_count(0)
    serving.until(lambda: not opens_carddav(served, password))
    for path in served.data.iterdir():
        assert path.is_dir() or password.encode() not in path.read_bytes(), "a digest alone is kept"


def test_cw_71_what_a_phone_changes_has_its_name_in_the_history(console: Console) -> None:
    served, page = console.served, console.page
    console.open("/phone")
    page.get_by_role("textbox", name="Name of the phone", exact=True).fill("Phone of Wile")
    page.get_by_role("button", name="Make password", exact=True).click()
    password = page.get_by_role("textbox", name="Password for Phone of Wile", exact=True).input_value()
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:from-a-phone\r\nN:Coyote;Wile;;;\r\nFN:Wile Coyote\r\nEND:VCARD\r\n"
    put = httpx2.put(
        f"{served.url}/dav/addressbooks/{served.sid}/1000/from-a-phone.vcf",
        auth=(served.sid, password),
        content=card,
        headers={"Content-Type": "text/vcard"},
    )
    assert put.status_code == 201, put.text
    console.open("/campaigns/1000/contacts")
    page.get_by_role("link", name="Wile Coyote").first.click()
    expect(page.get_by_role("list", name="History")).to_contain_text("Phone of Wile")


def test_cw_71_the_password_of_a_phone_does_not_sign_in_to_the_console(browser: Browser, served: Served) -> None:
    phone = serving.command(served.store, "token", "add", served.sid, "--dav")["AuthToken"]
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.expects(401)
    console.open("/sign-in")
    console.page.get_by_label("Account SID").fill(served.sid)
    console.page.get_by_label("Auth token").fill(phone)
    console.page.get_by_role("button", name="Sign in").click()
    expect(console.page.get_by_role("alert")).to_contain_text("The Account SID or the Auth token is wrong")
    console.check()
    context.close()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Name of the phone is required"),
        (" ", "Name of the phone is required"),
        ("x" * 256, "Name of the phone holds 256 characters; at most 255"),
    ],
)
def test_cw_71_a_name_that_cannot_be_is_told_beside_the_field(console: Console, name: str, message: str) -> None:
    console.expects(422)
    console.open("/phone")
    field = console.page.get_by_role("textbox", name="Name of the phone", exact=True)
    field.fill(name)
    console.page.get_by_role("button", name="Make password", exact=True).click()
    expect(console.page).to_have_title("Error: Phone set-up · Cardwright")
    expect(console.page.get_by_role("alert")).to_be_focused()
    expect(console.page.get_by_role("alert")).to_contain_text(message)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(name)
    if name:
        console.looks("phone-errors")


def profile_of(console: Console, name: str) -> dict[str, Any]:
    with console.page.expect_download() as downloaded:
        console.page.get_by_role("link", name=name, exact=True).click()
    it = downloaded.value
    assert it.suggested_filename == "cardwright.mobileconfig"
    read = plistlib.loads(it.path().read_bytes())
    assert isinstance(read, dict)
    return read


def test_cw_71_the_profile_sets_up_carddav_and_holds_no_password(either_console: Console) -> None:
    console, served = either_console, either_console.served
    console.open("/phone")
    seen = profile_of(console, "Download profile")
    assert (seen["PayloadType"], seen["PayloadVersion"]) == ("Configuration", 1)
    (payload,) = seen["PayloadContent"]
    host, port = served.url.removeprefix("http://").split(":")
    assert {key: value for key, value in payload.items() if key.startswith("CardDAV")} == {
        "CardDAVAccountDescription": "Contacts of Acme",
        "CardDAVHostName": host,
        "CardDAVPort": int(port),
        "CardDAVUseSSL": False,
        "CardDAVPrincipalURL": f"/dav/principals/{served.sid}/",
        "CardDAVUsername": served.sid,
    }
    assert payload["PayloadType"] == "com.apple.carddav.account"
    assert profile_of(console, "Download profile") == seen, "installed again, it takes the place of the first"
    one = profile_of(console, "Profile for a Mac")
    assert one["PayloadContent"][0]["CardDAVUsername"] == f"{served.sid}+all"
    ids = {it["PayloadUUID"] for it in (seen, payload, one, one["PayloadContent"][0])}
    assert len(ids) == 4
    answer = console.context.request.get(f"{served.url}/phone/cardwright.mobileconfig")
    assert answer.headers["content-type"] == "application/x-apple-aspen-config"


def test_cw_71_there_are_steps_for_each_device(console: Console) -> None:
    served, page = console.served, console.page
    console.open("/phone")
    for name in ("iPhone", "Mac", "Android", "Thunderbird"):
        expect(page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
    for name in ("iPhone", "Android", "Thunderbird"):
        assert page.get_by_role("region", name=name, exact=True).get_by_role("listitem").count() >= 3
    expect(page.get_by_text("The profile is not signed")).to_be_visible()
    link = page.get_by_role("link", name="Open in DAVx⁵", exact=True)
    host = served.url.removeprefix("http://")
    expect(link).to_have_attribute("href", f"carddav://{served.sid}@{host}/dav/")


def test_cw_13_a_read_only_token_makes_and_revokes_no_password(browser: Browser, served: Served) -> None:
    token = serving.command(served.store, "token", "add", served.sid, "--read-only")["AuthToken"]
    phone = serving.command(served.store, "token", "add", served.sid, "--dav", "--name", "Kept")["TokenId"]
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.sign_in(token)
    console.open("/phone")
    expect(console.page.get_by_role("table", name="Phones")).to_contain_text("Kept")
    expect(console.page.get_by_role("button", name=re.compile("Make password|Revoke"))).to_have_count(0)
    expect(console.page.get_by_role("textbox", name="Name of the phone")).to_have_count(0)
    csrf = console.page.locator("input[name=csrf]").first.get_attribute("value")
    for path, form in (("/phone", {"name": "Mine"}), ("/phone/revoke", {"id": phone})):
        answer = context.request.post(f"{served.url}{path}", form={"csrf": csrf or "", **form})
        assert answer.status == 403
    console.check()
    context.close()
