"""The request of createcontact: JSON names and shapes in, a Contact or the first fault out.

The stages stand in the order in which CC-31 has them reported: JSON, types, empty, name, labels, texts.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import msgspec

from cardwright import limits
from cardwright.contact import texts
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Website
from cardwright.contact.names import name_fault
from cardwright.errors import Fault, InvalidError, Rule
from cardwright.http.documents import check_keys, may_repeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USED: Final = limits.CREATECONTACT_ITEMS.value
"""Items of each list that are used (CC-7)."""
WEBSITE_LABEL: Final = limits.CREATECONTACT_WEBSITE_LABEL.value
"""Characters of a website's label that are kept (CC-10)."""
_BLANKS: Final = texts.SPACES + "\t"
"""What is dropped around a label (CC-8)."""
HOMEPAGE: Final = "homepage"
PLACES: Final = ("work", "home")
"""The labels of an e-mail and a physical address (CC-8); the first is the default (CC-9)."""
PHONE_LABELS: Final = (*PLACES, "mobile", "fax", "pager", "main", "other")


def _spellings(labels: tuple[str, ...]) -> dict[str | None, str]:
    """Return the label that each usual spelling stands for, first of all that of none."""
    found: dict[str | None, str] = {None: labels[0], "": labels[0]}
    for label in labels:
        found |= dict.fromkeys((label, label.capitalize(), label.upper()), label)
    return found


_PLACES: Final = _spellings(PLACES)
_PHONE_LABELS: Final = _spellings(PHONE_LABELS)

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


_Item: TypeAlias = "_Phone | _Email | _Address | _Website"
_Labelled = TypeVar("_Labelled", Phone, Email, Address)

_ITEMS: Final = {"phone": "number", "email": "id", "physical-address": "address", "website": "url"}
"""The lists, and where an item of each has its value."""

Document: TypeAlias = "_Sent | dict[str, Any]"
"""A JSON object: in its shape already, or as it came where its types are not those of the shape."""

_decode: Final = msgspec.json.Decoder(_Sent).decode


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
    action = document.action if isinstance(document, _Sent) else document.get("action")
    if action is None or action == "":
        return Fault("", Rule.REQUIRED, "'action' required")
    if not isinstance(action, str) or action.lower() != "createcontact":
        return Fault("", Rule.UNKNOWN, "invalid action")
    return None


def key_in(document: Document) -> object:
    """Return what the document has for `api-key`, whatever it is."""
    return document.api_key if isinstance(document, _Sent) else document.get("api-key")


def contact_from(document: Document, *, strict_names: bool = True) -> tuple[Contact, str]:
    """Return the contact that `document` describes, and the address of its photo.

    Raises InvalidError with the first fault (CC-31).

    `strict_names` is the documented rule of CC-5; without it names hold any text.
    """
    sent = document if isinstance(document, _Sent) else _shaped(document)
    name = _name(sent, strict=strict_names)
    photo_url = (sent.photo_url or "").strip(texts.SPACES)
    seen = [name.first, name.last, name.suffix, photo_url]
    contact = Contact(
        name,
        _block(sent.organization, seen),
        _block(sent.title, seen),
        _block(sent.note, seen),
        _labelled("phone", Phone, sent.phone, _PHONE_LABELS, seen),
        _labelled("email", Email, sent.email, _PLACES, seen),
        _labelled("physical-address", Address, sent.physical_address, _PLACES, seen),
        _websites(sent.website, seen),
    )
    together = "".join(seen)
    plain = together.isprintable() or texts.plain(together)
    if not plain or len(together) > texts.TEXT:
        _check_texts(sent, contact, photo_url)
    return contact if plain else _with_one_break(contact), photo_url


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
    return InvalidError([Fault("", Rule.FORM, f"the body is not JSON: {_why_no_json(body, error)}")])


def _why_no_json(body: bytes, error: Exception) -> str:
    if not body.strip():
        return "it is empty"
    if isinstance(error, UnicodeDecodeError):
        return f"octet {error.start + 1} is not UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    try:
        json.loads(body)  # takes half a surrogate pair, as msgspec does not
    except (ValueError, RecursionError):
        return str(error)
    return "an escape stands for half a character" if b"\\u" in body else str(error)


# Types (CC-12, CC-14) -------------------------------------------------------------------------------------------------


def _shaped(document: dict[str, Any]) -> _Sent:
    """Return the document in its shape: what counts as absent and what is not used taken out (CC-7, CC-12).

    Raises InvalidError with the path of the first used field whose type is wrong (CC-14).
    """
    name = _object(document, "name")
    shaped: dict[str, Any] = {"name": {key: _text(name, key, "name") for key in ("first-name", "last-name", "suffix")}}
    shaped |= {key: _text(document, key) for key in ("organization", "title", "photo-url", "note")}
    shaped |= {key: _items(document, key, value_key) for key, value_key in _ITEMS.items()}
    return msgspec.convert(shaped, _Sent)


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


# The contact; every text that is used goes into `seen` too: all are looked at together --------------------------------


def _block(text: str | None, seen: list[str]) -> str:
    """Return a text that may have several lines: as it came, `""` when it is blank."""
    if not text or not text.strip(texts.WHITE):
        return ""
    seen.append(text)
    return text


# Empty, name (CC-4, CC-5, CC-13) --------------------------------------------------------------------------------------


