"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import signal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpcore2
import hypothesis
import pytest

from postgres import Cluster, cluster
from serving import Served, serve

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

# A shell lets what it starts in the background ignore Ctrl-C, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Every client of HTTP, so every `httpx2.get`, would read the certificates of the system, which takes 25 ms of CPU time,
# thousands of times. Nobody changes what they have read, so all share it.
httpcore2.default_ssl_context = lru_cache(httpcore2.default_ssl_context)

# The suites of the stores say what is wrong as tests do, whichever test imports one first.
pytest.register_assert_rewrite(
    "store.contract", *(f"store.{it.stem}" for it in Path(__file__).parent.glob("store/*_contract.py"))
)

# No test asserts a time, so no example has a deadline. In CI the examples are the same each time, so that a
# run says something about the change; elsewhere they are new each time, and look further.
# A contract's test runs for each store, in classes that inherit it; which of them meet in one process is chance.
_CHECKS = [hypothesis.HealthCheck.differing_executors]
hypothesis.settings.register_profile("dev", deadline=None, suppress_health_check=_CHECKS)
hypothesis.settings.register_profile(
    "ci", deadline=None, suppress_health_check=_CHECKS, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


# Where the core is tested, on one store, its branches are counted. Elsewhere it is at work too, and to count costs
# two fifths more.
_COUNTED = tuple(f"tests/{folder}/" for folder in ("book", "cards", "contact", "fetch", "photo", "store", "vcard"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no branches in tests of other folders."""
    for item in items:
        if not item.nodeid.startswith(_COUNTED) or item.nodeid.startswith("tests/store/postgres/"):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let nobody look for garbage among eleven thousand tests, which stay, neither while they are made nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server with the settings as they come, for all tests that leave it as it is."""
    with serve(tmp_path_factory.mktemp("data")) as served:
        yield served


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL cluster of this run's own; without PostgreSQL the test is skipped."""
    with cluster() as running:
        yield running
