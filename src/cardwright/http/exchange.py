"""One request and its answer, from the front door on: what is known of it beside its scope.

Every part of its body and of its answer passes here. A body that does not come in time ends in StalledError
(`http/body_timeout.py`). The first part of the answer carries the id of the request, a large one leaves in pieces of
64 KiB, as fast as it is taken, and an answer in parts ends when its client has gone (ASGI: HTTP disconnect).
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import current_task
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

from cardwright.http.body import PiecesError, StalledError, announced
from cardwright.http.in_flight import in_flight
from cardwright.http.pieces import PIECE, EndedError, sent_in_pieces
from cardwright.limits import BODY_PIECES, HEAD, REFUSED_REST, REQUEST_DRAIN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator

    from cardwright.http.asgi import Fields, Headers, Message, Receive, Scope, Send

Peer: TypeAlias = tuple[str, int]
"""An address and a port."""

_OCTETS_OF_A_PIECE: Final = 256
_SMALL: Final = 4 * 1024
"""Octets of a first part that is kept: another one is read in pieces, each held once."""
_BUFFERS: Final = 8
"""Granian's buffer of a connection begins with 8 KiB, and grows to HEAD as long as each read fills it."""
_CLOSES: Final = (b"connection", b"close")
KEY: Final = "cardwright.exchange"
"""Where a scope has it."""
current_id: Final[ContextVar[bytes]] = ContextVar("current_id", default=b"")
"""The id of the request that is being answered, for the log; empty outside of one."""


