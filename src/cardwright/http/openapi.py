"""The description of the interfaces at `/openapi.json` (OpenAPI 3.1), put together from what each surface says.

OpenApi(document((createcontact.DESCRIBED, partner.DESCRIBED)))
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from cardwright import __version__
from cardwright.http.conditions import is_held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from falcon.asgi import Request, Response

Tree: TypeAlias = dict[str, Any]

PATH: Final = "/openapi.json"
STRING: Final = {"type": "string"}
OCTETS: Final = {"type": "string", "format": "binary"}
_ABOUT: Final = (
    "Makes contacts, keeps them, and hands them out as cards. "
    "createcontact makes a card of one JSON document and keeps nothing; partner contacts are an address book. "
    "Every answer has an `X-Request-Id`, which finds the request in the log. "
    "The head of a request may have 64 KiB (431 beyond); a body may be packed with `Content-Encoding: gzip`."
)


class Described(NamedTuple):
    """What a surface says of itself, in the words of OpenAPI."""

    tag: str
    about: str
    paths: Tree
    components: dict[str, Tree]
    """By their kind: `schemas`, `headers`, `responses` …"""


def ref(name: str, kind: str = "schemas") -> Tree:
    """Return a reference to a component of the document."""
    return {"$ref": f"#/components/{kind}/{name}"}


def header(description: str, example: str, schema: Tree = STRING) -> Tree:
    """Return a header of an answer."""
    return {"description": description, "schema": schema, "example": example}


def referred(kind: str, *names: str) -> Tree:
    """Return references to components by their own names, as `headers` takes them."""
    return {name: ref(name, kind) for name in names}


HEADERS: Final[Tree] = {
    "X-Request-Id": header("Finds the request in the server's log; the one that was sent, or a new one.", "5f0c7a9e"),
    "Retry-After": header("Seconds after which to try again.", "5", {"type": "integer"}),
    "Allow": header("The methods that there are.", "GET, HEAD, OPTIONS, POST"),
    "Accept-Encoding": header("How a body may be packed.", "gzip"),
    "Content-Disposition": header("The name to save the card under.", 'inline; filename="contact.vcf"'),
}
"""Headers of answers that more than one surface gives."""


def document(surfaces: Iterable[Described]) -> Tree:
    """Return the document of these surfaces, each with its tag on every operation."""
    paths: Tree = {}
    components: Tree = {"headers": dict(HEADERS)}
    tags = []
    for surface in surfaces:
        tags.append({"name": surface.tag, "description": surface.about})
        paths |= {path: _tagged(item, surface.tag) for path, item in surface.paths.items()}
        for kind, named in surface.components.items():
            components.setdefault(kind, {}).update(named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cardwright",
            "version": __version__,
            "summary": "A contact server that a team runs itself.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server, behind the prefix that a trusted proxy puts before it."}],
        "tags": tags,
        "paths": paths,
        "components": components,
    }


def _tagged(item: Tree, tag: str) -> Tree:
    """Return a path item with the tag on its operations, which alone have an `operationId`."""
    return {
        name: {"tags": [tag], **part} if isinstance(part, dict) and "operationId" in part else part
        for name, part in item.items()
    }


class OpenApi:
    """`/openapi.json`: the document, the same for everybody but for the prefix of a trusted proxy."""

    def __init__(self, described: Tree) -> None:
        self._described = described
        self._known: dict[str, tuple[bytes, str]] = {"": self._made("")}

    async def on_get(self, request: Request, response: Response) -> None:
        """Answer with it, and close: who asks on and on over one connection, and reads nothing, has one waiting."""
        prefix: str = request.scope.get("root_path", "")
        if prefix not in self._known:
            self._known = {"": self._known[""], prefix: self._made(prefix)}
        body, tag = self._known[prefix]
        response.set_header("Connection", "close")
        response.set_header("ETag", tag)
        response.set_header("Cache-Control", "no-cache")
        if is_held(tag, request.get_header("If-None-Match")):
            response.status = 304
            return
        response.content_type = "application/json"
        response.data = body

    on_head = on_get

    def _made(self, prefix: str) -> tuple[bytes, str]:
        """Return the octets and their entity tag, for those who ask behind this prefix."""
        servers = [{**server, "url": prefix or server["url"]} for server in self._described["servers"]]
        body = msgspec.json.encode({**self._described, "servers": servers})
        return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
