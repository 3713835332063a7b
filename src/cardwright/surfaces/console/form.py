"""The body of a POST: fields and files of a form, bounded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.body import BodyTooLargeError, read_body
from cardwright.http.multipart import parts
from cardwright.limits import FORM_FIELDS, FORM_TEXTS, LARGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.http.asgi import Receive

URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"


class Upload(NamedTuple):
    """A file that was chosen."""

    file_name: str
    media_type: str
    data: memoryview


class Form(NamedTuple):
    """What was typed and chosen, in its order; line ends are those of the browser, CR LF."""

    fields: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, Upload]] = ()

    def get(self, name: str, default: str = "") -> str:
        """Return the first value under a name."""
        return next((value for key, value in self.fields if key == name), default)

    def all(self, name: str) -> list[str]:
        """Return every value under a name."""
        return [value for key, value in self.fields if key == name]

    def file(self, name: str) -> Upload | None:
        """Return the first file that was chosen under a name."""
        return next((upload for key, upload in self.files if key == name), None)


EMPTY: Final = Form(())


class Bounds(NamedTuple):
    """How much a form may hold."""

    octets: int = FORM_TEXTS.value
    """Of all of it, files too."""
    texts: int = FORM_TEXTS.value
    """Octets of what is no file."""
    fields: int = FORM_FIELDS.value


async def read_form(receive: Receive, length: bytes | None, content_type: str, bounds: Bounds) -> Form:
    """Return the form that a body is; raises BodyTooLargeError over the limits, InvalidError for what is no form."""
    body = await read_body(receive, length, bounds.octets)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == URLENCODED or not body:
        if len(body) > bounds.texts:
            raise BodyTooLargeError
        large = len(body) > LARGE.value
        return Form(await asyncio.to_thread(parsed, body, bounds.fields) if large else parsed(body, bounds.fields))
    if kind == _MULTIPART:
        return taken_apart(body, content_type, bounds)
    raise InvalidError([Fault("", Rule.FORM, "the body is no form")])


def parsed(encoded: bytes, most: int = FORM_FIELDS.value) -> list[tuple[str, str]]:
    """Return the fields of an encoded form, or of a query; raises BodyTooLargeError, InvalidError for no UTF-8."""
    if encoded.count(b"&") >= most:
        raise BodyTooLargeError
    try:
        return parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        raise InvalidError([Fault("", Rule.FORM, "it is not UTF-8")]) from None


def taken_apart(body: bytes, content_type: str, bounds: Bounds) -> Form:
    """Return the form that a multipart body is; raises BodyTooLargeError, InvalidError for what is no form."""
    try:
        return _multipart(body, content_type, bounds)
    except ValueError as error:
        raise InvalidError([Fault("", Rule.FORM, str(error))]) from None


def _multipart(body: bytes, content_type: str, bounds: Bounds) -> Form:
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, Upload]] = []
    room = bounds.texts
    for number, part in enumerate(parts(body, content_type), 1):
        if not part.is_file:
            room -= len(part.data)
            fields.append((part.name, part.text))
        elif part.data or part.file_name:  # a browser's empty file field has neither
            files.append((part.name, Upload(part.file_name or "", part.media_type, part.data)))
        if room < 0 or number > bounds.fields:
            raise BodyTooLargeError
    return Form(fields, files)
