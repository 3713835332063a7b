"""Answers: a document in the form that was asked for, with its validators."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from cardwright.http.conditions import is_held
from cardwright.surfaces.partner import xml
from cardwright.surfaces.partner.request_context import JSON, context_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from falcon.asgi import Request, Response

_SHORT: Final = 200
_encode: Final = msgspec.json.Encoder().encode


def rendered(name: str, fields: Mapping[str, Any], form: str) -> bytes:
    """Return the document; `name` is its element in XML, `""` for none."""
    return _encode(fields) if form == JSON else xml.document(name, fields)


def typed(form: str) -> str:
    """Return the Content-Type of a document in this form."""
    return form if form == JSON else f"{form}; charset=utf-8"


def say(request: Request, response: Response, fields: Mapping[str, Any]) -> None:
    """Answer a write with its status document."""
    context = context_of(request)
    form = context.status_form
    if context.warnings:
        fields = {"Status": fields["Status"], "Warnings": context.warnings, **fields}
    response.content_type = typed(form)
    response.data = rendered("", fields, form)


def show(request: Request, response: Response, name: str, fields: Mapping[str, Any], tag: str = "") -> None:
    """Answer a read; `tag` is the representation's, made from its octets when it is not given (PC-33)."""
    form = context_of(request).form
    data = rendered(name, fields, form)
    send(request, response, typed(form), data, tag or digest_tag(data))


async def show_list(request: Request, response: Response, size: int, fields: Mapping[str, Any]) -> None:
    """Answer a read with a list, an iterator among its fields, of that size.

    A long one is written in another thread: it takes up to a second, and this one has others to answer.
    """
    form = context_of(request).form
    write = _in_parts if form == JSON else partial(xml.document, "")
    data = write(fields) if size <= _SHORT else await asyncio.to_thread(write, fields)
    send(request, response, typed(form), data, digest_tag(data))


def _in_parts(fields: Mapping[str, Any]) -> bytes:
    """Return the JSON that `rendered` does, each item of an iterator by a call of its own.

    One call for all of them would hold the interpreter, and with it everybody, for as long as it takes.
    """
    members = []
    for name, value in fields.items():
        if isinstance(value, Iterator):
            members.append(b"%b:[%b]" % (_encode(name), b",".join([_encode(item) for item in value])))
        else:
            members.append(b"%b:%b" % (_encode(name), _encode(value)))
    return b"{%b}" % b",".join(members)


def send(request: Request, response: Response, content_type: str, data: bytes, tag: str) -> None:
    """Answer with a representation, or with 304 when the client holds it."""
    if not unchanged(request, response, tag):
        response.content_type = content_type
        response.data = data


def unchanged(request: Request, response: Response, tag: str) -> bool:
    """Put the validators on a read's answer; if the client holds this representation, answer 304 and say so."""
    response.set_header("ETag", tag)
    keep_private(response)
    held = is_held(tag, request.get_header("If-None-Match"))
    if held:
        response.status = 304
    return held


def keep_private(response: Response) -> None:
    """Let no shared cache keep an answer, and say what it depends on (RFC 9111)."""
    response.set_header("Cache-Control", "private, no-cache")
    response.set_header("Vary", "Accept, Authorization, IR-Version")


def digest_tag(data: bytes) -> str:
    """Return a strong entity tag of the octets themselves."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'
