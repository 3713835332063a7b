"""A console with somebody signed in, in the system's Chromium: `console`, and `plain_console` without scripts.

Everything is of one module: while a browser runs, its library has an event loop of its own, and no other test may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import serving
from browser.chromium import Console, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, StorageState

    from serving import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with campaign 1000 and partner accounts 10000 and 10001, for the tests of one module."""
    with serving.serve(tmp_path_factory.mktemp("data")) as it:
        prepare(it)
        yield it


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that is marked `on_each_store` on PostgreSQL too: a page or two of each kind.

    What a page shows is the same whatever the store, and what that must do for it, its suite proves.
    """
    if "served_by_each" in metafunc.fixturenames:
        on_each = metafunc.definition.get_closest_marker("on_each_store")
        stores = ["sqlite", "postgresql"] if on_each else ["sqlite"]
        metafunc.parametrize("served_by_each", stores, indirect=True, scope="module")


@pytest.fixture(scope="module")
def served_by_each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same on each store for who is marked `on_each_store`; a module that asks for it defines `served` as this."""
    if request.param == "sqlite":
        with serving.serve(tmp_path_factory.mktemp("data")) as it:
            prepare(it)
            yield it
        return
    cluster = request.getfixturevalue("postgres")
    with cluster.database() as address, serving.serve(tmp_path_factory.mktemp("log"), store=address) as it:
        prepare(it)
        yield it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as it:
        yield it


@pytest.fixture(scope="module")
def signed_in(browser: Browser, served: Served) -> StorageState:
    """The cookies of somebody who is signed in."""
    context = browser.new_context()
    console = Console(served, context, scripts=True)
    console.sign_in()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def console(browser: Browser, served: Served, signed_in: StorageState) -> Iterator[Console]:
    """A page that is signed in; at the end it is checked what it has asked and logged."""
    yield from opened(browser, served, signed_in, scripts=True)


@pytest.fixture
def plain_console(browser: Browser, served: Served, signed_in: StorageState) -> Iterator[Console]:
    """The same, with scripts switched off."""
    yield from opened(browser, served, signed_in, scripts=False)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def either_console(
    request: pytest.FixtureRequest, browser: Browser, served: Served, signed_in: StorageState
) -> Iterator[Console]:
    """The one, then the other: for what works without scripts too."""
    yield from opened(browser, served, signed_in, scripts=request.param)


def opened(browser: Browser, served: Served, state: StorageState, *, scripts: bool) -> Iterator[Console]:
    context = browser.new_context(
        storage_state=state, java_script_enabled=scripts, viewport={"width": 1280, "height": 800}
    )
    console = Console(served, context, scripts=scripts)
    try:
        yield console
        console.check()
    finally:
        context.close()


def prepare(served: Served) -> None:
    serving.command(served.store, "campaign", "add", served.sid, "1000", "First campaign")
    for partner in ("10000", "10001"):
        serving.command(served.store, "partner", "add", served.sid, partner, f"Partner {partner}")
