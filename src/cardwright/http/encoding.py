"""Take request bodies that are packed by gzip (`Content-Encoding`, RFC 9110 section 8.4), bit by bit as they are read.

A body of 12 KB may stand for one of 12 MB: who reads it reads to his limit, 64 KiB at a time, and the rest is never
made. One of 12 MB may stand for nothing, and no limit of what is made would end it: what is read has one of its own.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Final

from cardwright.errors import CardwrightError
from cardwright.limits import PACKED_SURPLUS

if TYPE_CHECKING:
    from cardwright.http.asgi import Headers, Message, Receive, Scope

TAKEN: Final = "gzip"
"""The value of Accept-Encoding where another one is refused (RFC 9110 section 15.5.16)."""
_GZIP: Final = (b"gzip", b"x-gzip")
_PLAIN: Final = (b"", b"identity")
_PIECE: Final = 64 * 1024
_SURPLUS: Final = PACKED_SURPLUS.value
_WINDOW: Final = 16 + zlib.MAX_WBITS  # a gzip header and trailer, and nothing else
_ENCODING, _LENGTH = b"content-encoding", b"content-length"


class PackedError(CardwrightError):
    """A gzip body that is no gzip, ends too early, or unpacks to more octets than a body may have."""


class UnknownEncodingError(CardwrightError):
    """The body is packed in a way that is not taken."""


def check_encoding(headers: Headers) -> None:
    """Raise UnknownEncodingError for a body that is packed otherwise than `unpacked` could undo."""
    if _ENCODING in headers and headers[_ENCODING].strip().lower() not in _PLAIN:
        raise UnknownEncodingError


def unpacked(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Receive:
    """Return what receives the body, unpacked if it is packed by gzip; its length is then unknown."""
    if headers.get(_ENCODING, b"").strip().lower() not in _GZIP:
        return receive
    del headers[_ENCODING]
    headers.pop(_LENGTH, None)
    headers[b"transfer-encoding"] = b"chunked"
    scope["headers"] = list(headers.items())
    return _Unpacked(receive).receive


class _Unpacked:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._packed = b""
        self._more = True
        self._stream = zlib.decompressobj(_WINDOW)
        self._is_begun = self._has_failed = False
        self._surplus = 0
        """Octets that were read beyond twice what was made of them."""

    async def receive(self) -> Message:
        """Return the next piece (ASGI: `receive`).

        What cannot be unpacked is an empty piece, and PackedError follows: Falcon takes one before it answers errors.
        """
        if self._has_failed:
            raise PackedError
        while not self._packed and self._more:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            self._packed = message.get("body", b"")
            self._more = message.get("more_body", False)
            self._is_begun = self._is_begun or bool(self._packed)
        if not self._packed and (self._stream.eof or not self._is_begun):
            return {"type": "http.request", "body": b"", "more_body": False}
        try:
            return self._unpack()
        except (zlib.error, EOFError):
            self._has_failed = True
            return {"type": "http.request", "body": b"", "more_body": True}
        finally:
            await asyncio.sleep(0)  # others have their turn

    def _unpack(self) -> Message:
        if self._stream.eof:  # one file of gzip may follow another (RFC 1952 section 2.2)
            self._stream = zlib.decompressobj(_WINDOW)
        piece = self._stream.decompress(self._packed, _PIECE)
        left = self._stream.unconsumed_tail or self._stream.unused_data
        self._surplus += len(self._packed) - len(left) - 2 * len(piece)
        if self._surplus > _SURPLUS:
            raise EOFError
        self._packed = left
        ends = not self._packed and not self._more
        if ends and not self._stream.eof:
            if len(piece) < _PIECE:
                raise EOFError
            ends = False  # zlib holds some of it still
        return {"type": "http.request", "body": piece, "more_body": not ends}
