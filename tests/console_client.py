"""Ask a console for its pages, as a browser without scripts does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from serving import Served

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Browser:
    """Keeps cookies and no connection, so that every worker is asked, and puts `csrf` into what it posts."""

    def __init__(self, url: str) -> None:
        limits = httpx2.Limits(max_keepalive_connections=0)
        self.client = httpx2.Client(base_url=url, limits=limits, timeout=60)  # a busy machine may take its time

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.client.get(path, headers=headers)

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx2.Response:
        """Post a form with the session's `csrf`, unless that is given."""
        return self.client.post(path, data={"csrf": self.csrf(), **(data or {})}, headers=headers)

    def csrf(self) -> str:
        """Return what every form of the session carries; empty without a session."""
        found = _CSRF.search(self.client.get("/campaigns").text)
        return found[1] if found else ""

    def sign_in(self, sid: str, token: str, **form: str) -> httpx2.Response:
        return self.client.post("/sign-in", data={"sid": sid, "token": token, **form})


def signed_in(served: Served, token: str | None = None) -> Browser:
    """Return a browser in which somebody is signed in."""
    browser = Browser(served.url)
    answer = browser.sign_in(served.sid, token or served.token)
    assert answer.status_code == 303, answer.text
    return browser


def title(answer: httpx2.Response) -> str:
    found = re.search("<title>(.*)</title>", answer.text)
    assert found, answer.text
    return found[1]
