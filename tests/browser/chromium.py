"""A console in a real browser: what a person sees, does and may not be told by it.

Whatever a test does, nothing may be asked of another host, and nothing logged to the browser's console.
"""

from __future__ import annotations

import importlib.resources
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, BrowserContext, Page, Response, SourceLocation

    from serving import Served

SCREENSHOTS: Final = Path(__file__).parents[2] / "build/screenshots"
"""Where a run leaves pictures of the pages."""
_PROGRAMS: Final = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first is the same without windows, menus and what they ask for: half the processor time."""
_ARGUMENTS: Final = (
    "--no-sandbox",  # the tests may run as root, and load our own pages alone
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
_AXE: Final = importlib.resources.files("axe_playwright_python") / "axe.min.js"
_RULES: Final = """async within => (await axe.run(within ?? document, {resultTypes: ["violations"]})).violations
    .filter(it => ["serious", "critical"].includes(it.impact))
    .map(it => `${it.id}: ${it.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`)"""
_HEIGHT: Final = "() => document.documentElement.scrollHeight"
_HIGHEST: Final = 20_000
"""Pixels of a page that is drawn whole: a picture of the reference of 40,000 shows nobody anything, after seconds."""
_SIDEWAYS: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SMALL: Final = """() => [...document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(it => it.checkVisibility({visibilityProperty: true}) && !it.closest(".away, .skip")
        && getComputedStyle(it).display !== "inline")
    .filter(it => { const box = it.getBoundingClientRect(); return box.width && Math.min(box.width, box.height) < 24; })
    .map(it => it.outerHTML.slice(0, 200))"""
"""Links in a sentence may be smaller."""
_OVERFLOWING: Final = """() => [...document.querySelectorAll(
        "main :is(th, td, h1, h2, p, dd, dt, li, label, legend, summary, span, b), nav :is(a, b), .button")]
    .filter(it => it.checkVisibility() && !it.closest(".away") && getComputedStyle(it).overflowX === "visible"
        && getComputedStyle(it).display !== "inline" && it.scrollWidth > it.clientWidth + 1)
    .map(it => it.outerHTML.slice(0, 200))"""
_MILLISECONDS: Final = 30_000
_STATUS: Final = "Failed to load resource: the server responded with a status of "
"""What Chromium itself logs for an answer of 4xx or 5xx, such as the 422 of a form with errors."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium; the test that asks is skipped where there is none."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if not program:
        pytest.skip("there is no chromium")
    expect.set_options(timeout=_MILLISECONDS)  # its own five seconds pass on a machine that has much to do
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Console:
    """A page of the console, as somebody has it open who is signed in."""

    def __init__(self, served: Served, context: BrowserContext, *, scripts: bool) -> None:
        self.served = served
        self.context = context
        self.scripts = scripts
        self.elsewhere: list[str] = []
        """What was asked of another host."""
        self.logged: list[str] = []
        """The errors and warnings in the browser's console."""
        self._refusals: set[str] = set()
        context.set_default_timeout(_MILLISECONDS)
        context.on("request", lambda request: self._note(request.url))
        context.on("console", lambda message: self._hear(message.type, message.text, message.location))
        context.on("weberror", lambda error: self.logged.append(str(error.error)))
        self.page: Page = context.new_page()

    def open(self, path: str) -> Response:
        """Open a page of this server by its path."""
        answer = self.page.goto(f"{self.served.url}{path}")
        assert answer is not None
        return answer

    def sign_in(self, token: str = "") -> None:
        """Sign in as a person does."""
        self.open("/sign-in")
        self.page.get_by_label("Account SID").fill(self.served.sid)
        self.page.get_by_label("Auth token").fill(token or self.served.token)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    def expects(self, *statuses: int) -> None:
        """Let the pages of this test, and what they ask for, be answered so: Chromium logs each 4xx and 5xx."""
        self._refusals |= {f"{_STATUS}{status} " for status in statuses}

    @property
    def path(self) -> str:
        """Where the page is: its path and query."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def looks(self, name: str) -> None:
        """Check what every page keeps to (CW-81, CW-83), and leave pictures of it.

        That is: axe, targets of 24 px, no text beyond its box, no sideways scrolling at 320 px.
        """
        before = self.page.viewport_size
        for width, height in ((1280, 800), (390, 844)):
            for scheme in ("light", "dark"):
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                SCREENSHOTS.mkdir(parents=True, exist_ok=True)
                whole = self.page.evaluate(_HEIGHT) <= _HIGHEST
                self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=whole)
                assert self.violations() == [], f"{name} at {width} px, {scheme}"
            assert self.page.evaluate(_SMALL) == [], f"{name} at {width} px: smaller than 24 px"
            assert self.page.evaluate(_OVERFLOWING) == [], f"{name} at {width} px: text beyond its box"
        self.page.set_viewport_size({"width": 320, "height": 640})
        assert self.page.evaluate(_SIDEWAYS) <= 0, f"{name} scrolls sideways at 320 px"
        if before:
            self.page.set_viewport_size(before)

    def violations(self, within: dict[str, list[str]] | None = None) -> Sequence[str]:
        """Return what axe finds that is serious or critical, on the page or the part of it that its context names."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: Any = self.page.evaluate(_RULES, within)
        return [str(it) for it in found]

    def check(self) -> None:
        """Raise unless all was asked of this server, and nothing logged but the answers that were expected."""
        assert self.elsewhere == []
        assert [text for text in self.logged if not text.startswith(tuple(self._refusals))] == []

    def _hear(self, kind: str, text: str, place: SourceLocation) -> None:
        if kind in {"error", "warning"}:  # not that Clear-Site-Data has cleared something
            self.logged.append(f"{text} {place['url']}" if text.startswith(_STATUS) else text)

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.served.url:
            self.elsewhere.append(url)
