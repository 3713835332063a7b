"""JSON bodies as every surface takes them: no key twice in one object, and words for what is no JSON."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from cardwright.errors import Fault, InvalidError, Rule

_SHOWN: Final = 100
"""Characters of a key that are said of it."""
_encode: Final = msgspec.json.Encoder().encode
_BACKSLASH: Final = ord("\\")


def may_repeat(body: bytes, document: object) -> bool:
    """Say whether `body` may hold a key twice, or a field that `document`, read from it, does not have.

    Encoded again, a document has as many colons as it came with: unless it had unknown fields, a key twice, or an
    escape that may stand for a colon or for half a character. A look that costs a tenth of reading it closely.
    """
    return _encode(document).count(b":") != body.count(b":") or (_BACKSLASH in body and b"\\u" in body)


def check_keys(body: bytes) -> None:
    """Raise InvalidError with the name of a key that stands twice in one object, else what `json.loads` raises.

    Readers disagree about which of the two counts (RFC 8259 section 4).
    """
    json.loads(body, object_pairs_hook=_each_once)


def why_no_json(body: bytes, error: Exception) -> str:
    """Return why a body could not be read as JSON, in words for its sender; `error` is what reading it raised."""
    if not body.strip():
        return "it is empty"
    try:
        body.decode()
    except UnicodeDecodeError as decode_error:  # msgspec counts from the beginning of the text that it is in
        return f"octet {decode_error.start + 1} is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    try:
        json.loads(body)  # takes half a surrogate pair, as msgspec does not
    except (ValueError, RecursionError):
        return str(error)
    return "an escape stands for half a character" if b"\\u" in body else str(error)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise InvalidError([Fault(twice[:_SHOWN], Rule.FORM, "stands twice in one object")])
    return document
