"""A server on each store, with an account for the tests that need none of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dav_client import Dav, account
from serving import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Served]:
    """One server on each store for all tests of this surface; who counts cards takes an account of their own."""
    with serve(tmp_path_factory.mktemp("books"), store=address) as server:
        yield server


@pytest.fixture(scope="session")
def dav(books: Served) -> Dav:
    """An account that tests share: each uses names of its own."""
    return account(books)


@pytest.fixture(scope="session")
def sqlite_dav(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dav]:
    """An account on one store, for variations on a rule that the surface alone decides."""
    with serve(tmp_path_factory.mktemp("variations")) as server:
        yield account(server)
