"""A form with a file that is too large for memory: it is on the disk by the time that it is taken apart."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import mmap
import tempfile
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from cardwright.errors import Fault, InvalidError, Rule, StoreFullError
from cardwright.http.body import BodyTooLargeError, DisconnectedError, announced, check_length
from cardwright.http.large import hold
from cardwright.http.multipart import parts
from cardwright.limits import FORM_TEXTS, IMPORT_FILE
from cardwright.surfaces.console.form import URLENCODED, parsed, taken_apart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import IO

    from cardwright.http.multipart import Part
    from cardwright.surfaces.console.form import Bounds, Form
    from cardwright.surfaces.console.page import Request

_PIECE: Final = 1024 * 1024
_FIELDS: Final = 20
_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT))
_MOST: Final = IMPORT_FILE.value + FORM_TEXTS.value


class Uploaded(NamedTuple):
    """What came, by the names of its fields; of a name that stands twice the first."""

    texts: dict[str, str]
    files: dict[str, Part]


class _Body(mmap.mmap):
    """A body on the disk, searched a piece at a time: others have their turn in between."""

    def find(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        last = len(self) if end is None else min(end, len(self))
        for begin in range(start, last, _PIECE):
            piece = self[begin : min(begin + _PIECE + len(sub) - 1, last)]
            if (at := piece.find(sub)) >= 0:
                return begin + at
        return -1

    def startswith(self, prefix: bytes, start: int = 0) -> bool:
        return self[start : start + len(prefix)] == prefix


@contextlib.asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[Uploaded]:
    """Give a form until the block ends; raises BodyTooLargeError, InvalidError, StoreFullError."""
    await hold(request.scope, request.parts.large.bodies, request.account.sid)
    with _full_told(), tempfile.TemporaryFile() as file:  # the block may make another copy
        size = await _copied(request, file, _MOST)
        kind = request.exchange.headers.get(b"content-type", b"").decode("latin-1")
        if not size or kind.partition(";")[0].strip().lower() == URLENCODED:  # such a form has no file
            yield Uploaded(_texts_of(file, size), {})
            return
        body = _Body(file.fileno(), 0, access=mmap.ACCESS_READ)  # it goes with the last part that is held
        yield await asyncio.to_thread(_taken_apart, body, kind)


async def read_by_disk(request: Request, content_type: str, bounds: Bounds) -> Form:
    """Return a form that is too large for memory, its files where they stand; raises as `uploaded` does."""
    with _full_told(), tempfile.TemporaryFile() as file:
        size = await _copied(request, file, bounds.octets)
        body = _Body(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    return await asyncio.to_thread(taken_apart, cast("bytes", body), content_type, bounds)


@contextlib.contextmanager
def _full_told() -> Iterator[None]:
    """Raise StoreFullError where a file has no room."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StoreFullError("the folder for temporary files has no room") from error


async def pieces(part: Part) -> AsyncIterator[bytes]:
    """Give the octets of a part, a piece at a time."""
    for begin in range(0, len(part.data), _PIECE):
        yield bytes(part.data[begin : begin + _PIECE])
        await asyncio.sleep(0)


async def _copied(request: Request, file: IO[bytes], most: int) -> int:
    size = 0
    check_length(announced(request.exchange.headers.get(b"content-length")), most)
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        octets = message.get("body", b"")
        size += len(octets)
        if size > most:
            raise BodyTooLargeError
        file.write(octets)
        if not message.get("more_body"):
            file.flush()
            return size


def _texts_of(file: IO[bytes], size: int) -> dict[str, str]:
    if size > FORM_TEXTS.value:
        raise BodyTooLargeError
    file.seek(0)
    return dict(reversed(parsed(file.read(), _FIELDS)))


def _taken_apart(body: _Body, content_type: str) -> Uploaded:
    fields = Uploaded({}, {})
    room = FORM_TEXTS.value
    try:
        for number, part in enumerate(parts(cast("bytes", body), content_type), 1):
            room -= 0 if part.is_file else len(part.data)
            if room < 0 or number > _FIELDS:
                raise BodyTooLargeError
            if part.is_file:
                fields.files.setdefault(part.name, part)
            else:
                fields.texts.setdefault(part.name, part.text)
    except ValueError as error:
        raise InvalidError([Fault("", Rule.FORM, str(error))]) from None
    return fields
