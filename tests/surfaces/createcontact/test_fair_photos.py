"""One account's photos do not hold up another's, however many, slow or laborious they are. Against real servers."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import httpx2
import pytest

from cardwright import limits
from partner_client import WILE, prepare
from peers import images
from pictures import jpeg
from probing import at_most_linear, beside
from serving import ENVIRONMENT, command, serve
from surfaces.createcontact.cases import EXAMPLE
from surfaces.createcontact.photo_client import photo_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from serving import Served

EACH = limits.FETCHES_EACH.value
HOSTS = "127.0.0.0/8,::1/128"
PATIENCE = 120


@pytest.fixture
def one(server: Served) -> str:
    """The key of an account."""
    return command(server.data, "account", "add", "One")["ApiKey"]


@pytest.fixture
def other(server: Served) -> str:
    """The key of another account."""
    return command(server.data, "account", "add", "Other")["ApiKey"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes photos from this machine, and for which some names have servers that do not answer."""
    folder = tmp_path_factory.mktemp("names")
    (folder / "sitecustomize.py").write_text(SILENT)  # which Python runs at its start, in every process
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENVIRONMENT, "PYTHONPATH", f"{folder}:{ENVIRONMENT['PYTHONPATH']}")
        with serve(tmp_path_factory.mktemp("data"), "--fetch-allow", HOSTS) as served:
            yield served


SILENT = """
import socket, time
real = socket.getaddrinfo
def getaddrinfo(host, *arguments, **named):
    if b".silent." in (host if isinstance(host, bytes) else str(host).encode()):
        time.sleep(3600)
    return real(host, *arguments, **named)
socket.getaddrinfo = getaddrinfo
"""


def card(client: httpx2.AsyncClient, server: Served, key: str, url: str) -> asyncio.Task[httpx2.Response]:
    """Begin to ask for a card with the photo at `url`."""
    sent = client.post(f"{server.url}/api/v2", headers={"X-API-Key": key}, json={**EXAMPLE, "photo-url": url})
    return asyncio.create_task(sent)  # type: ignore[arg-type] - it is a coroutine


def impatient() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=PATIENCE, limits=httpx2.Limits(max_connections=None))


def outcome(answer: httpx2.Response) -> tuple[int, str, bool]:
    """The status, the code, and whether the client is told when to come again."""
    return answer.status_code, answer.json()["error-code"], "retry-after" in answer.headers


def slow(source: images.ImageServer, count: int) -> list[str]:
    """Return so many addresses of a server that says nothing; it has a quick photo too."""
    paths = [f"/{number}.jpg" for number in range(count)]
    source.replies |= dict.fromkeys(paths, images.silent())
    source.replies["/quick.jpg"] = images.ok(jpeg(), {"Cache-Control": "no-store"})
    return [source.url(path) for path in paths]


async def under_way(source: images.ImageServer, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(source.requests) < count:  # noqa: ASYNC110 - the requests come to another thread
            await asyncio.sleep(0.01)


async def given_up(asked: list[asyncio.Task[httpx2.Response]]) -> None:
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.parametrize("addresses", [16, 160])
async def test_slow_addresses_of_one_account(server: Served, one: str, other: str, addresses: int) -> None:
    """Photos whose servers say nothing take 10 s each: without slots for each account another's waits for all."""
    with images.serving() as source:
        async with impatient() as client:
            asked = [card(client, server, one, url) for url in slow(source, addresses)]
            await under_way(source, EACH)
            quick = await card(client, server, other, source.url("/quick.jpg"))
            assert photo_of(quick.content)
            assert sum(task.done() for task in asked) <= EACH  # those under way, should this machine be very slow
            assert len(source.requests) <= 1 + 2 * EACH
            await given_up(asked)


async def test_more_slow_addresses_than_may_wait(server: Served, one: str, other: str) -> None:
    count = 10
    with images.serving() as source:
        async with impatient() as client:
            urls = slow(source, EACH + limits.WAITING.value + count)
            asked = [card(client, server, one, url) for url in urls]
            answers = [await answer for answer in itertools.islice(asyncio.as_completed(asked), count)]
            assert {outcome(answer) for answer in answers} == {(429, "E113", True)}
            assert photo_of((await card(client, server, other, source.url("/quick.jpg"))).content)
            await given_up(asked)


@pytest.mark.parametrize("names", [2, 20])
async def test_names_whose_servers_do_not_answer(server: Served, one: str, other: str, names: int) -> None:
    with images.serving(host="localhost") as source:  # which is looked up
        source.replies["/quick.jpg"] = images.ok(jpeg(), {"Cache-Control": "no-store"})
        async with impatient() as client:
            asked = [card(client, server, one, f"http://{n}.silent.example/a.jpg") for n in range(names)]
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            assert {outcome(task.result()) for task in done} == {(400, "E1518", False)}
            assert photo_of((await card(client, server, other, source.url("/quick.jpg"))).content)
            await given_up(asked)


@pytest.mark.parametrize("way", ["by address", "sent along"])
def test_jpegs_of_fill_octets(server: Served, other: str, way: str) -> None:
    """80 KB took half a minute, and five of 300 KB made another account's photo wait for minutes."""
    if way == "sent along":
        prepare(server)
    spent = []
    for size in (30_000, 300_000):
        with beside(server) as felt:
            asyncio.run(five(server, other, way, b"\xff\xd8" + b"\xff" * size))
        assert felt.failed == 0
        spent.append(felt.cpu)
    at_most_linear(*spent, least=0.5)


async def five(server: Served, other: str, way: str, image: bytes) -> None:
    """Give the server five images of one account, and one of another beside them."""
    with images.serving() as source:
        source.replies["/quick.jpg"] = images.ok(jpeg(), {"Cache-Control": "no-store"})
        source.replies |= {f"/{number}.jpg": images.ok(image) for number in range(5)}
        async with impatient() as client:
            if way == "by address":
                asked = [card(client, server, server.key, source.url(f"/{number}.jpg")) for number in range(5)]
            else:
                asked = [upload(client, server, image) for _ in range(5)]
            assert photo_of((await card(client, server, other, source.url("/quick.jpg"))).content)
            for answer in await asyncio.gather(*asked):
                assert answer.status_code == 400
                assert "The photo is no GIF, JPEG" in answer.text


def upload(client: httpx2.AsyncClient, server: Served, image: bytes) -> asyncio.Task[httpx2.Response]:
    """Begin to create a contact with the image."""
    path = f"{server.url}/Advertisers/{server.sid}/Campaigns/1000/Contacts"
    files = {"ProfileImageFile": ("a.jpg", image)}
    sent = client.post(path, data=WILE, files=files, auth=(server.sid, server.token))
    return asyncio.create_task(sent)  # type: ignore[arg-type] - it is a coroutine
