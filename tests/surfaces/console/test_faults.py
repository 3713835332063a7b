"""Faults are pages, and whatever is asked has an answer below 500: CW-80, CW-86."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import serving
from cardwright import limits
from console_client import signed_in, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console_client import Browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with serving.serve(tmp_path_factory.mktemp("data")) as it:
        yield signed_in(it)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/campaigns/none", 404, "Page not found"),
        ("/campaigns/%F0%9F%98%80/%00", 404, "Page not found"),
        ("/sign-in/more", 404, "Page not found"),
        ("/static/console.css", 404, "Page not found"),
        ("/campaigns?a=1&a=2", 400, "Cannot be read"),
        ("/campaigns?a=%ff", 400, "Cannot be read"),
        ("/campaigns?unknown=1", 200, "Campaigns"),
        ("/sign-out", 405, "Not allowed"),
    ],
)
def test_cw_80_and_86_what_cannot_be_answered_is_told_in_a_page(
    browser: Browser, path: str, status: int, said: str
) -> None:
    answer = browser.get(path)
    assert (answer.status_code, title(answer)) == (status, f"{said} · Cardwright")
    assert "Traceback" not in answer.text
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
    ],
)
def test_cw_80_where_nothing_is_people_get_a_page_and_programs_json(
    browser: Browser, accept: str, media_type: str
) -> None:
    answer = browser.get("/nothing", Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (404, media_type)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"sid=%ff", 400),
        ("application/x-www-form-urlencoded", b"sid=\xff", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 1_001, 413),
        ("application/x-www-form-urlencoded", b"a=" + b"1" * 600_000, 413),
        ("application/x-www-form-urlencoded", b"sid=" + b"1" * 600_000, 413),
        ("application/x-www-form-urlencoded", b"kept=" + b"1" * 600_000, 401),
        ("application/x-www-form-urlencoded", b"kept=" + b"1" * 5 * limits.CONTACT_FORM_TEXTS.value, 413),
        ("application/x-www-form-urlencoded", b"kept=%25ff&sid=x&token=y", 401),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b--", 401),
        ("application/json", b"{}", 400),
        ("", b"", 401),
    ],
)
def test_cw_86_a_body_that_is_no_form_is_told_in_a_page(
    browser: Browser, content_type: str, body: bytes, status: int
) -> None:
    answer = browser.client.post("/sign-in", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status, answer.text
    assert "<h1>" in answer.text


def test_cw_5_static_files_are_kept_for_good_by_their_digest(browser: Browser) -> None:
    page = browser.get("/campaigns").text
    addresses = {it.partition('"')[0].partition("#")[0] for it in page.split('="/static/')[1:]}
    assert len(addresses) == 4
    sizes = {".js": 0, ".css": 0}
    for address in addresses:
        answer = browser.get(f"/static/{address}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        for kind in sizes:
            sizes[kind] += len(answer.content) if address.endswith(kind) else 0
    assert all(0 < size <= 40 * 1024 for size in sizes.values())


def test_cw_5_of_a_page_of_another_version_the_files_are_ours_and_not_kept(browser: Browser) -> None:
    """Behind a balancer, while one machine after the other is upgraded."""
    (ours,) = re.findall(r"/static/console\.\w+\.css", browser.get("/campaigns").text)
    answer = browser.get(f"/static/console.{'0' * 16}.css")
    assert (answer.content, answer.headers["cache-control"]) == (browser.get(ours).content, "no-cache")
    for path in (f"none.{'0' * 16}.css", "console.css", f"console.{'0' * 16}.html", f"console.{'g' * 16}.css"):
        assert browser.get(f"/static/{path}").status_code == 404


def test_head_is_get_without_a_body(browser: Browser) -> None:
    asked, got = browser.client.head("/campaigns"), browser.get("/campaigns")
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]
