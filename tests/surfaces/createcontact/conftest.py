"""A server with the settings as they come, on each store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from serving import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Served]:
    """One server on each store for all tests of this surface that leave it as it is."""
    with serve(tmp_path_factory.mktemp("data"), store=address) as served:
        yield served
