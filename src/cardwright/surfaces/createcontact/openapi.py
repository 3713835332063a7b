"""createcontact in the words of OpenAPI 3.1, from its tables of codes, labels and limits."""

from __future__ import annotations

from typing import Final

from cardwright.contact import texts
from cardwright.http.openapi import Described, Tree, ref
from cardwright.surfaces.createcontact.contact import HOMEPAGE, PHONE_LABELS, PLACES, WEBSITE_LABEL
from cardwright.surfaces.createcontact.errors import CODES
from cardwright.surfaces.createcontact.routes import PATH
from cardwright.vcard import VERSIONS

_QUERY: Final = [
    {
        "name": "version",
        "in": "query",
        "description": "The version of the card; it beats Accept.",
        "schema": {"enum": list(VERSIONS), "default": "3.0"},
    },
    {
        "name": "max-bytes",
        "in": "query",
        "description": "The most octets that the card may have; its photo is made smaller, or left out, to fit.",
        "schema": {"type": "integer", "minimum": 1},
    },
]


def _text(limit: int = texts.TEXT) -> Tree:
    return {"type": ["string", "null"], "maxLength": limit}


def _labels(known: tuple[str, ...]) -> Tree:
    return {
        "type": ["string", "null"],
        "description": f"{', '.join(known)}, in any case; {known[0]} when it is absent.",
    }


def _list(value: str, limit: int, label: Tree) -> Tree:
    item = {"type": ["object", "null"], "properties": {value: _text(limit), "label": label}}
    return {"type": ["array", "null"], "items": item, "description": "The first four with a value are used."}


def _request() -> Tree:
    name = {part: _text() for part in ("first-name", "last-name", "suffix")}
    website_label = {"type": ["string", "null"], "default": HOMEPAGE, "description": f"Cut at {WEBSITE_LABEL}."}
    return {
        "type": "object",
        "required": ["action", "name"],
        "properties": {
            "action": {"const": "createcontact"},
            "api-key": {"type": ["string", "null"], "description": "The key, when no header carries it."},
            "name": {"type": "object", "description": "A first or a last name is required.", "properties": name},
            "organization": _text(),
            "title": _text(),
            "note": _text(texts.NOTE),
            "photo-url": _text(texts.URL),
            "phone": _list("number", texts.TEXT, _labels(PHONE_LABELS)),
            "email": _list("id", texts.TEXT, _labels(PLACES)),
            "physical-address": _list("address", texts.ADDRESS, _labels(PLACES)),
            "website": _list("url", texts.URL, website_label),
        },
    }


def _responses() -> Tree:
    failures: dict[int, list[str]] = {}
    for code in CODES:
        failures.setdefault(code.status, []).append(f"{code.name}: {code.when}")
    card = {"description": "The card", "content": {"text/vcard": {"schema": {"type": "string"}}}}
    content = {"application/json": {"schema": ref("Failure")}}
    return {
        "200": card,
        **{str(status): {"description": "; ".join(whens), "content": content} for status, whens in failures.items()},
    }


DESCRIBED: Final = Described(
    paths={
        PATH: {
            "post": {
                "operationId": "createcontact",
                "summary": "Make a card of a contact",
                "security": [{"apiKey": []}],
                "parameters": _QUERY,
                "requestBody": {"required": True, "content": {"application/json": {"schema": ref("CreateContact")}}},
                "responses": _responses(),
            }
        }
    },
    schemas={
        "CreateContact": _request(),
        "Failure": {
            "type": "object",
            "required": ["status", "error-code", "error-info"],
            "properties": {
                "status": {"const": "failure"},
                "error-code": {"enum": sorted({code.name for code in CODES})},
                "error-info": {"type": "string"},
            },
        },
    },
    security_schemes={"apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
)
