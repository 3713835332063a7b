"""A body is whole, within its limit, or an error of the client's (CC-15, CC-33), however a server hands it over."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from cardwright.http.body import DRAIN, BodyTooLargeError, DisconnectedError, PiecesError, read_body
from cardwright.http.exchange import Exchange
from cardwright.http.in_flight import in_flight
from cardwright.limits import BODY_PIECES
from front_door import receiving

if TYPE_CHECKING:
    from cardwright.http.asgi import Message, Send

LIMIT = 8
GONE: Message = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


class Case(NamedTuple):
    """What is handed over, with which Content-Length, what comes of it, and how many messages are left alone."""

    what: str
    messages: list[Message]
    length: bytes | None
    gives: bytes | type[Exception]
    left: int = 0


CASES = [
    Case("in one piece", [part(b"body", more=False)], b"4", b"body"),
    Case("an empty last message is not waited for", [part(b"body"), part(b"", more=False)], b"4", b"body", left=1),
    Case("in pieces", [part(b"bo"), part(b"dy"), part(b"", more=False)], b"4", b"body", left=1),
    Case("of no announced length", [part(b"bo"), part(b"dy", more=False)], None, b"body"),
    Case("empty", [part(b"", more=False)], b"0", b""),
    Case("of a length that is no number", [part(b"body", more=False)], b"4, 4", b"body"),
    Case("of a length behind zeros", [part(b"body", more=False)], b"0" * 5_000 + b"4", b"body"),
    Case("of no octet more than its limit", [part(b"b" * LIMIT, more=False)], b"8", b"b" * LIMIT),
    Case("over its limit", [part(b"b" * (LIMIT + 1), more=False)], b"9", BodyTooLargeError),
    Case("over its limit, read to its end", [part(b"b" * 9), part(b"b", more=False)], b"10", BodyTooLargeError),
    Case("over its limit, read to a bound", [part(b"b" * DRAIN)] * 3, None, BodyTooLargeError, left=1),
    Case("announced to be as long as that bound", [part(b"b" * DRAIN)], b"%d" % DRAIN, BodyTooLargeError),
    Case("announced to be longer", [part(b"b" * DRAIN)], b"%d" % (DRAIN + 1), BodyTooLargeError, left=1),
    Case("announced to be longer than numbers are", [part(b"b")], b"9" * 5_000, BodyTooLargeError, left=1),
    Case("cut short", [part(b"bo"), GONE], b"4", DisconnectedError),
    Case("cut short before it began", [GONE], b"4", DisconnectedError),
    Case("cut short over its limit", [part(b"b" * 9), GONE], b"10", DisconnectedError),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
async def test_a_body(case: Case) -> None:
    messages = list(case.messages)

    async def receive() -> Message:
        return messages.pop(0)

    if isinstance(case.gives, bytes):
        assert await read_body(receive, case.length, LIMIT) == case.gives
    else:
        with pytest.raises(case.gives):
            await read_body(receive, case.length, LIMIT)
    assert len(messages) == case.left


@pytest.mark.parametrize("size", [1, 256, 1_000])
@pytest.mark.parametrize("over", [0, 1])
async def test_small_pieces_are_counted(size: int, over: int) -> None:
    most = BODY_PIECES.value
    count = most if size < 256 else 2 * most  # those of 256 octets and more have no bound but that of the body
    count += count // 256 * (size < 256)
    messages = [part(b"b" * size)] * (count + over) + [part(b"", more=False)]
    received = iter(messages)

    async def receive() -> Message:
        return next(received)

    exchange = Exchange(b"id", {}, None, receive, cast("Send", None))
    refused = bool(over) and size < 256
    with pytest.raises(PiecesError) if refused else contextlib.nullcontext():
        assert len(await read_body(exchange.receive, None, 10**8)) == size * (count + over)


@pytest.mark.parametrize(
    ("length", "parts", "complete"),
    [
        (b"4", [b"body"], True),
        (b"4", [b"bo", b"dy"], True),
        (b"5", [b"body"], False),
        (b"4", [b"bo"], False),
        (None, [b"body"], False),
    ],
)
async def test_a_body_is_complete_with_the_last_octet_that_is_announced(
    length: bytes | None, parts: list[bytes], *, complete: bool
) -> None:
    receive = receiving(*map(part, parts), part(b"", more=False))
    headers = {} if length is None else {b"content-length": length}
    exchange = Exchange(b"id", headers, None, receive, cast("Send", None))
    received = [await exchange.receive() for _ in parts]
    assert exchange.is_complete == complete
    assert [message["more_body"] for message in received] == [True] * (len(parts) - 1) + [not complete]
    assert (in_flight.octets == 0) == complete
    in_flight.release(exchange.task)
