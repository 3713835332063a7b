"""Name servers that do not answer hold up whoever named them, and nobody else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.errors import AccountBusyError, InvalidError
from cardwright.fetch import Fetcher, Limits
from cardwright.fetch.connect import System
from cardwright.fetch.names import Resolver
from peers import images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.fetch.addresses import Address

LOOPBACK = ip_address("127.0.0.1")
EACH = limits.LOOK_UPS_EACH.value


class Silent:
    """A name service that answers nothing about names that begin with `silent` until the test is over."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = threading.Event()

    def look_up(self, host: str) -> list[Address]:
        self.asked.append(host)
        if host.startswith("silent"):
            self.over.wait()
            raise OSError("no server answers")
        return [LOOPBACK]


@pytest.fixture
def service() -> Iterator[Silent]:
    made = Silent()
    yield made
    made.over.set()


async def test_twenty_names_whose_servers_do_not_answer_fail_nobody_elses_fetches(
    server: images.ImageServer, service: Silent
) -> None:
    fetcher = Fetcher(
        allow=[ip_network("127.0.0.0/8")], limits=Limits(connect=60, total=60), system=System(look_up=service.look_up)
    )
    server.replies["/john.jpg"] = images.ok(b"photo")
    url = server.url("/john.jpg").replace("127.0.0.1", "photos.example.com")
    silent = [
        asyncio.create_task(fetcher.fetch(f"http://silent{number}.example.com/", account="Acme"))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    assert (await fetcher.fetch(url, account="Beta")).data == b"photo"
    assert len([host for host in service.asked if host.startswith("silent")]) == EACH
    assert not any(task.done() for task in silent[:EACH])
    service.over.set()
    for result in await asyncio.gather(*silent, return_exceptions=True):
        assert isinstance(result, InvalidError | AccountBusyError)  # silent, or none of the account's slots in 2 s
    await fetcher.aclose()


async def test_a_look_up_has_its_place_until_its_thread_ends_though_nobody_waits(service: Silent) -> None:
    names = Resolver(service.look_up)
    for number in range(EACH):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(names.addresses(f"silent{number}.example.com", "Acme"), 0.01)
    next_one = asyncio.create_task(names.addresses("photos.example.com", "Acme"))
    await asyncio.sleep(0.05)
    assert not next_one.done()
    service.over.set()
    assert await next_one == [LOOPBACK]


async def test_an_account_whose_names_are_silent_is_told_to_come_again(
    service: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOK_UP_WAIT", limits.LOOK_UP_WAIT._replace(value=0.05))
    names = Resolver(service.look_up)
    silent = [asyncio.create_task(names.addresses(f"silent{number}.example.com", "Acme")) for number in range(EACH)]
    await asyncio.sleep(0)
    with pytest.raises(AccountBusyError):
        await names.addresses("photos.example.com", "Acme")
    assert await names.addresses("photos.example.com", "Beta") == [LOOPBACK]
    names.close()
    await asyncio.gather(*silent, return_exceptions=True)


async def test_no_more_names_are_looked_up_than_there_are_threads(service: Silent) -> None:
    names = Resolver(service.look_up)
    silent = [
        asyncio.create_task(names.addresses(f"silent{number}.example.com", str(number // EACH)))
        for number in range(2 * limits.LOOK_UPS.value)
    ]
    await asyncio.sleep(0.1)
    assert len(service.asked) == limits.LOOK_UPS.value
    service.over.set()
    await asyncio.gather(*silent, return_exceptions=True)
    assert len(service.asked) == 2 * limits.LOOK_UPS.value


async def test_requests_of_one_account_for_one_name_share_a_look_up(service: Silent) -> None:
    names = Resolver(service.look_up)
    found = await asyncio.gather(*(names.addresses("photos.example.com", "Acme") for _ in range(100)))
    assert found == [[LOOPBACK]] * 100
    assert service.asked == ["photos.example.com"]
    await names.addresses("photos.example.com", "Acme")
    assert len(service.asked) == 2, "an answer is not kept"


async def test_what_a_look_up_raises_is_raised_where_it_was_asked_for(service: Silent) -> None:
    service.over.set()
    with pytest.raises(OSError, match="no server answers"):
        await Resolver(service.look_up).addresses("silent.example.com", "Acme")


def test_a_look_up_does_not_keep_the_process_from_ending() -> None:
    program = """
import asyncio, time
from cardwright.fetch.names import Resolver
async def run():
    names = Resolver(lambda host: time.sleep(3600))
    asyncio.create_task(names.addresses("silent.example.com", "Acme"))
    await asyncio.sleep(0.1)
    names.close()
asyncio.run(run())
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
