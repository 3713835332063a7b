"""Collect a response body: decompress it (gzip, deflate) and enforce the size limit as it arrives."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

from cardwright import limits
from cardwright.fetch.faults import too_large, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_PIECES = limits.FETCH_PIECES.value
"""Chunks of one octet each would keep the parser busy for a minute: a photo arrives in fewer pieces than this."""
_PIECES_AT_ONCE = 32
_DECODED_AT_ONCE = 256 * 1024
"""Half a millisecond of work each; then other requests have their turn, however a stranger packs his body."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_CODINGS = {"gzip", "x-gzip", "deflate"}  # RFC 9110 section 8.4.1


class Body:
    """Collects a response body of at most `limit` octets.

    The limit holds for what is received and for what it decodes to: neither an endless body nor a gzip bomb takes more
    memory than that. Codings are decoded although none was asked for, because some servers send gzip regardless.
    """

    def __init__(self, coding: str, limit: int) -> None:
        if coding not in _CODINGS | {"", "identity"}:
            raise unreachable("a content coding that is not known")
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB) if coding in _CODINGS else None
        self._limit = limit
        self._received = 0
        self._pieces = 0
        self._data = bytearray()

    async def add(self, piece: bytes | bytearray) -> None:
        """Take the next octets. Raises InvalidError when they are too many or do not decode."""
        self._received += len(piece)
        self._pieces += 1
        if self._pieces > _MAX_PIECES:
            raise unreachable("a body in too many pieces")
        if self._pieces % _PIECES_AT_ONCE == 0:
            await asyncio.sleep(0)
        for decoded in self._decoded(piece):
            self._data += decoded
            if max(self._received, len(self._data)) > self._limit:
                raise too_large(self._limit)
            if len(decoded) == _DECODED_AT_ONCE:
                await asyncio.sleep(0)

    def done(self) -> bytes:
        """Return the whole body. Raises InvalidError when its coding is cut short or something follows it."""
        if self._inflate is not None and (not self._inflate.eof or self._inflate.unused_data):
            raise unreachable("a coded body that does not end where it should")
        return bytes(self._data)

    def _decoded(self, piece: bytes | bytearray) -> Iterator[bytes | bytearray]:
        if self._inflate is None:
            yield piece
            return
        try:
            yield self._inflate.decompress(piece, _DECODED_AT_ONCE)
            while more := self._inflate.decompress(self._inflate.unconsumed_tail, _DECODED_AT_ONCE):
                yield more
        except zlib.error as fault:
            raise unreachable("a body that does not decode") from fault
