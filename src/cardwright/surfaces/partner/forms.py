"""Request bodies: forms, multipart forms and JSON, as one kind of value (PC-5, PC-24)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

import falcon
import msgspec
from falcon.asgi.reader import BufferedReader
from falcon.media.multipart import MultipartFormHandler
from falcon.util.mediatypes import parse_header
from falcon.util.uri import parse_query_string

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.body import BodyTooLargeError, read_stream
from cardwright.limits import PART_HEAD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from falcon.asgi import Request
    from falcon.asgi.multipart import BodyPart

_BEYOND_ASCII: Final = re.compile("%[89A-Fa-f]")
LIMIT: Final = 12 * 1024 * 1024
"""Octets of a body: an image of the largest size (PC-25), and everything else that a contact can hold."""
TEXTS: Final = 1024 * 1024
"""Octets of all that is no file: a list of a million partner accounts would hold up everybody else for seconds."""


class File(NamedTuple):
    """A file that came with a form."""

    name: str
    """The part's name, not the file's."""
    data: bytes


class Form(NamedTuple):
    """What a body holds."""

    values: Mapping[str, Sequence[Any]]
    """Every value that was sent under a name: texts, or with JSON one value of any type."""
    files: Sequence[File] = ()
    multipart: bool = False


async def read_form(request: Request) -> Form:
    """Return the request's body, an empty form when there is none.

    Raises InvalidError for a body that is not what it says to be, falcon.HTTPUnsupportedMediaType for another kind,
    BodyTooLargeError and DisconnectedError.
    """
    content_type = request.content_type or ""
    kind = kind_of(content_type)
    body = await read_stream(request.stream, request.content_length, TEXTS if kind in AT_ONCE else LIMIT)
    try:
        if kind == "multipart/form-data":
            return await _multipart(body, content_type)
        if kind in AT_ONCE:
            return AT_ONCE[kind](body)
    except (ValueError, RecursionError, falcon.MultipartParseError, falcon.HTTPInvalidHeader) as error:
        encoding = request.get_header("Content-Encoding") or "identity"
        if encoding != "identity":  # RFC 9110 section 8.4
            raise falcon.HTTPUnsupportedMediaType(description=f"A body in {encoding} is not taken") from None
        raise InvalidError([Fault("", Rule.FORM, f"the body is no {kind}: {_reason(error)}")]) from None
    if body or kind:
        raise falcon.HTTPUnsupportedMediaType(
            description="A body is application/x-www-form-urlencoded, multipart/form-data or application/json"
        )
    return Form({})


@lru_cache(maxsize=100)
def kind_of(content_type: str) -> str:
    """Return the media type of a Content-Type field, without its parameters and in small letters."""
    return parse_header(content_type)[0].strip().lower()


def _urlencoded(body: bytes) -> Form:
    """Return a form; ValueError when it is not UTF-8, or an escape stands for what is not.

    Falcon's compiled parser takes a sixth of the time of the standard library's, but lets that pass.
    """
    text = body.decode()
    if _BEYOND_ASCII.search(text):
        return Form(_gathered(parse_qsl(text, keep_blank_values=True, errors="strict")))
    found = parse_query_string(text, keep_blank=True)
    return Form({name: [value] if isinstance(value, str) else value for name, value in found.items()})


def _json(body: bytes) -> Form:
    document = msgspec.json.decode(body)
    if not isinstance(document, dict):
        raise ValueError("it holds no object")  # noqa: TRY004 - as every body that cannot be read
    return Form({name: (value,) for name, value in document.items() if value is not None})


AT_ONCE: Final[Mapping[str, Callable[[bytes], Form]]] = {
    "application/x-www-form-urlencoded": _urlencoded,
    "application/json": _json,
}
"""How a body of one piece is read, by its kind; ValueError or RecursionError when it is not what it says to be."""


async def _multipart(body: bytes, content_type: str) -> Form:
    async def whole() -> AsyncIterator[bytes]:
        yield body

    handler = MultipartFormHandler()
    handler.parse_options.max_body_part_headers_size = PART_HEAD.value
    form = await handler.deserialize_async(BufferedReader(whole()), content_type, len(body))
    pairs: list[tuple[str, str]] = []
    files: list[File] = []
    room = TEXTS
    async for part in form:
        data = await part.stream.read()
        name = part.name or ""
        if not _is_file(part):
            room -= len(data)
            if room < 0:
                raise BodyTooLargeError
            pairs.append((name, data.decode()))
        elif data or part.filename:  # a browser's empty file field has neither
            files.append(File(name, data))
    return Form(_gathered(pairs), files, multipart=True)


def _is_file(part: BodyPart) -> bool:
    """Say whether the part is a file: it has a file's name, or a type of octets (RFC 7578 section 4).

    Programs send texts in parts of other types too, such as application/json; as files those would be lost.
    """
    kind = kind_of(part.content_type)
    return part.filename is not None or kind.startswith("image/") or kind == "application/octet-stream"


def _gathered(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _reason(error: Exception) -> str:
    if isinstance(error, falcon.HTTPError):
        return error.description or ""
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)