class Exchange:
    """A request on its way, and its answer. What begins with a default here costs no request anything."""

    route = ""
    """The template of the path, for logs: `/Advertisers/{sid}/Campaigns`; never a value of the path."""
    status = 0
    """The status of the answer, once that has begun."""
    awaited: Awaitable[Message] | None = None
    """The part of the body that is waited for now."""
    seen: Awaitable[Message] | None = None
    """The one that was waited for when the task that ends stalled bodies last looked."""
    looks = 0
    """How often that has found the request waiting."""
    is_late = False
    """Whether the body did not come in time."""
    _pieces = 0
    _octets = 0
    is_complete = False
    """Whether all of the body has come."""
    first_part = b""
    """The first part of the body as it came, if it is small: nearly always all of it."""
    lingers = False
    """Whether what comes of its body is read for a while once it is answered."""
    is_gone = False
    """Whether the request was ended because its client has gone, or takes nothing when the server stops."""
    sent: Awaitable[None] | None = None
    """The part of a large answer, or of one in parts, that is waited for to be taken."""
    _taken_since = 0.0
    _held: contextlib.AsyncExitStack | None = None
    _watch: asyncio.Task[None] | None = None

    def __init__(  # noqa: PLR0913, PLR0917 - one caller; names cost more than the rest
        self,
        request_id: bytes,
        headers: Headers,
        peer: Peer | None,
        receive: Receive,
        send: Send,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._fields = [(b"x-request-id", request_id)]
        self.headers = headers
        """The fields of the request by lower-case name."""
        self.peer = peer
        """The other end of the connection: the client, or a proxy."""
        task = current_task(loop)
        assert task is not None  # noqa: S101 - a request is answered in one
        self.task = task
        self._receive = receive
        self._send = send

    @property
    def request_id(self) -> str:
        """What finds the request in the log, and is in its answer."""
        return self._fields[0][1].decode()

    def add_fields(self, fields: Iterable[tuple[bytes, bytes]]) -> None:
        """Have the answer say these too, whatever it is."""
        self._fields += fields

    async def receive(self) -> Message:
        """Return the next part of the body (ASGI: `receive`).

        The first that does not come in time is an empty one, and StalledError follows: Falcon takes one message
        before it answers errors. When the body is there, what is waited for is the client's leaving, without bounds.
        """
        if self.is_late:
            raise StalledError
        if self.is_complete:
            return await self._receive()
        self.awaited = awaited = self._receive()
        try:
            message = await awaited
        except asyncio.CancelledError:
            if not self.is_late:
                raise
            self.task.uncancel()
            return {"type": "http.request", "body": b"", "more_body": True}
        self.awaited = None
        body = message.get("body", b"")
        if not self._pieces and len(body) <= _SMALL:
            self.first_part = body
        if message.get("more_body"):
            if self.headers.get(b"content-length") != b"%d" % (self._octets + len(body)):
                self._note(len(body))
                return message
            message["more_body"] = False  # an empty part follows, which nobody need wait for
        self.is_complete = True
        if self._pieces:
            in_flight.release(self.task)
        return message

    def end_body(self) -> None:
        """Have the body end in StalledError, at once if it is waited for, and the connection with it."""
        self.is_late = True
        self._close()
        if self.awaited:
            self.task.cancel()

    def end_answer(self) -> None:
        """End the answer in the middle, where its client sees that."""
        self.is_gone = True
        self.task.cancel()

    def _note(self, octets: int) -> None:
        """Count a piece of a body that is not complete; raises PiecesError when there are too many for what they hold.

        What came is held until the body is complete, dropped or not kept (`body.py`), or others need the room, and with
        it what the connection has read beyond: the more, the larger the first piece is. Of who has a slot there are
        few: those do not count.
        """
        self._pieces += 1
        self._octets += octets
        if self._pieces > BODY_PIECES.value + self._octets // _OCTETS_OF_A_PIECE:
            self._close()
            raise PiecesError
        if not self._held:
            beyond = min(HEAD.value, _BUFFERS * octets) if self._pieces == 1 else 0
            in_flight.add(self.task, octets + beyond, self.end_body)

    def _close(self) -> None:
        if _CLOSES not in self._fields:
            self._fields.append(_CLOSES)  # what is left stands in the way of the next request

    def send(self, message: Message) -> Awaitable[None]:
        """Send a part of the answer (ASGI: `send`); raises EndedError in the middle of it when its client has gone."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._fields]
        elif message.get("more_body") or len(message.get("body", b"")) > PIECE:
            return self._send_in_pieces(message)
        return self._send(message)

    async def reply(self, status: int, headers: Fields, body: bytes) -> None:
        """Send a whole answer: the members of a `Reply`."""
        self.status = status
        fields = [*headers, (b"content-length", b"%d" % len(body)), *self._fields]
        await self._send({"type": "http.response.start", "status": status, "headers": fields})
        message = {"type": "http.response.body", "body": body}
        await (self._send(message) if len(body) <= PIECE else self._send_in_pieces(message))

    async def _send_in_pieces(self, message: Message) -> None:
        self._taken_since = self._taken_since or monotonic()
        await sent_in_pieces(message, self._send_watched, self._taken_since, counts=not self._held)

    async def _send_watched(self, message: Message) -> None:
        if self._watch and self._watch.done():
            raise EndedError
        self.sent = sent = self._send(message)
        await sent
        self.sent = None
        self._watched()

    @property
    def has_more(self) -> bool:
        """Whether a part of the body is still to come, or to be read."""
        if self.is_complete:
            return False
        length = self.headers.get(b"content-length")
        if length is None:
            return b"transfer-encoding" in self.headers
        return not 0 <= announced(length) <= self._octets

    async def drain(self, limit: int) -> None:
        """Read the rest of an unwanted body, up to `limit` octets, so that the client reads the answer.

        Where more is left, the connection ends with the answer, which says so. Where the body announces more than that,
        the client need not have sent any of it to be answered, and what comes of it is read afterwards.
        """
        if self.has_more and announced(self.headers.get(b"content-length")) - self._octets > limit:
            self._close()
            self.lingers = True
            return
        with contextlib.suppress(StalledError, PiecesError):
            while limit > 0 and self.has_more:
                limit -= len((await self.receive()).get("body", b""))
                in_flight.release(self.task)
            if self.has_more:
                self._close()

    async def _linger(self) -> None:
        """Read on a while after the answer: to close at once would take it from a client that still sends."""
        with contextlib.suppress(StalledError, PiecesError, TimeoutError):
            async with asyncio.timeout(REFUSED_REST.value):
                while self.has_more and self._octets < REQUEST_DRAIN.value:
                    if (await self.receive())["type"] == "http.disconnect":
                        return
                    in_flight.release(self.task)

    @property
    def held(self) -> contextlib.AsyncExitStack:
        """What the request holds until its answer is taken."""
        if not self._held:
            self._held = contextlib.AsyncExitStack()
        return self._held

    @contextlib.contextmanager
    def ended_when_gone(self) -> Iterator[None]:
        """End the request while the block waits, as soon as nobody is there to take its answer.

        Not while a body is to come: to hear of the end would take a part of that.
        """
        task = current_task()
        if task is None or not (self.is_complete or _has_no_body(self.headers)):
            yield
            return

        def end(_watch: object) -> None:
            self.is_gone = True
            task.cancel()

        watch = self._watched()
        watch.add_done_callback(end)
        try:
            yield
        finally:
            watch.remove_done_callback(end)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to `close`."""
        return self._watch is not None or self._held is not None or self.lingers

    async def close(self) -> None:
        """Give back what is held, when the request is over."""
        if self._watch:
            self._watch.cancel()
        if self._held:
            await self._held.aclose()
        if self.lingers:
            await self._linger()

    def _watched(self) -> asyncio.Task[None]:
        """Return a task that ends when the client has gone."""
        if not self._watch:
            self._watch = asyncio.create_task(_until_gone(self.receive))
        return self._watch


def exchange_of(scope: Scope) -> Exchange:
    """Return what is known of a request that the front door has let in."""
    exchange = scope[KEY]
    assert isinstance(exchange, Exchange)  # noqa: S101 - tells the type checker
    return exchange


def _has_no_body(headers: Headers) -> bool:
    return b"content-length" not in headers and b"transfer-encoding" not in headers


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
