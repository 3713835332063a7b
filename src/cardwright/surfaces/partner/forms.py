"""Request bodies: forms, multipart forms and JSON, as one kind of value (PC-5, PC-24)."""

from __future__ import annotations

import codecs
import math
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

import falcon
import msgspec
from falcon.util.uri import parse_query_string

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.body import BodyTooLargeError, check_length, read_stream
from cardwright.http.documents import check_keys, may_repeat, why_no_json
from cardwright.http.encoding import check_encoding
from cardwright.http.exchange import exchange_of
from cardwright.http.large import hold
from cardwright.http.multipart import parts
from cardwright.limits import FORM_BODY, FORM_FIELDS, FORM_TEXTS
from cardwright.surfaces.partner.parameters import DELTAS, LISTS
from cardwright.surfaces.partner.request_context import context_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from falcon.asgi import Request

_BEYOND_ASCII: Final = re.compile("%[89A-Fa-f]")
_ITEM: Final = re.compile(r"(\w+)\[([0-9]{0,9})\]", re.ASCII)
"""The name of one item of an array, as axios, PHP and Rails write it: `Labels[]`, `Labels[0]`."""
_ARRAYS: Final = frozenset((*LISTS.values(), *DELTAS.values()))
LIMIT: Final = FORM_BODY.value
"""Octets of a body: an image of the largest size (PC-25), and everything else that a contact can hold."""
TEXTS_LIMIT: Final = FORM_TEXTS.value
"""Octets of all that is no file: a long list of partner accounts would hold up everybody else for seconds."""
FIELDS: Final = FORM_FIELDS.value
"""Fields beside a file."""


class FormFile(NamedTuple):
    """A file that came with a form."""

    name: str
    """The part's name, not the file's."""
    data: memoryview


class PartnerForm(NamedTuple):
    """What a body holds."""

    values: Mapping[str, Sequence[Any]]
    """Every value that was sent under a name: texts, or with JSON one value of any type."""
    files: Sequence[FormFile] = ()
    multipart: bool = False


async def read_form(request: Request) -> PartnerForm:
    """Return the request's body, an empty form when there is none.

    Raises InvalidError for a body that is not what it says to be, falcon.HTTPUnsupportedMediaType for another kind,
    what a body that cannot be read raises (`http/body.py`, `http/encoding.py`), BusyError when a large one has no slot.
    """
    exchange = exchange_of(request.scope)
    check_encoding(exchange.headers)
    content_type = request.content_type or ""
    kind = kind_of(content_type)
    length = request.content_length
    if kind not in AT_ONCE:
        check_length(length, LIMIT)
        context = context_of(request)
        await hold(request.scope, context.large.bodies, context.access.sid, length)
        body = await read_stream(request.stream, length, LIMIT)
    elif exchange.first_part and len(exchange.first_part) == length:  # nearly always: it came with its head
        body = exchange.first_part
    else:
        body = await read_stream(request.stream, length, TEXTS_LIMIT)
    try:
        if kind == "multipart/form-data":
            return _multipart(body, content_type)
        if kind in AT_ONCE:
            return AT_ONCE[kind](bytes(body).removeprefix(codecs.BOM_UTF8))
    except ValueError as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise InvalidError([Fault("", Rule.FORM, f"the body is no {kind}: {reason}")]) from None
    if body or kind:
        raise falcon.HTTPUnsupportedMediaType(
            description="A body is application/x-www-form-urlencoded, multipart/form-data or application/json"
        )
    return PartnerForm({})


def kind_of(content_type: str) -> str:
    """Return the media type of a Content-Type field, without its parameters and in small letters."""
    return content_type.partition(";")[0].strip().lower()


def _urlencoded(body: bytes) -> PartnerForm:
    """Return a form; ValueError when it is not UTF-8, or an escape stands for what is not.

    Falcon's compiled parser takes a sixth of the time of the standard library's, but lets that pass.
    """
    text = body.decode()
    _check_number(text.strip("&").count("&") + 1)
    if _BEYOND_ASCII.search(text):
        return PartnerForm(_listed(_gathered(parse_qsl(text, keep_blank_values=True, errors="strict"))))
    fields = parse_query_string(text, keep_blank=True)
    return PartnerForm(_listed({name: [value] if isinstance(value, str) else value for name, value in fields.items()}))


def _json(body: bytes) -> PartnerForm:
    try:
        document = msgspec.json.decode(body)
        if may_repeat(body, document):
            check_keys(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(why_no_json(body, error)) from None
    if not isinstance(document, dict):
        raise ValueError("it holds no object")  # noqa: TRY004 - as every body that cannot be read
    _check_number(len(document))
    return PartnerForm(_listed({name: (value,) for name, value in document.items() if value is not None}))


def _check_number(fields: int) -> None:
    if fields > FIELDS:
        raise BodyTooLargeError(f"the body has {fields} fields; at most {FIELDS} are taken")


AT_ONCE: Final[Mapping[str, Callable[[bytes], PartnerForm]]] = {
    "application/x-www-form-urlencoded": _urlencoded,
    "application/json": _json,
}
"""How a body of one piece is read, by its kind; ValueError when it is not what it says to be."""


def _multipart(body: bytes | bytearray, content_type: str) -> PartnerForm:
    pairs: list[tuple[str, str]] = []
    files: list[FormFile] = []
    room = TEXTS_LIMIT
    for number, part in enumerate(parts(body, content_type), 1):
        if not part.is_file:
            room -= len(part.data)
            pairs.append((part.name, part.text.removeprefix("\ufeff")))
        elif part.data or part.file_name:  # a browser's empty file field has neither
            files.append(FormFile(part.name, part.data))
        if room < 0 or len(pairs) > FIELDS or number > FIELDS + 1:  # one file beside them
            raise BodyTooLargeError
    return PartnerForm(_listed(_gathered(pairs)), files, multipart=True)


def _gathered(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _listed(values: Mapping[str, Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
    """Return the values with `Labels[]` and `Labels[0]` as the array `Labels` that they are items of (PC-5).

    Items come in the order of their numbers, those without one last.
    """
    if "]" not in "".join(values):  # nearly always
        return values
    plain: dict[str, list[Any]] = {}
    arrays: dict[str, list[tuple[float, Any]]] = {}
    for name, given in values.items():
        item = _ITEM.fullmatch(name)
        if not item or item[1] not in _ARRAYS:
            plain.setdefault(name, []).extend(given)
            continue
        number = int(item[2]) if item[2] else math.inf
        for value in given:
            several = value if isinstance(value, list) else [value]
            arrays.setdefault(item[1], []).extend((number, one) for one in several)
    for name, array in arrays.items():
        plain.setdefault(name, []).append([value for _, value in sorted(array, key=itemgetter(0))])
    return plain
