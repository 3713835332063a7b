"""A body that nobody reads costs its client neither the answer nor the next one over the same connection (CC-33)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cardwright.http import exchange as exchanges
from cardwright.http.exchange import exchange_of
from cardwright.limits import CREATECONTACT_BODY as BODY
from cardwright.limits import REFUSED_REST, REQUEST_DRAIN
from front_door import behind_the_front, scope_of
from serving import START_SECONDS

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Receive, Scope, Send
    from serving import Served

ASKED = {
    "nothing is there": ("POST", "/nothing", 404),
    "another method": ("POST", "/healthz", 405),
    "a read with a body": ("GET", "/Advertisers/{sid}/Campaigns", 200),
    "a read of the service": ("GET", "/openapi.json", 200),
    "no credentials": ("POST", "/Advertisers/nobody/Campaigns/1000/Contacts", 401),
    "another method of partner contacts": ("PUT", "/Advertisers/{sid}/Campaigns", 405),
    "another method of createcontact": ("PUT", "/api/v2", 405),
    "createcontact without a key": ("POST", "/api/v2", 400),
}
CLOSES = {"/openapi.json"}  # it always does
CREATECONTACT = "/api/v2"


@pytest.mark.parametrize("size", [1, 200_000, REQUEST_DRAIN.value + 500_000])
@pytest.mark.parametrize("case", ASKED)
def test_the_next_request_of_the_connection_is_answered_or_it_was_told_to_end(
    server: Served, case: str, size: int
) -> None:
    method, path, status = ASKED[case]
    basic = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
    headers = {} if status == 401 else {"Authorization": f"Basic {basic}"}
    with contextlib.closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=START_SECONDS)) as client:
        client.request(method, path.format(sid=server.sid), b"a" * size, headers)
        answer = client.getresponse()
        answer.read()
        assert answer.status == (413 if path == CREATECONTACT and status == 400 and size > BODY.value else status)
        if "close" in answer.headers.get("connection", ""):
            assert path in CLOSES or size > REQUEST_DRAIN.value
            return
        first = client.sock
        client.request("GET", "/healthz")
        assert (client.getresponse().status, client.sock) == (200, first)


TOO_LARGE = ASKED | {
    "createcontact without a key": ("POST", "/api/v2", 413),
    "a form of partner contacts": ("POST", "/Advertisers/{sid}/Campaigns/1000/Contacts", 413),
    "a form that is packed as none may be": ("POST", "/Advertisers/{sid}/Campaigns/1000/Contacts", 415),
    "a card": ("PUT", "/dav/addressbooks/{sid}/1000/a.vcf", 403),
    "a report": ("REPORT", "/dav/addressbooks/{sid}/1000/", 413),
}


@pytest.mark.parametrize("sent", [0, 100_000])
@pytest.mark.parametrize("case", TOO_LARGE)
def test_a_body_that_is_announced_too_large_is_answered_before_it_comes(server: Served, case: str, sent: int) -> None:
    """RFC 9110 section 15.5.14. What has come of it is read meanwhile, so that the answer is not lost."""
    method, path, status = TOO_LARGE[case]
    parts = urlsplit(server.url)
    basic = base64.b64encode(f"{server.sid}:{server.token}".encode()).decode()
    credentials = "" if status == 401 else f"Authorization: Basic {basic}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99000000000\r\n"
    kind += "Content-Encoding: br\r\n" if status == 415 else ""
    head = f"{method} {path.format(sid=server.sid)} HTTP/1.1\r\nHost: localhost\r\n{credentials}{kind}\r\n"
    with socket.create_connection((parts.hostname, parts.port), START_SECONDS) as connection:
        connection.sendall(head.encode() + b"a" * sent)
        with contextlib.closing(http.client.HTTPResponse(connection)) as answer:
            answer.begin()
            assert answer.status == status
            assert "close" in answer.headers["connection"]
            assert len(answer.read()) == int(answer.headers["content-length"])


@pytest.mark.parametrize(
    ("pieces", "read"), [([400_000] * 5, 3), ([REQUEST_DRAIN.value - 1, 1, 1], 2), ([100, -1], 2), ([100, 0], 1)]
)
async def test_what_is_read_after_the_answer_has_a_bound_and_ends_with_its_client(
    monkeypatch: pytest.MonkeyPatch, pieces: list[int], read: int
) -> None:
    """A piece of -1 stands for a client who leaves, and one of 0 for one who sends no more."""
    monkeypatch.setattr(exchanges, "REFUSED_REST", REFUSED_REST._replace(value=0 if 0 in pieces else 60))
    told: list[str] = []
    left = list(pieces)

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        exchange = exchange_of(scope)
        await exchange.drain(0)
        await exchange.reply(413, (), b"")

    async def receive() -> Message:
        told.append("read")
        if left[0] == 0:
            await asyncio.get_running_loop().create_future()
        size = left.pop(0)
        return (
            {"type": "http.disconnect"}
            if size < 0
            else {"type": "http.request", "body": bytes(size), "more_body": True}
        )

    async def send(message: Message) -> None:
        told.append(message["type"])

    await behind_the_front(application)(scope_of("POST", headers=[(b"content-length", b"99000000000")]), receive, send)
    assert told[:2] == ["http.response.start", "http.response.body"]
    assert told[2:] == ["read"] * (read + (0 in pieces))
