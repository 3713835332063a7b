"""A server with one campaign and two partner accounts, and a client for JSON and one for XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from partner_client import Client, client, serve_prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served


@pytest.fixture(scope="session")
def partners(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Served]:
    """One server on each store for all tests of this surface; who counts contacts takes an account of their own."""
    yield from serve_prepared(tmp_path_factory.mktemp("partners"), store=address)


@pytest.fixture(params=["application/json", "application/xml"], ids=["json", "xml"])
def ours(request: pytest.FixtureRequest, partners: Served) -> Client:
    """A client that asks for JSON, then one that asks for XML."""
    return client(partners, request.param)
