"""The description of the interfaces at `/openapi.json` (OpenAPI 3.1), put together from what each surface says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from cardwright import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from falcon.asgi import Request, Response

Tree: TypeAlias = dict[str, Any]

PATH: Final = "/openapi.json"


class Described(NamedTuple):
    """What a surface says of itself, in the words of OpenAPI."""

    paths: Tree
    schemas: Tree
    security_schemes: Tree


def ref(schema: str) -> Tree:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{schema}"}


def document(surfaces: Iterable[Described]) -> Tree:
    """Return the document of these surfaces."""
    paths: Tree = {}
    components: Tree = {"schemas": {}, "securitySchemes": {}}
    for surface in surfaces:
        paths |= surface.paths
        components["schemas"] |= surface.schemas
        components["securitySchemes"] |= surface.security_schemes
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cardwright",
            "version": __version__,
            "summary": "A contact server that a team runs itself.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": components,
    }


class OpenApi:
    """`/openapi.json`: the document, the same for everybody."""

    def __init__(self, surfaces: Iterable[Described]) -> None:
        self._body = msgspec.json.encode(document(surfaces))

    async def on_get(self, _request: Request, response: Response) -> None:
        """Answer with it, and close: who asks on and on over one connection, and reads nothing, has one waiting."""
        response.set_header("Connection", "close")
        response.content_type = "application/json"
        response.data = self._body

    on_head = on_get
