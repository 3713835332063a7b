"""The request of createcontact: JSON names and shapes in, a Contact or the first fault out.

The stages stand in the order in which CC-31 has them reported: JSON, types, empty, name, labels, texts.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from cardwright.contact import texts
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.names import name_fault
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

Document: TypeAlias = dict[str, Any]

USED: Final = 4
"""Items of each list that are used (CC-7)."""
WEBSITE_LABEL: Final = 100
"""Characters of a website's label that are kept (CC-10)."""
HOMEPAGE: Final = "homepage"
PLACES: Final = ("work", "home")
"""The labels of an e-mail and a physical address (CC-8); the first is the default (CC-9)."""
PHONE_LABELS: Final = (*PLACES, "mobile", "fax", "pager", "main", "other")

_encode: Final = msgspec.json.Encoder().encode


class Request(NamedTuple):
    """What a request asks for."""

    contact: Contact
    photo_url: str


# An item of a list that has a value: its place in the list, the value, its label as sent.
_Items: TypeAlias = "list[tuple[int, str, str]]"


class _Texts(NamedTuple):
    """Every text of the request that is used, trimmed, with its type known to be right."""

    first: str
    last: str
    suffix: str
    organization: str
    title: str
    note: str
    photo_url: str
    phones: _Items
    emails: _Items
    addresses: _Items
    websites: _Items

    def together(self) -> str:
        """Return all texts as one, to look at them at once."""
        items = (*self.phones, *self.emails, *self.addresses, *self.websites)
        return "".join([*self[:7], *[value for _, value, _ in items], *[label for _, _, label in self.websites]])

    def every(self) -> Iterator[tuple[str, str, int, bool]]:
        """Yield field, text, limit and whether line breaks pass, in the order of the documentation (CC-6)."""
        yield "name.first-name", self.first, texts.TEXT, False
        yield "name.last-name", self.last, texts.TEXT, False
        yield "name.suffix", self.suffix, texts.TEXT, True
        yield "organization", self.organization, texts.TEXT, True
        yield "title", self.title, texts.TEXT, True
        yield "photo-url", self.photo_url, texts.URL, False
        yield "note", self.note, texts.NOTE, True
        for at, number, _ in self.phones:
            yield f"phone[{at}].number", number, texts.TEXT, False
        for at, address, _ in self.emails:
            yield f"email[{at}].id", address, texts.TEXT, False
        for at, address, _ in self.addresses:
            yield f"physical-address[{at}].address", address, texts.ADDRESS, True
        for at, url, label in self.websites:
            yield f"website[{at}].url", url, texts.URL, False
            yield f"website[{at}].label", label, len(label), False  # cut, never too long (CC-10)


def decode(body: bytes) -> Document:
    """Return the JSON object in `body`; raises InvalidError with Rule.FORM (E100).

    A key that stands twice is refused: readers disagree about which of the two counts (RFC 8259 section 4).
    """
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        raise InvalidError([Fault("", Rule.FORM, f"the body is not JSON: {error}")]) from None
    if not isinstance(document, dict):
        raise InvalidError([Fault("", Rule.FORM, "the body is not a JSON object")])
    # Encoded again, a document has as many quotes as it came with, unless a key stood twice or a quote was written
    # as an escape: a look that costs a hundredth of a second reading.
    if _encode(document).count(b'"') != body.count(b'"') or b"\\u0022" in body:
        json.loads(body, object_pairs_hook=_each_key_once)
    return document


def contact_from(document: Document, *, strict_names: bool = True) -> Request:
    """Return the contact that `document` describes; raises InvalidError with its first fault (CC-31).

    `strict_names` is the documented rule of CC-5; without it names hold any text.
    """
    said = _read(document)
    _check_empty(said)
    if strict_names:
        _check_names(said)
    contact = _contact(said)
    plain = _check_texts(said)
    return Request(contact if plain else _with_one_break(contact), said.photo_url)


