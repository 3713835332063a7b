"""Two servers over one database, as behind a balancer, while others use them: a session is one and the same on both."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

import serving
from console_client import Browser
from html_forms import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Cluster
    from serving import Served

NEW: Final = "/campaigns/1000/contacts/new"
_OTHERS: Final = 4


@pytest.fixture(scope="module")
def served(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A server, and the address of a second one over the same database."""
    with (
        postgres.database() as address,
        serving.serve(tmp_path_factory.mktemp("1"), store=address) as first,
        serving.started(tmp_path_factory.mktemp("2"), address=address) as (second, _),
    ):
        serving.command(address, "campaign", "add", first.sid, "1000", "First")
        serving.command(address, "partner", "add", first.sid, "10000", "Partner")
        yield first, second


@contextmanager
def others(first: Served, second: str) -> Iterator[None]:
    """Let others sign in, look and sign out, at each server in turn, until the block ends; all they do succeeds."""
    ended = threading.Event()

    def use(at: int) -> None:
        while not ended.is_set():
            browser = Browser((first.url, second)[at % 2])
            assert browser.sign_in(first.sid, first.token).status_code == 303
            browser.client.base_url = second if at % 2 else first.url
            assert browser.get("/campaigns/1000/contacts").status_code == 200
            assert browser.post("/sign-out").status_code == 303

    with ThreadPoolExecutor(_OTHERS) as pool:
        done = [pool.submit(use, at) for at in range(_OTHERS)]
        try:
            yield
        finally:
            ended.set()
        for one in done:
            one.result()


def elsewhere(browser: Browser, url: str) -> Browser:
    """Return the same person, led to another server by the balancer."""
    other = Browser(url)
    other.client.headers["Cookie"] = "; ".join(f"{it.name}={it.value}" for it in browser.client.cookies.jar)
    return other


def test_cw_12_who_signs_in_on_one_server_and_out_on_the_other_is_out_on_both(served: tuple[Served, str]) -> None:
    first, second = served
    with others(first, second):
        for _ in range(5):
            browser = Browser(first.url)
            assert browser.sign_in(first.sid, first.token).status_code == 303
            other = elsewhere(browser, second)
            assert (browser.get("/campaigns").status_code, other.get("/campaigns").status_code) == (200, 200)
            assert other.post("/sign-out").status_code == 303
            assert (browser.get("/campaigns").status_code, other.get("/campaigns").status_code) == (303, 303)


def test_cw_12_a_form_of_one_server_is_taken_by_the_other(served: tuple[Served, str]) -> None:
    """What it has saved is seen on both at once."""
    first, second = served
    browser = Browser(first.url)
    browser.sign_in(first.sid, first.token)
    other = elsewhere(browser, second)
    with others(first, second):
        form = Page(browser.get(NEW).text).form("began").values(first="Ida", last="Moss", partners="10000")
        saved = other.client.post(NEW, data={**form, "email-new0-address": "ida@example.com"})
        assert saved.status_code == 303, saved.text
        assert "Moss" in browser.get(saved.headers["location"]).text


def test_cw_12_a_token_that_is_revoked_ends_its_sessions_on_both(served: tuple[Served, str]) -> None:
    first, second = served
    made = serving.command(first.store, "token", "add", first.sid)
    browsers = [Browser(first.url), Browser(second)]
    with others(first, second):
        for browser in browsers:
            assert browser.sign_in(first.sid, made["AuthToken"]).status_code == 303
        serving.command(first.store, "token", "revoke", first.sid, made["TokenId"])
        for browser in browsers:
            serving.until(lambda browser=browser: browser.get("/campaigns").status_code == 303)