def _name(sent: _Sent, *, strict: bool) -> Name:
    name = sent.name or _NAMELESS
    first, last = (name.first_name or "").strip(texts.WHITE), (name.last_name or "").strip(texts.WHITE)
    if not first and not last:
        raise _nameless(sent)
    if strict and (fault := name_fault("name.first-name", first) or name_fault("name.last-name", last)):
        raise InvalidError([fault])
    return Name(first, last, "", "", (name.suffix or "").strip(texts.WHITE))


_NAMELESS: Final = _NameSent()


def _nameless(sent: _Sent) -> InvalidError:
    blocks = ((sent.name or _NAMELESS).suffix, sent.organization, sent.title, sent.note)
    lists = (sent.phone, sent.email, sent.physical_address, sent.website)
    said = any((text or "").strip(texts.WHITE) for text in blocks) or any(_used(items) for items in lists)
    if said or (sent.photo_url or "").strip(texts.SPACES):
        return InvalidError([Fault("name", Rule.NAMELESS, "has neither a first nor a last name")])
    return InvalidError([Fault("", Rule.EMPTY, "The contact holds no data.")])


# Items of a list (CC-7) and their labels (CC-8, CC-9, CC-10) ----------------------------------------------------------


def _labelled(
    field: str,
    kind: type[_Labelled],
    items: Sequence[_Item | None] | None,
    labels: dict[str | None, str],
    seen: list[str],
) -> tuple[_Labelled, ...]:
    """Return the first four items that have a value; raises the fault of the first label that is not supported."""
    found: list[_Labelled] = []
    for item in items or ():
        if item is not None and item.value and (value := item.value.strip(texts.SPACES)):
            seen.append(value)
            found.append(kind(value, labels.get(item.label) or _label(field, items or (), item, labels)))
            if len(found) == USED:
                break
    return tuple(found)


def _label(field: str, items: Sequence[_Item | None], item: _Item, labels: dict[str | None, str]) -> str:
    """Return the label of an item in lower case; raise the fault of one that is not supported."""
    label = (item.label or "").strip(_BLANKS)
    found = labels.get(label.lower()) if label.isascii() else None  # in lower case, the Kelvin sign is a k
    if found:
        return found
    at = next(at for at, one in enumerate(items) if one is item)
    message = f"{label[: texts.TEXT]!r} is not supported; supported are {', '.join(dict.fromkeys(labels.values()))}"
    raise InvalidError([Fault(f"{field}[{at}].label", Rule.LABEL, message)])


def _websites(items: Sequence[_Item | None] | None, seen: list[str]) -> tuple[Website, ...]:
    found: list[Website] = []
    for item in items or ():
        if item is not None and item.value and (url := item.value.strip(texts.SPACES)):
            label = item.label.strip(texts.SPACES) if item.label else ""
            if len(label) > WEBSITE_LABEL:  # nothing after the 100th character is kept, nor what is left hanging there
                label = label[:WEBSITE_LABEL].rstrip(texts.SPACES + "\u200d")
            seen += (url, label)
            found.append(Website(url, label if label and label.lower() != HOMEPAGE else HOMEPAGE))
            if len(found) == USED:
                break
    return tuple(found)


def _used(items: Sequence[_Item | None] | None) -> list[tuple[int, _Item, str]]:
    """Return the first four items that have a value, each with its place in the list and the value trimmed."""
    found: list[tuple[int, _Item, str]] = []
    for at, item in enumerate(items or ()):
        if item is not None and item.value and (value := item.value.strip(texts.SPACES)):
            found.append((at, item, value))
            if len(found) == USED:
                break
    return found


# Texts (CC-6) ---------------------------------------------------------------------------------------------------------


def _check_texts(sent: _Sent, contact: Contact, photo_url: str) -> None:
    """Raise the first fault that a text has, in the order of the documentation."""
    for field, text, limit, lines in _every(sent, contact, photo_url):
        if fault := texts.text_fault(field, text, limit, lines=lines):
            raise InvalidError([fault])


def _every(sent: _Sent, contact: Contact, photo_url: str) -> Iterator[tuple[str, str, int, bool]]:
    """Yield field, text, limit and whether line breaks pass."""
    yield "name.first-name", contact.name.first, texts.TEXT, False
    yield "name.last-name", contact.name.last, texts.TEXT, False
    yield "name.suffix", contact.name.suffix, texts.TEXT, True
    yield "organization", contact.organization, texts.TEXT, True
    yield "title", contact.title, texts.TEXT, True
    yield "photo-url", photo_url, texts.URL, False
    yield "note", contact.note, texts.NOTE, True
    for at, _, number in _used(sent.phone):
        yield f"phone[{at}].number", number, texts.TEXT, False
    for at, _, address in _used(sent.email):
        yield f"email[{at}].id", address, texts.TEXT, False
    for at, _, address in _used(sent.physical_address):
        yield f"physical-address[{at}].address", address, texts.ADDRESS, True
    for (at, _, url), website in zip(_used(sent.website), contact.websites, strict=True):
        yield f"website[{at}].url", url, texts.URL, False
        yield f"website[{at}].label", website.label, WEBSITE_LABEL, False


def _with_one_break(contact: Contact) -> Contact:
    """Return `contact` with every kind of line break as one, wherever line breaks pass."""
    return contact._replace(
        name=contact.name._replace(suffix=texts.one_break(contact.name.suffix)),
        organization=texts.one_break(contact.organization),
        title=texts.one_break(contact.title),
        note=texts.one_break(contact.note),
        addresses=tuple([it._replace(street=texts.one_break(it.street)) for it in contact.addresses]),
    )
