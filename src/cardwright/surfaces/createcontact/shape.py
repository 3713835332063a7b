"""The shape of a createcontact document: names and types (CC-12, CC-14), the items of its lists (CC-7).

An attribute is None where the document has nothing, or null (CC-12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from cardwright import limits
from cardwright.contact.texts import SPACES
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

USED: Final = limits.CREATECONTACT_ITEMS.value
"""Items of each list that are used (CC-7)."""


class SentName(msgspec.Struct, omit_defaults=True, gc=False, rename="kebab"):
    """The name of a document."""

    first_name: str | None = None
    last_name: str | None = None
    suffix: str | None = None


class _Phone(msgspec.Struct, omit_defaults=True, gc=False):
    value: str | None = msgspec.field(default=None, name="number")
    label: str | None = None


class _Email(msgspec.Struct, omit_defaults=True, gc=False):
    value: str | None = msgspec.field(default=None, name="id")
    label: str | None = None


class _Address(msgspec.Struct, omit_defaults=True, gc=False):
    value: str | None = msgspec.field(default=None, name="address")
    label: str | None = None


class _Website(msgspec.Struct, omit_defaults=True, gc=False):
    value: str | None = msgspec.field(default=None, name="url")
    label: str | None = None


class SentDocument(msgspec.Struct, omit_defaults=True, gc=False, rename="kebab"):
    """A document in its shape: what the interface does not know is left out."""

    action: str | None = None
    api_key: str | None = None
    name: SentName | None = None
    organization: str | None = None
    title: str | None = None
    note: str | None = None
    photo_url: str | None = None
    phone: list[_Phone | None] | None = None
    email: list[_Email | None] | None = None
    physical_address: list[_Address | None] | None = None
    website: list[_Website | None] | None = None


ListItem: TypeAlias = "_Phone | _Email | _Address | _Website"
"""An item of a list."""
_ITEMS: Final = {"phone": "number", "email": "id", "physical-address": "address", "website": "url"}
"""The lists, and where an item of each has its value."""

Document: TypeAlias = "SentDocument | dict[str, Any]"
"""A JSON object: in its shape already, or as it came where its types are not those of the shape."""


def shaped(document: dict[str, Any]) -> SentDocument:
    """Return the document in its shape: what counts as absent and what is not used taken out (CC-7, CC-12).

    Raises InvalidError with the path of the first used field whose type is wrong (CC-14).
    """
    name = _object(document, "name")
    fields: dict[str, Any] = {"name": {key: _text(name, key, "name") for key in ("first-name", "last-name", "suffix")}}
    fields |= {key: _text(document, key) for key in ("organization", "title", "photo-url", "note")}
    fields |= {key: _items(document, key, value_key) for key, value_key in _ITEMS.items()}
    return msgspec.convert(fields, SentDocument)


def _wrong_type(path: str, expected: str) -> InvalidError:
    return InvalidError([Fault(path, Rule.TYPE, f"{expected} is expected here")])


def _text(holder: dict[str, Any], key: str, place: str = "") -> str:
    value = holder.get(key)
    if value is None or isinstance(value, str):
        return value or ""
    raise _wrong_type(f"{place}.{key}" if place else key, "a text")


def _object(holder: dict[str, Any], key: str) -> dict[str, Any]:
    value = holder.get(key)
    if isinstance(value, dict):
        return value
    if value is None or value in ("", []):
        return {}
    raise _wrong_type(key, "an object")


def _items(document: dict[str, Any], key: str, value_key: str) -> list[dict[str, str] | None]:
    """Return the items up to the fourth that has a value, those without one as None (CC-7)."""
    given = document.get(key)
    if given is None or given == "":
        return []
    if not isinstance(given, list):
        raise _wrong_type(key, "a list")
    items: list[dict[str, str] | None] = []
    for at, item in enumerate(given):
        if not isinstance(item, dict) and item is not None and item not in ("", []):
            raise _wrong_type(f"{key}[{at}]", "an object")
        place = f"{key}[{at}]"
        if item and _text(item, value_key, place).strip(SPACES):
            items.append({value_key: item[value_key], "label": _text(item, "label", place)})
        else:
            items.append(None)
        if len(items) - items.count(None) == USED:
            break
    return items


def used_items(items: Sequence[ListItem | None] | None) -> list[tuple[int, ListItem, str]]:
    """Return the first four items that have a value, each with its place in the list and the value trimmed."""
    used: list[tuple[int, ListItem, str]] = []
    for at, item in enumerate(items or ()):
        if item is not None and item.value and (value := item.value.strip(SPACES)):
            used.append((at, item, value))
            if len(used) == USED:
                break
    return used
