"""The stores that a surface is tested on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Cluster


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of PostgreSQL; `""` for a store in a folder: tests that ask run on both."""
    if request.param == "sqlite":
        yield ""
        return
    with cast("Cluster", request.getfixturevalue("postgres")).database() as made:
        yield made
