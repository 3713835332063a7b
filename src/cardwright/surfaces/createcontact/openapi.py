"""createcontact in the words of OpenAPI 3.1: its one operation, and every answer of its table of codes."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from cardwright.http.openapi import STRING, Described, Tree, header, ref, referred
from cardwright.surfaces.createcontact.errors import CODES, Code
from cardwright.surfaces.createcontact.openapi_schemas import CARD, JOHN, SCHEMAS
from cardwright.surfaces.createcontact.parameters import DEFAULT_VERSION
from cardwright.surfaces.createcontact.routes import BODY_LIMIT, PATH
from cardwright.vcard import VERSIONS

_QUERY: Final = [
    {
        "name": "version",
        "in": "query",
        "description": "The version of the card; it beats `Accept: text/vcard; version=…`.",
        "schema": {"type": "string", "enum": list(VERSIONS), "default": DEFAULT_VERSION},
        "example": "4.0",
    },
    {
        "name": "max-bytes",
        "in": "query",
        "description": "The most octets that the card may have; its photo is made smaller, or left out, to fit.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 300_000,
    },
]
_OF_STATUS: Final = {401: ["WWW-Authenticate"], 405: ["Allow"], 415: ["Accept-Encoding"]}


def _responses() -> Tree:
    by_status = groupby(sorted(CODES, key=lambda code: code.status), key=lambda code: code.status)
    return {"200": _card(), **{str(status): _failure(status, list(codes)) for status, codes in by_status}}


def _card() -> Tree:
    return {
        "description": "The card. The same request gives the same octets.",
        "headers": referred("headers", "X-Request-Id", "Content-Disposition"),
        "content": {"text/vcard": {"schema": STRING, "example": CARD}},
    }


def _failure(status: int, codes: list[Code]) -> Tree:
    names = ["X-Request-Id", *_OF_STATUS.get(status, ["Retry-After"] if status in {429, 503} else [])]
    headers = referred("headers", *names)
    if status == 401:  # noqa: PLR2004 - as HTTP has it
        headers["WWW-Authenticate"] = header("How to say who asks.", "ApiKey")
    told = next((code for code in codes if code.name == "E1515"), codes[0])
    example = {"status": "failure", "error-code": told.name, "error-info": told.info or told.when}
    return {
        "description": "; ".join(f"{code.name}: {code.when}" for code in codes),
        "headers": headers,
        "content": {"application/json": {"schema": ref("Failure"), "example": example}},
    }


DESCRIBED: Final = Described(
    "createcontact",
    "Makes a card of what one JSON document says, for messages and QR codes. Nothing of it is stored or logged.",
    {
        PATH: {
            "post": {
                "operationId": "createcontact",
                "summary": "Make a card of a contact",
                "description": "The first rule that fails is told, in the order: JSON, action, key, rate limit, query, "
                "types, empty, name, labels, texts, photo.",
                "security": [{"apiKey": []}],
                "parameters": _QUERY,
                "requestBody": {
                    "required": True,
                    "description": f"At most {BODY_LIMIT // 1024} KiB.",
                    "content": {"application/json": {"schema": ref("CreateContact"), "example": JOHN}},
                },
                "responses": _responses(),
            }
        }
    },
    {
        "schemas": SCHEMAS,
        "securitySchemes": {
            "apiKey": {
                "type": "apiKey",
                "in": "header",
                "name": "x-api-key",
                "description": "The API key of the account; `api-key` in the body where no header can be sent.",
            }
        },
    },
)
