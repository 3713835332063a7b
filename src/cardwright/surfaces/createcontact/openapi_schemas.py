"""What createcontact takes and says, as JSON schemas (OpenAPI 3.1), from its tables of codes, labels and limits."""

from __future__ import annotations

from typing import Final

from cardwright.contact import texts
from cardwright.http.openapi import Tree, ref
from cardwright.surfaces.createcontact.contact import HOMEPAGE, PHONE_LABELS, PLACES, WEBSITE_LABEL
from cardwright.surfaces.createcontact.errors import CODES
from cardwright.surfaces.createcontact.shape import USED

JOHN: Final[Tree] = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed", "suffix": "Jr."},
    "organization": "Dunder Mifflin",
    "title": "Account Manager",
    "note": "Manage account campaigns.",
    "phone": [{"number": "10000000000", "label": "work"}],
    "email": [{"id": "john@example.com", "label": "work"}],
    "physical-address": [{"address": "Fake Address", "label": "work"}],
    "website": [{"url": "https://example.com", "label": "Dunder Mifflin"}],
}
"""The documented request, without its photo."""
CARD: Final = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Appleseed;John;;;Jr.\r\nFN:John Appleseed Jr.\r\nORG:Dunder Mifflin\r\n"
    "TITLE:Account Manager\r\nNOTE:Manage account campaigns.\r\nTEL;TYPE=WORK:10000000000\r\n"
    "EMAIL;TYPE=INTERNET,WORK:john@example.com\r\nADR;TYPE=WORK:;;Fake Address;;;;\r\n"
    "item1.URL:https://example.com\r\nitem1.X-ABLabel:Dunder Mifflin\r\nEND:VCARD\r\n"
)
"""The documented answer to it."""


def _text(description: str, example: str, limit: int = texts.TEXT) -> Tree:
    return {"type": ["string", "null"], "maxLength": limit, "description": description, "examples": [example]}


def _label(known: tuple[str, ...]) -> Tree:
    return {"type": "string", "enum": list(known), "description": "In any case.", "examples": [known[0]]}


def _labelled(name: str) -> Tree:
    return {"anyOf": [ref(name), {"type": "null"}], "description": f"`{PLACES[0]}` when it is absent."}


_PLACE, _PHONE = _labelled("PlaceLabel"), _labelled("PhoneLabel")


def _list(what: str, value: str, text: Tree, label: Tree) -> Tree:
    item = {"type": "object", "description": what, "properties": {value: text, "label": label}}
    return {
        "type": ["array", "null"],
        "description": f"The first {USED} with a value are used; the others are ignored.",
        "items": item,
    }


_NAME: Final[Tree] = {
    "type": "object",
    "description": "A first or a last name is required.",
    "properties": {
        "first-name": _text("Letters, digits, spaces and periods of any script.", "John"),
        "last-name": _text("Letters, digits, spaces and periods of any script.", "Appleseed"),
        "suffix": _text("Any text.", "Jr."),
    },
}
_WEBSITE_LABEL: Final[Tree] = {
    "type": ["string", "null"],
    "default": HOMEPAGE,
    "description": f"Any text; what follows the {WEBSITE_LABEL}th character is cut off.",
    "examples": ["Dunder Mifflin"],
}
SCHEMAS: Final[dict[str, Tree]] = {
    "CreateContact": {
        "type": "object",
        "description": "A person. An empty text and `null` are as an absent field; unknown fields are ignored.",
        "required": ["action", "name"],
        "properties": {
            "action": {"const": "createcontact", "description": "In any case.", "examples": ["createcontact"]},
            "api-key": _text("The key of the account, where no `x-api-key` can be sent.", "cw_key"),
            "name": _NAME,
            "organization": _text("Any text, with line breaks and tabs.", "Dunder Mifflin"),
            "title": _text("Any text, with line breaks and tabs.", "Account Manager"),
            "note": _text("Any text, with line breaks and tabs.", "Manage account campaigns.", texts.NOTE),
            "photo-url": _text("The http or https address of a GIF, JPEG or PNG.", "https://e.org/j.jpg", texts.URL),
            "phone": _list(
                "A phone.", "number", _text("Kept as it is written.", "10000000000"), _labelled("PhoneLabel")
            ),
            "email": _list("An e-mail address.", "id", _text("The address.", "john@example.com"), _PLACE),
            "physical-address": _list(
                "A place.",
                "address",
                _text("With line breaks.", "Fake Address", texts.ADDRESS),
                _labelled("PlaceLabel"),
            ),
            "website": _list(
                "A website.", "url", _text("Its address.", "https://example.com", texts.URL), _WEBSITE_LABEL
            ),
        },
    },
    "PhoneLabel": _label(PHONE_LABELS),
    "PlaceLabel": _label(PLACES),
    "Failure": {
        "type": "object",
        "description": "Why there is no card: the first rule that fails.",
        "required": ["status", "error-code", "error-info"],
        "properties": {
            "status": {"const": "failure", "description": "Always the same.", "examples": ["failure"]},
            "error-code": {
                "enum": sorted({code.name for code in CODES}),
                "description": "What a program tells it by.",
                "examples": ["E1515"],
            },
            "error-info": {
                "type": "string",
                "description": "What is wrong, and where, in words.",
                "examples": ["The first or last name for the vCard is required."],
            },
        },
    },
}