def _each_key_once(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InvalidError([Fault(twice, Rule.FORM, "stands twice in one object")])
    return found


# Types (CC-12, CC-14) -------------------------------------------------------------------------------------------------


def _read(document: Document) -> _Texts:
    name = _object(document, "name")
    return _Texts(
        _text(name, "first-name", "name").strip(),
        _text(name, "last-name", "name").strip(),
        _text(name, "suffix", "name").strip(),
        _text(document, "organization"),
        _text(document, "title"),
        _text(document, "note"),
        _text(document, "photo-url").strip(" "),
        _items(document, "phone", "number"),
        _items(document, "email", "id"),
        _items(document, "physical-address", "address"),
        _items(document, "website", "url"),
    )


def _wrong_type(path: str, expected: str) -> InvalidError:
    return InvalidError([Fault(path, Rule.TYPE, f"{expected} is expected here")])


def _text(holder: Document, key: str, inside: str = "", at: int | None = None) -> str:
    value = holder.get(key)
    if value.__class__ is str:
        return "" if value.isspace() else value
    if value is None:
        return ""
    place = inside if at is None else f"{inside}[{at}]"
    raise _wrong_type(f"{place}.{key}" if place else key, "a text")


def _object(holder: Document, key: str) -> Document:
    value = holder.get(key)
    if value.__class__ is dict:
        return value
    if value is None or value in ("", []):
        return {}
    raise _wrong_type(key, "an object")


def _items(document: Document, key: str, value_key: str) -> _Items:
    """Return the first four items that have a value; later ones are not looked at (CC-7)."""
    given = document.get(key)
    found: _Items = []
    if given.__class__ is not list:
        if given is None or given == "":
            return found
        raise _wrong_type(key, "a list")
    for at, item in enumerate(given):
        if item.__class__ is not dict:
            if item is None or item in ("", []):
                continue
            raise _wrong_type(f"{key}[{at}]", "an object")
        if value := _text(item, value_key, key, at).strip(" "):
            found.append((at, value, _text(item, "label", key, at).strip()))
            if len(found) == USED:
                break
    return found


# Empty, name (CC-4, CC-5, CC-13) --------------------------------------------------------------------------------------


def _check_empty(said: _Texts) -> None:
    if said.first or said.last:
        return
    if any(said):
        raise InvalidError([Fault("name", Rule.NAMELESS, "has neither a first nor a last name")])
    raise InvalidError([Fault("", Rule.EMPTY, "The contact holds no data.")])


def _check_names(said: _Texts) -> None:
    fault = name_fault("name.first-name", said.first) or name_fault("name.last-name", said.last)
    if fault:
        raise InvalidError([fault])


# Labels (CC-8, CC-9, CC-10) -------------------------------------------------------------------------------------------


def _contact(said: _Texts) -> Contact:
    return Contact(
        Name(said.first, said.last, "", "", said.suffix),
        said.organization,
        said.title,
        said.note,
        tuple([Phone(number, _label("phone", at, label, PHONE_LABELS)) for at, number, label in said.phones]),
        tuple([Email(address, _label("email", at, label, PLACES)) for at, address, label in said.emails]),
        tuple([Address(text, _label("physical-address", at, label, PLACES)) for at, text, label in said.addresses]),
        tuple([Website(url, _website_label(label)) for _, url, label in said.websites]),
    )


def _label(field: str, at: int, label: str, supported: tuple[str, ...]) -> str:
    """Return the label in lower case, or the default; raise the fault of one that is not supported."""
    found = label.lower() or PLACES[0]
    if found in supported:
        return found
    message = f"{label[: texts.TEXT]!r} is not supported; supported are {', '.join(supported)}"
    raise InvalidError([Fault(f"{field}[{at}].label", Rule.LABEL, message)])


def _website_label(label: str) -> str:
    kept = label[:WEBSITE_LABEL]
    return kept if kept and kept.lower() != HOMEPAGE else HOMEPAGE


# Texts (CC-6) ---------------------------------------------------------------------------------------------------------


def _check_texts(said: _Texts) -> bool:
    """Return whether every text is plain, without a line break or tab; raise the first fault."""
    together = said.together()
    plain = together.isprintable() or texts.plain(together)
    if plain and len(together) <= texts.TEXT:
        return True
    for field, text, limit, lines in said.every():
        if fault := texts.text_fault(field, text, limit, lines=lines):
            raise InvalidError([fault])
    return plain


def _with_one_break(contact: Contact) -> Contact:
    """Return `contact` with every kind of line break as one, wherever line breaks pass."""
    return contact._replace(
        name=contact.name._replace(suffix=texts.one_break(contact.name.suffix)),
        organization=texts.one_break(contact.organization),
        title=texts.one_break(contact.title),
        note=texts.one_break(contact.note),
        addresses=tuple([it._replace(street=texts.one_break(it.street)) for it in contact.addresses]),
    )
