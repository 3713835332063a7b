"""A client that never ends its body gets 408, and its connection is closed; a slow one that sends is waited for."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cardwright import app
from cardwright.http.body_timeout import bounded, end_stalls
from cardwright.settings import Settings
from serving import command
from uvicorn_server import under_uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PERIOD = 0.4
LOOKS = 6
PIECE = 0.05
DROPS = round(1.5 * LOOKS * PERIOD / PIECE)
"""Pieces of a body that ends too late."""
CONTACTS = "/Advertisers/{sid}/Campaigns/1000/Contacts"
SAID = "body did not come in time"


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A server that gives up after two looks without an octet, or six in all, and an account."""
    data = tmp_path_factory.mktemp("data")
    account = command(data, "account", "add", "Acme")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "end_stalls", partial(end_stalls, PERIOD, LOOKS))
        with under_uvicorn(app.build(Settings(data=str(data)))) as url:
            yield url.removeprefix("http://"), account


async def answered(url: str, head: str, pieces: list[bytes]) -> tuple[int, str]:
    """Send a head and pieces of a body, one after the other until answered; return the status and the whole answer."""
    reader, writer = await asyncio.open_connection(*url.split(":"))
    writer.write(f"{head}\r\nHost: {url}\r\nContent-Type: application/json\r\n\r\n".encode())
    reading = asyncio.create_task(reader.read())
    for piece in pieces:
        await asyncio.wait([reading], timeout=PIECE)
        if reading.done():
            break
        writer.write(piece)
    answer = (await reading).decode()
    writer.close()
    return int(answer.split()[1]), answer.lower()


@pytest.mark.parametrize(
    ("length", "pieces"),
    [
        ("Content-Length: 10", []),
        ("Content-Length: 10", [b"{"]),
        (f"Content-Length: {DROPS}", [b" "] * DROPS),
        ("Transfer-Encoding: chunked", []),
        ("Transfer-Encoding: chunked", [b"1\r\n{\r\n"]),
        ("Transfer-Encoding: chunked", [*[b"1\r\n \r\n"] * DROPS, b"0\r\n\r\n"]),
    ],
)
@pytest.mark.parametrize("path", ["/api/v2", CONTACTS])
async def test_a_body_without_end(
    impatient: tuple[str, dict[str, str]], path: str, length: str, pieces: list[bytes]
) -> None:
    url, account = impatient
    sid, token = account["AccountSID"], account["AuthToken"]
    basic = base64.b64encode(f"{sid}:{token}".encode()).decode()
    head = f"POST {path.format(sid=sid)} HTTP/1.1\r\n{length}\r\nAuthorization: Basic {basic}"
    status, answer = await answered(url, head, pieces)
    assert (status, "connection: close" in answer, SAID in answer) == (408, True, True)


@pytest.mark.parametrize(("path", "status"), [(CONTACTS, 401), ("/nothing", 404)])
async def test_a_body_that_nobody_wants(impatient: tuple[str, dict[str, str]], path: str, status: int) -> None:
    url, account = impatient
    head = f"POST {path.format(sid=account['AccountSID'])} HTTP/1.1\r\nContent-Length: 10\r\nConnection: close"
    assert (await answered(url, head, []))[0] == status


async def test_who_is_slow_but_sends_is_waited_for(impatient: tuple[str, dict[str, str]]) -> None:
    url, account = impatient
    body = b'{"action": "createcontact", "name": {"first-name": "John"}}'
    key = f"Connection: close\r\nx-api-key: {account['ApiKey']}"
    head = f"POST /api/v2 HTTP/1.1\r\nContent-Length: {len(body)}\r\n{key}"
    pieces = [body[at : at + 2] for at in range(0, len(body), 2)]
    assert len(pieces) * PIECE > 3 * PERIOD
    status, answer = await answered(url, head, pieces)
    assert (status, "begin:vcard" in answer) == (200, True)


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[None]:
    watch = asyncio.create_task(end_stalls(0.01))
    yield
    watch.cancel()


async def test_who_waits_for_something_else_is_left_alone() -> None:
    async with watched():
        await asyncio.sleep(0.1)


async def test_a_cancelled_request_is_cancelled() -> None:
    async def silent() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    async def reading(_scope: object, receive: object, _send: object) -> None:
        await receive()

    task = asyncio.create_task(bounded(reading)({}, silent, silent))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
