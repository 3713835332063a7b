"""The stores that a surface is tested on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Cluster


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each store, or on SQLite alone where it is marked so, with the reason.

    `pytestmark = pytest.mark.sqlite_alone("no store is asked")` is for rules that are decided before a store is asked,
    or after it has answered. What stores do in ways of their own, lists, searches, changes, repeats, restores, errors,
    runs on both, here and with every port in `tests/store/*_contract.py`.
    """
    if "address" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("sqlite_alone")
        metafunc.parametrize("address", ["sqlite"] if alone else ["sqlite", "postgres"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of PostgreSQL; `""` for a store in a folder: tests that ask run on both."""
    if request.param == "sqlite":
        yield ""
        return
    with cast("Cluster", request.getfixturevalue("postgres")).database() as made:
        yield made
