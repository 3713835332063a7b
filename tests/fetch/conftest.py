"""A guard around every test of the fetcher: nothing outside loopback is dialled, whatever the code under test does."""

from __future__ import annotations

import logging
import socket
import sys
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest
import trustme

from cardwright.fetch import Fetcher
from peers import images

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

LOOPBACK = ip_network("127.0.0.0/8")

_dialled: list[tuple[str, int]] = []
_guarding = False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Python calls this before every connect; an audit hook cannot be removed, hence the switch."""
    if not _guarding or event != "socket.connect":
        return
    sock, address = arguments
    if isinstance(sock, socket.socket) and sock.family in {socket.AF_INET, socket.AF_INET6}:
        assert isinstance(address, tuple)
        _dialled.append(address[:2])
        if not ip_address(address[0]).is_loopback:
            pytest.fail(f"a test dialled {address}")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def dialled() -> Iterator[list[tuple[str, int]]]:
    """Every TCP connection that was tried, as the interpreter reports it."""
    global _guarding  # noqa: PLW0603 - the hook belongs to the interpreter, and so does its switch
    _dialled.clear()
    _guarding = True
    yield _dialled
    _guarding = False


@pytest.fixture
def server() -> Iterator[images.ImageServer]:
    with images.serving() as started:
        yield started


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher with the limits as they come, for which loopback is allowed."""
    made = Fetcher(allow=[LOOPBACK])
    yield made
    await made.aclose()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def reason(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What the debug log says last: a test knows by it that it was refused for the reason that it means."""
    caplog.set_level(logging.DEBUG, "cardwright.fetch")
    return lambda: caplog.messages[-1]
