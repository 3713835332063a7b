"""The request of createcontact: JSON names and shapes in, a Contact or the first fault out.

The stages stand in the order in which CC-31 has them reported: JSON, types, empty, name, labels, texts.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from cardwright.contact import texts
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.names import name_fault
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USED: Final = 4
"""Items of each list that are used (CC-7)."""
WEBSITE_LABEL: Final = 100
"""Characters of a website's label that are kept (CC-10)."""
HOMEPAGE: Final = "homepage"
PLACES: Final = ("work", "home")
"""The labels of an e-mail and a physical address (CC-8); the first is the default (CC-9)."""
PHONE_LABELS: Final = (*PLACES, "mobile", "fax", "pager", "main", "other")

# The request's shape. Attributes are None where the request has nothing, or null (CC-12).


class _NameSent(msgspec.Struct, omit_defaults=True, gc=False, rename="kebab"):
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


class _Sent(msgspec.Struct, omit_defaults=True, gc=False, rename="kebab"):
    action: str | None = None
    api_key: str | None = None
    name: _NameSent | None = None
    organization: str | None = None
    title: str | None = None
    note: str | None = None
    photo_url: str | None = None
    phone: list[_Phone | None] | None = None
    email: list[_Email | None] | None = None
    physical_address: list[_Address | None] | None = None
    website: list[_Website | None] | None = None


_ITEMS: Final = {"phone": "number", "email": "id", "physical-address": "address", "website": "url"}
"""The lists, and where an item of each has its value."""

Document: TypeAlias = "_Sent | dict[str, Any]"
"""A JSON object: in its shape already, or as it came where its types are not those of the shape."""

_decode: Final = msgspec.json.Decoder(_Sent).decode
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
            yield f"website[{at}].label", label, WEBSITE_LABEL, False


def decode(body: bytes) -> Document:
    """Return the JSON object in `body`; raises InvalidError with Rule.FORM (E100).

    A key that stands twice is refused: readers disagree about which of the two counts (RFC 8259 section 4).
    """
    try:
        if not body.isascii():
            body.decode()  # msgspec looks at the fields alone that it knows
        document: Document = _decode(body)
    except msgspec.ValidationError:
        return _as_it_came(body)
    except (ValueError, RecursionError) as error:
        raise _no_json(body, error) from None
    # Encoded again, a document has as many quotes as it came with: unless it had unknown fields, a key twice, or an
    # escape that may stand for a quote or for half a character. A look that costs a tenth of reading it closely.
    if _encode(document).count(b'"') != body.count(b'"') or b"\\u" in body:
        _as_it_came(body)
    return document


def said_to_be(document: Document) -> object:
    """Return what the document has for `action`, whatever it is."""
    return document.action if isinstance(document, _Sent) else document.get("action")


def key_in(document: Document) -> object:
    """Return what the document has for `api-key`, whatever it is."""
    return document.api_key if isinstance(document, _Sent) else document.get("api-key")


def contact_from(document: Document, *, strict_names: bool = True) -> Request:
    """Return the contact that `document` describes; raises InvalidError with its first fault (CC-31).

    `strict_names` is the documented rule of CC-5; without it names hold any text.
    """
    said = _read(document if isinstance(document, _Sent) else _shaped(document))
    _check_empty(said)
    if strict_names:
        _check_names(said)
    contact = _labelled_contact(said)
    plain = _check_texts(said)
    return Request(contact if plain else _with_one_break(contact), said.photo_url)


def _as_it_came(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`, looked at in full."""
    try:
        document = msgspec.json.decode(body)
        json.loads(body, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise _no_json(body, error) from None
    if not isinstance(document, dict):
        raise InvalidError([Fault("", Rule.FORM, "the body is not a JSON object")])
    return document


def _no_json(body: bytes, error: Exception) -> InvalidError:
    return InvalidError([Fault("", Rule.FORM, f"the body is not JSON: {_why_no_json(body, error)}")])


def _why_no_json(body: bytes, error: Exception) -> str:
    if not body.strip():
        return "it is empty"
    if body.startswith(codecs.BOM_UTF8):
        return "it begins with a byte order mark"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    try:
        json.loads(body)  # takes half a surrogate pair, as msgspec does not
    except UnicodeDecodeError as wrong:
        return f"octet {wrong.start + 1} is not UTF-8"
    except (ValueError, RecursionError):
        return str(error)
    return "an escape stands for half a character" if b"\\u" in body else str(error)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise InvalidError([Fault(twice, Rule.FORM, "stands twice in one object")])
    return found


# Types (CC-12, CC-14) -------------------------------------------------------------------------------------------------


def _shaped(document: dict[str, Any]) -> _Sent:
    """Return the document in its shape: what counts as absent and what is not used taken out (CC-7, CC-12).

    Raises InvalidError with the path of the first used field whose type is wrong (CC-14).
    """
    name = _object(document, "name")
    plain = {key: _text(document, key) for key in ("organization", "title", "note", "photo-url")}
    shaped: dict[str, Any] = {"name": {key: _text(name, key, "name") for key in ("first-name", "last-name", "suffix")}}
    shaped |= {key: _items(document, key, value_key) for key, value_key in _ITEMS.items()}
    return msgspec.convert(shaped | plain, _Sent)


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
    found: list[dict[str, str] | None] = []
    for at, item in enumerate(given):
        if not isinstance(item, dict) and item is not None and item not in ("", []):
            raise _wrong_type(f"{key}[{at}]", "an object")
        place = f"{key}[{at}]"
        if item and _text(item, value_key, place).strip(texts.SPACES):
            found.append({value_key: item[value_key], "label": _text(item, "label", place)})
        else:
            found.append(None)
        if len(found) - found.count(None) == USED:
            break
    return found


def _read(sent: _Sent) -> _Texts:
    name = sent.name or _NAMELESS
    return _Texts(
        (name.first_name or "").strip(texts.WHITE),
        (name.last_name or "").strip(texts.WHITE),
        (name.suffix or "").strip(texts.WHITE),
        _unless_blank(sent.organization),
        _unless_blank(sent.title),
        _unless_blank(sent.note),
        (sent.photo_url or "").strip(texts.SPACES),
        _used(sent.phone),
        _used(sent.email),
        _used(sent.physical_address),
        [(at, url, _cut(label)) for at, url, label in _used(sent.website)],
    )


_NAMELESS: Final = _NameSent()


def _unless_blank(text: str | None) -> str:
    return text if text and text.strip(texts.WHITE) else ""


def _cut(label: str) -> str:
    """Return what is kept of a website's label: nothing after the 100th character, nor what is left hanging there."""
    return label if len(label) <= WEBSITE_LABEL else label[:WEBSITE_LABEL].rstrip(texts.SPACES + "\u200d")


def _used(items: Sequence[_Phone | _Email | _Address | _Website | None] | None) -> _Items:
    """Return the first four items that have a value (CC-7)."""
    found: _Items = []
    for at, item in enumerate(items or ()):
        if item is None or not item.value or not (value := item.value.strip(texts.SPACES)):
            continue
        found.append((at, value, item.label.strip(texts.SPACES) if item.label else ""))
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


def _labelled_contact(said: _Texts) -> Contact:
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
    if found in supported and label.isascii():  # in lower case, the Kelvin sign is a k
        return found
    message = f"{label[: texts.TEXT]!r} is not supported; supported are {', '.join(supported)}"
    raise InvalidError([Fault(f"{field}[{at}].label", Rule.LABEL, message)])


def _website_label(label: str) -> str:
    return label if label and label.lower() != HOMEPAGE else HOMEPAGE


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
