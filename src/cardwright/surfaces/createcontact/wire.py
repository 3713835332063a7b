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
    from collections.abc import Iterator, Sequence

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


class _Item(NamedTuple):
    at: int
    value: str
    label: str


class _Texts(NamedTuple):
    """Every text of the request that is used, trimmed, with its type known to be right."""

    first: str
    last: str
    suffix: str
    organization: str
    title: str
    note: str
    photo_url: str
    phones: Sequence[_Item]
    emails: Sequence[_Item]
    addresses: Sequence[_Item]
    websites: Sequence[_Item]

    def every(self) -> Iterator[tuple[str, str, int, bool]]:
        """Yield field, text, limit and whether line breaks pass, in the order of the documentation (CC-6)."""
        yield "name.first-name", self.first, texts.TEXT, False
        yield "name.last-name", self.last, texts.TEXT, False
        yield "name.suffix", self.suffix, texts.TEXT, True
        yield "organization", self.organization, texts.TEXT, True
        yield "title", self.title, texts.TEXT, True
        yield "photo-url", self.photo_url, texts.URL, False
        yield "note", self.note, texts.NOTE, True
        for item in self.phones:
            yield f"phone[{item.at}].number", item.value, texts.TEXT, False
        for item in self.emails:
            yield f"email[{item.at}].id", item.value, texts.TEXT, False
        for item in self.addresses:
            yield f"physical-address[{item.at}].address", item.value, texts.ADDRESS, True
        for item in self.websites:
            yield f"website[{item.at}].url", item.value, texts.URL, False
            yield f"website[{item.at}].label", item.label, len(item.label), False  # cut, never too long (CC-10)


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
    _check_labels(said)
    plain = _check_texts(said)
    return Request(_contact(said, str if plain else texts.one_break), said.photo_url)


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
        _text(name, "first-name", "name.").strip(),
        _text(name, "last-name", "name.").strip(),
        _text(name, "suffix", "name.").strip(),
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


def _text(holder: Document, key: str, path: str = "") -> str:
    value = holder.get(key)
    if value.__class__ is str:
        return "" if value.isspace() else value
    if value is None:
        return ""
    raise _wrong_type(f"{path}{key}", "a text")


def _object(holder: Document, key: str) -> Document:
    value = holder.get(key)
    if value.__class__ is dict:
        return value
    if value is None or value in ("", []):
        return {}
    raise _wrong_type(key, "an object")


def _items(document: Document, key: str, value_key: str) -> Sequence[_Item]:
    """Return the first four items that have a value; later ones are not looked at (CC-7)."""
    given = document.get(key)
    if given is None or given in ("", []):
        return ()
    if given.__class__ is not list:
        raise _wrong_type(key, "a list")
    found: list[_Item] = []
    for at, item in enumerate(given):
        if item is None or item in ("", []):
            continue
        if item.__class__ is not dict:
            raise _wrong_type(f"{key}[{at}]", "an object")
        if value := _text(item, value_key, f"{key}[{at}].").strip(" "):
            found.append(_Item(at, value, _text(item, "label", f"{key}[{at}].").strip(" ")))
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


# Labels (CC-8, CC-9) --------------------------------------------------------------------------------------------------


def _check_labels(said: _Texts) -> None:
    for field, items, supported in (
        ("phone", said.phones, PHONE_LABELS),
        ("email", said.emails, PLACES),
        ("physical-address", said.addresses, PLACES),
    ):
        for item in items:
            if item.label and item.label.lower() not in supported:
                message = f"{item.label[: texts.TEXT]!r} is not supported; supported are {', '.join(supported)}"
                raise InvalidError([Fault(f"{field}[{item.at}].label", Rule.LABEL, message)])


# Texts (CC-6) ---------------------------------------------------------------------------------------------------------


def _check_texts(said: _Texts) -> bool:
    """Return whether every text is plain, without a line break or tab; raise the first fault."""
    together = "".join([text for _, text, _, _ in said.every()])
    plain = texts.plain(together)
    if plain and len(together) <= texts.TEXT:
        return True
    for field, text, limit, lines in said.every():
        if fault := texts.text_fault(field, text, limit, lines=lines):
            raise InvalidError([fault])
    return plain


def _contact(said: _Texts, lines: Any) -> Contact:  # noqa: ANN401 - str or one_break: both take and give a text
    return Contact(
        name=Name(said.first, said.last, suffix=lines(said.suffix)),
        organization=lines(said.organization),
        title=lines(said.title),
        note=lines(said.note),
        phones=tuple([Phone(item.value, item.label.lower() or PLACES[0]) for item in said.phones]),
        emails=tuple([Email(item.value, item.label.lower() or PLACES[0]) for item in said.emails]),
        addresses=tuple([Address(lines(item.value), item.label.lower() or PLACES[0]) for item in said.addresses]),
        websites=tuple([Website(item.value, _website_label(item.label)) for item in said.websites]),
    )


def _website_label(label: str) -> str:
    kept = label[:WEBSITE_LABEL]
    return kept if kept and kept.lower() != HOMEPAGE else HOMEPAGE
