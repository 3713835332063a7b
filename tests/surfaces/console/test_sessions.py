"""Signing in and out, and forged requests: CW-10 to CW-15, on a real server with two workers."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import httpx2
import pytest

import serving
from console_client import Browser, signed_in, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving.serve(tmp_path_factory.mktemp("data"), "--workers", "2") as it:
        serving.command(it.data, "campaign", "add", it.sid, "1000", "First")
        yield it


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/campaigns").status_code == 200


@pytest.mark.parametrize("path", ["/", "/campaigns", "/campaigns?x=1"])
def test_cw_10_who_is_not_signed_in_is_led_there_and_back(served: Served, path: str) -> None:
    browser = Browser(served.url)
    asked = browser.get(path)
    assert asked.status_code == 303
    page = browser.get(asked.headers["location"])
    after = re.search('name="next" value="(.*?)"', page.text)
    assert page.status_code == 200
    assert after
    assert browser.sign_in(served.sid, served.token, next=after[1]).headers["location"] == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"),
        *("/\t/evil.example", " //evil.example", "/%0d%0aSet-Cookie:x", "/\r\nSet-Cookie: x", "evil.example", ""),
        "/\x00//evil.example",
    ],
)
def test_cw_10_next_takes_paths_of_this_host_only(served: Served, elsewhere: str) -> None:
    answer = Browser(served.url).sign_in(served.sid, served.token, next=elsewhere)
    assert answer.status_code == 303
    assert re.fullmatch(r"/|/[%\w][^\\\s]*", answer.headers["location"]), answer.headers
    assert "x" not in answer.cookies


def test_cw_11_a_wrong_sid_and_a_wrong_token_give_the_same_page(served: Served) -> None:
    browser = Browser(served.url)
    wrong = [browser.sign_in("IRnobody", served.token), browser.sign_in(served.sid, "wrong")]
    assert [answer.status_code for answer in wrong] == [401, 401]
    first, second = (answer.text.replace("IRnobody", served.sid) for answer in wrong)
    assert first == second
    assert 'role="alert"' in first
    assert "The Account SID or the Auth token is wrong" in first
    assert served.token not in first
    assert title(wrong[0]) == "Error: Sign in · Cardwright"


def test_cw_71_the_password_of_a_phone_opens_neither_the_console_nor_partner_contacts(served: Served) -> None:
    phone = serving.command(served.data, "token", "add", served.sid, "--dav", "--name", "Phone")["AuthToken"]
    answer = Browser(served.url).sign_in(served.sid, phone)
    assert answer.status_code == 401
    assert "The Account SID or the Auth token is wrong" in answer.text
    partner = httpx2.get(f"{served.url}/Advertisers/{served.sid}/Campaigns", auth=(served.sid, phone))
    assert partner.status_code == 401
    listed = json.loads(serving.run("token", "list", served.sid, "--json", data=served.data).stdout)
    assert [(it["Name"], it["CardDAV"]) for it in listed if it["Name"]] == [("Phone", True)]


def test_cw_11_ten_failures_lock_out_one_address_with_one_sid(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving.serve(tmp_path_factory.mktemp("data"), "--workers", "2", "--trust-proxy", "127.0.0.1") as it:

        def tried(address: str, sid: str, token: str) -> int:
            browser = Browser(it.url)
            browser.client.headers["X-Forwarded-For"] = address
            answer = browser.sign_in(sid, token)
            if answer.status_code == 429:
                assert 0 < int(answer.headers["retry-after"]) <= 300
                assert "Too many attempts" in answer.text
            return answer.status_code

        assert [tried("192.0.2.1", it.sid, "wrong") for _ in range(11)] == [401] * 10 + [429]
        assert tried("192.0.2.1", it.sid, it.token) == 429
        assert tried("192.0.2.1", "IRother", "wrong") == 401
        assert tried("192.0.2.2", it.sid, it.token) == 303
        assert [tried(f"2001:db8::{n}", it.sid, "wrong") for n in range(11)] == [401] * 10 + [429], "one /64"
        assert tried("2001:db8:0:1::1", it.sid, it.token) == 303


def test_cw_12_the_cookie_is_new_each_time_and_says_what_it_must(served: Served) -> None:
    cookies = [Browser(served.url).sign_in(served.sid, served.token).headers["set-cookie"] for _ in range(2)]
    assert cookies[0] != cookies[1]
    for cookie in cookies:
        assert set(cookie.split("; ")[1:]) == {"Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Lax"}
    stored = b"".join(path.read_bytes() for path in served.data.iterdir() if path.is_file())
    secret = re.search(r"\.([\w-]{43});", cookies[0])
    assert secret
    assert secret[1].encode() not in stored, "a digest alone is kept"


def test_cw_12_the_cookie_is_secure_on_https(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving.serve(tmp_path_factory.mktemp("data"), "--trust-proxy", "127.0.0.1") as it:
        browser = Browser(it.url)
        browser.client.headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/book"}
        answer = browser.sign_in(it.sid, it.token, next="/campaigns")
        assert "Secure" in answer.headers["set-cookie"].split("; ")
        assert answer.headers["location"] == "/book/campaigns"


def test_cw_12_signing_out_ends_the_session_on_every_worker(served: Served) -> None:
    browser = signed_in(served)
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert answer.headers["clear-site-data"] == '"cache"'
    stolen = Browser(served.url)
    stolen.client.cookies = browser.client.cookies
    for _ in range(20):
        assert not is_signed_in(stolen)


def test_cw_12_a_revoked_token_ends_its_sessions(served: Served) -> None:
    token = serving.command(served.data, "token", "add", served.sid)
    browser = signed_in(served, token["AuthToken"])
    assert is_signed_in(browser)
    serving.run("token", "revoke", served.sid, token["TokenId"], data=served.data)
    assert not is_signed_in(browser)


def test_cw_12_a_form_posted_after_the_session_ended_stays_in_the_page(served: Served) -> None:
    browser = Browser(served.url)
    answer = browser.client.post("/sign-out", data={"csrf": "gone"})
    assert answer.status_code == 401
    assert title(answer) == "Sign in · Cardwright"


@pytest.mark.parametrize(
    ("form", "headers", "status"),
    [
        ({}, {}, 303),
        ({"csrf": ""}, {}, 403),
        ({"csrf": "0" * 64}, {}, 403),
        ({"csrf": "ünlike"}, {}, 403),
        ({}, {"Origin": "http://evil.example"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Origin": "http://[broken"}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({}, {"Sec-Fetch-Site": "same-site"}, 403),
        ({}, {"Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_cw_14_a_forged_form_changes_nothing(
    served: Served, form: dict[str, str], headers: dict[str, str], status: int
) -> None:
    browser = signed_in(served)
    answer = browser.post("/sign-out", form, **headers)
    assert answer.status_code == status
    assert is_signed_in(browser) == (status == 403)
    if status == 403:
        assert "Reload its page and try again" in answer.text


def test_cw_14_the_csrf_of_another_session_is_none(served: Served) -> None:
    browser, other = signed_in(served), signed_in(served)
    assert browser.post("/sign-out", {"csrf": other.csrf()}).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("book.example", "http://book.example", 303),
        ("book.example", "http://BOOK.example:80", 303),
        ("book.example:8000", "http://book.example:8000", 303),
        ("book.example:8000", "http://book.example", 403),
        ("book.example", "http://book.example.evil", 403),
    ],
)
def test_cw_14_signing_in_is_guarded_by_origin(served: Served, host: str, origin: str, status: int) -> None:
    headers = {"Host": host, "Origin": origin}
    form = {"sid": served.sid, "token": served.token}
    assert Browser(served.url).client.post("/sign-in", data=form, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/sign-in", "/campaigns", "/campaigns/none", "/campaigns?a=1&a=2"])
def test_cw_15_every_page_says_what_it_forbids(served: Served, path: str) -> None:
    headers = signed_in(served).get(path).headers if path != "/sign-in" else Browser(served.url).get(path).headers
    policy = dict(it.strip().split(" ", 1) for it in headers["content-security-policy"].split(";"))
    assert (
        policy
        | {
            "default-src": "'none'",
            **dict.fromkeys(("script-src", "style-src", "img-src", "connect-src", "form-action"), "'self'"),
            **dict.fromkeys(("base-uri", "frame-ancestors"), "'none'"),
        }
        == policy
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert set(headers["cache-control"].split(", ")) in ({"private", "no-store"}, {"private", "no-cache"})


def test_a_session_lasts_no_longer_than_its_limit(tmp_path_factory: pytest.TempPathFactory) -> None:
    program = serving.with_limits(SESSION=0)
    with serving.serve(tmp_path_factory.mktemp("data"), program=program) as it:
        browser = Browser(it.url)
        assert browser.sign_in(it.sid, it.token).status_code == 303
        time.sleep(0.01)
        assert not is_signed_in(browser)
