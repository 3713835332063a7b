"""One request and its answer over a connection that is already made and checked (HTTP/1.1, RFC 9112)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

import h11

from cardwright import limits
from cardwright.fetch.body import Body
from cardwright.fetch.faults import too_large, unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cardwright.fetch.target import Target

_MAX_HEAD = limits.FETCH_HEAD.value
"""Octets of a status line with its header fields; also of a chunk's head and of the trailers."""
_MAX_INFORMATIONAL = limits.FETCH_INFORMATIONAL.value
_READ_SIZE = 128 * 1024
"""A fifth less time than with 16 KiB; how much of it is parsed at a stretch is for `Body` to say."""

_LARGE: Final = 32 * 1024
_REST: Final = 0.002
"""Seconds after as much has come at once. A fast source would have the processor to itself, and the server's other
threads, which hand over everybody's requests, would wait for milliseconds; so a large photo takes some 60 ms longer.
"""

_OK = 200
_FIELDS = {
    "accept": "image/jpeg, image/png, image/gif, */*;q=0.1",
    "accept-encoding": "identity",
    "connection": "close",
    "user-agent": "cardwright",
}


class FinalResponse(NamedTuple):
    """A final response; the body is read for status 200 only, and is empty for every other."""

    status: int
    fields: dict[str, str]
    """Header fields by lower-case name, repeated ones joined with a comma (RFC 9110 section 5.3)."""
    data: bytes


class ClientExchange:
    """The client's side of one exchange on one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._read = b""
        """What has come and is not parsed yet."""
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)

    async def get(self, target: Target, conditions: Mapping[str, str], limit: int) -> FinalResponse:
        """Ask for the target and read the answer, of a body at most `limit` octets.

        Raises InvalidError when the body is too large, cut short, or the answer is not HTTP/1.1.
        """
        try:
            await self._send(target, conditions)
            head = await self._head()
            fields = _joined(head)
            data = await self._body(fields, limit) if head.status_code == _OK else b""
        except h11.ProtocolError as fault:
            raise unreachable(f"not HTTP: {fault}") from fault
        return FinalResponse(head.status_code, fields, data)

    async def _send(self, target: Target, conditions: Mapping[str, str]) -> None:
        fields = {"host": target.authority, **_FIELDS, **conditions}
        request = h11.Request(method="GET", target=target.resource, headers=list(fields.items()))
        for event in (request, h11.EndOfMessage()):
            self._writer.write(self._parser.send(event) or b"")
        await self._writer.drain()

    async def _head(self) -> h11.Response:
        for _ in range(1 + _MAX_INFORMATIONAL):
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            await asyncio.sleep(0)  # a head of its own: other requests have their turn before the next is parsed
        raise unreachable("too many informational responses")

    async def _body(self, fields: Mapping[str, str], limit: int) -> bytes:
        if int(fields.get("content-length", 0)) > limit:  # h11 has checked that it is a number
            raise too_large(limit)
        body = Body(fields.get("content-encoding", "").lower(), limit)
        while isinstance(event := await self._event(), h11.Data):
            await body.add(event.data)
        return body.done()

    async def _event(self) -> object:
        while (event := self._parser.next_event()) is h11.NEED_DATA:
            self._parser.receive_data(await self._octets())
        return event

    async def _octets(self) -> bytes:
        """Return the next octets, no more of them than a head may have; none when the connection has ended.

        The parser refuses a head that is too long only while it is incomplete: one that came at once it would parse.
        """
        if not self._read:
            self._read = await self._reader.read(_READ_SIZE)
            if len(self._read) >= _LARGE:
                await asyncio.sleep(_REST)
        octets, self._read = self._read[:_MAX_HEAD], self._read[_MAX_HEAD:]
        return octets


def _joined(head: h11.Response) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in head.headers:
        values.setdefault(name.decode("ascii"), []).append(value.decode("utf-8", "replace"))
    return {name: ", ".join(lines) for name, lines in values.items()}
