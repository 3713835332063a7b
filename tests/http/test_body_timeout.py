"""A client that never ends its body gets 408, and its connection is closed; a slow one that sends is waited for."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cardwright import app
from cardwright.http.body_timeout import end_stalled_bodies
from cardwright.settings import Settings
from front_door import NO_BODY, behind_the_front, scope_of
from front_door import answered as answer_of
from serving import command
from uvicorn_server import under_uvicorn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from cardwright.http.asgi import Application, Message, Receive, Scope, Send
    from cardwright.http.front import Front

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
        patch.setattr(app, "end_stalled_bodies", partial(end_stalled_bodies, period=PERIOD, looks=LOOKS))
        with under_uvicorn(app.build(Settings(data=str(data)))) as url:
            yield url.removeprefix("http://"), account


async def received(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the connection ended, also in a reset: a piece was on its way to a server that closed."""
    octets = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := await reader.read(64 * 1024):
            octets += piece
    return octets


async def answered(url: str, head: str, pieces: list[bytes]) -> tuple[int, str]:
    """Send a head and pieces of a body, one after the other until answered; return the status and the whole answer."""
    reader, writer = await asyncio.open_connection(*url.split(":"))
    writer.write(f"{head}\r\nHost: {url}\r\nContent-Type: application/json\r\n\r\n".encode())
    reading = asyncio.create_task(received(reader))
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
async def watched(application: Application) -> AsyncIterator[Front]:
    """The application behind the front door, where a look every 10 ms ends stalled bodies."""
    front = behind_the_front(application)
    watch = asyncio.create_task(end_stalled_bodies(front.under_way, 0.01))
    yield front
    watch.cancel()


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_who_waits_for_something_else_is_left_alone() -> None:
    async def slow(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(0.1)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async with watched(slow) as front:
        assert (await answer_of(front, scope_of()))[0]["status"] == 200


async def test_who_waits_for_the_client_to_leave_is_left_alone() -> None:
    came: list[str] = []

    async def application(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                came.append((await receive())["type"])

    async def receive() -> Message:
        return NO_BODY if not came and came.append("asked") is None else await never()  # type: ignore[func-returns-value]

    async with watched(application) as front:
        await answer_of(front, scope_of(), receive)
    assert came == ["asked"]


async def reads(_scope: Scope, receive: Receive, _send: Send) -> None:
    while True:
        await receive()


async def test_a_mount_that_takes_no_notice_is_answered_for() -> None:
    async with watched(reads) as front:
        start, _ = await answer_of(front, scope_of("POST"), never)
    assert (start["status"], dict(start["headers"])[b"connection"]) == (408, b"close")


async def test_a_cancelled_request_is_cancelled() -> None:
    task = asyncio.create_task(answer_of(behind_the_front(reads), scope_of("POST"), never))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
