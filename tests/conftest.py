"""What every test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from serving import Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server with the settings as they come, for all tests that leave it as it is."""
    with serve(tmp_path_factory.mktemp("data")) as served:
        yield served
