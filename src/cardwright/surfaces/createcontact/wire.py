"""The body of a createcontact request: a JSON document in its shape, or the fault that it is none (CC-15, E100)."""

from __future__ import annotations

import codecs
from typing import Any, Final

import msgspec

from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.documents import check_keys, may_repeat, why_no_json
from cardwright.surfaces.createcontact.shape import Document, SentDocument

_decode: Final = msgspec.json.Decoder(SentDocument).decode


def decode(body: bytes) -> Document:
    """Return the JSON object in `body`; raises InvalidError with Rule.FORM (E100).

    A byte order mark is ignored (CC-15). A key that stands twice is refused: readers disagree about which of the two
    counts (RFC 8259 section 4).
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        if not body.isascii():
            body.decode()  # msgspec looks at the fields alone that it knows
        document: Document = _decode(body)
    except msgspec.ValidationError:
        return _as_it_came(body)
    except (ValueError, RecursionError) as error:
        raise _no_json(body, error) from None
    if may_repeat(body, document):
        _as_it_came(body)
    return document


def action_fault(document: Document) -> Fault | None:
    """Return what is wrong with the document's `action`, or None (CC-3)."""
    action = document.action if isinstance(document, SentDocument) else document.get("action")
    if action is None or action == "":
        return Fault("", Rule.REQUIRED, "'action' required")
    if not isinstance(action, str) or action.lower() != "createcontact":
        return Fault("", Rule.UNKNOWN, "invalid action")
    return None


def key_in(document: Document) -> object:
    """Return what the document has for `api-key`, whatever it is."""
    return document.api_key if isinstance(document, SentDocument) else document.get("api-key")


def _as_it_came(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`, looked at in full."""
    try:
        document = msgspec.json.decode(body)
        check_keys(body)
    except (ValueError, RecursionError) as error:
        raise _no_json(body, error) from None
    if not isinstance(document, dict):
        raise InvalidError([Fault("", Rule.FORM, "the body is not a JSON object")])
    return document


def _no_json(body: bytes, error: Exception) -> InvalidError:
    return InvalidError([Fault("", Rule.FORM, f"the body is not JSON: {why_no_json(body, error)}")])
