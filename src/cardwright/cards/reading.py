"""A card of whatever program to a contact. What a contact does not model stays in the card."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from cardwright.cards.labels import label_of
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website
from cardwright.vcard import basic_date, called_otherwise, image_type, split_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cardwright.vcard import Card, Parameters, Property, Value

# What says a kind whose FN is no person's name (RFC 6350 section 6.1.4), also as 3.0 has it.
_KINDS: Final = ("KIND", "X-ADDRESSBOOKSERVER-KIND", "X-KIND")
_SAYING_KIND: Final = frozenset((*_KINDS, "X-ABSHOWAS"))
_PARTS: Final = 5  # of N
_COMPONENTS: Final = 7  # of ADR


class Sorted:
    """The properties of a card by their names."""

    __slots__ = ("_by_name", "_labels")

    def __init__(self, card: Card) -> None:
        self._by_name: dict[str, list[Property]] = {}
        self._labels: dict[str, str] = {}
        for entry in card:
            self._by_name.setdefault(entry.name.upper(), []).append(entry)
        for entry in self.all("X-ABLABEL"):
            self._labels.setdefault(entry.group.upper(), text_of(entry.value))

    def all(self, name: str) -> Sequence[Property]:
        """Return every property of that name, which is in capitals."""
        return self._by_name.get(name, ())

    def value(self, name: str) -> Value:
        """Return the value of the first property of that name, `""` if there is none."""
        properties = self._by_name.get(name)
        return properties[0].value if properties else ""

    def text(self, name: str) -> str:
        """Return the same as a trimmed text."""
        properties = self._by_name.get(name)
        return text_of(properties[0].value) if properties else ""

    def firsts(self) -> list[Property]:
        """Return the first property of each name."""
        return [properties[0] for properties in self._by_name.values()]

    def says_kind(self) -> bool:
        """Say whether there is a property that says of what the card is: on nearly all there is none."""
        return not _SAYING_KIND.isdisjoint(self._by_name)

    def label(self, entry: Property) -> str:
        """Return what a property is labelled."""
        return label_of(entry, self._labels.get(entry.group.upper(), "") if entry.group else "")


def _sorted(card: Card | Sorted) -> Sorted:
    return card if isinstance(card, Sorted) else Sorted(card)


def contact_of(card: Card | Sorted) -> Contact:
    """Return the contact that `card` describes; texts are trimmed, and what is empty counts as absent.

    Every client's way of saying it is understood: types in any version, labels by group, a name in FN alone, a company
    as ORG or by its kind. A number in international form that is nothing else comes as national digits and country.
    """
    properties = _sorted(card)
    contact = Contact(
        organization=_parts(properties.value("ORG"), 1, ",")[0],  # its units stay in the card
        title=properties.text("TITLE"),
        note=properties.text("NOTE"),
        phones=tuple([phone for _, phone in phones(properties)]),
        emails=tuple([email for _, email in emails(properties)]),
        addresses=tuple([address for _, address in addresses(properties)]),
        websites=tuple([website for _, website in websites(properties)]),
        photo=next((photo for _, photo in photos(properties)), None),
        labels=tuple(dict.fromkeys([label for _, label in categories(properties)])),
        uid=properties.text("UID"),
        revision=_revision(properties.text("REV")),
    )
    return _named(contact, properties)


# Each list with the properties that its members stand in.

_NAMED: Final = re.compile(
    r"[^<>]*<\s*+([^<>\s]{1,320}@[^<>\s]{1,320})\s*+>|([^<>()\s]{1,320}@[^<>()\s]{1,320})\s*+\([^()]*\)"
)
_DIRECTION: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""The marks of writing direction that phones put around a number that is copied."""


def _preferred_first(entries: Sequence[Property]) -> Sequence[Property]:
    """Return properties with those first that a parameter prefers (PREF, `TYPE=PREF`), else in their order."""
    if len(entries) > 1:
        for entry in entries:
            if entry.params and _may_prefer(entry.params):
                return sorted(entries, key=preference)
    return entries


def _may_prefer(params: Parameters) -> bool:
    """Say whether parameters have PREF among their names or values, in whatever letters."""
    for param in params:
        for text in param:
            if text.lower() == "pref":
                return True
    return False


def preference(entry: Property) -> int:
    """Return what orders members of a list: 1 is preferred most, 101 is no preference (RFC 6350 section 5.3)."""
    return entry.pref or _LEAST


_LEAST: Final = 101


def phones(properties: Sorted) -> Iterator[tuple[Property, Phone]]:
    """Give the phones, each with its property, preferred ones first."""
    for entry in _preferred_first(properties.all("TEL")):
        if number := bare_number(text_of(entry.value)):
            yield entry, _phone(number, properties.label(entry))


def bare_number(text: str) -> str:
    """Return a number without the marks around it and without `tel:`; what that calls an extension is `x5`."""
    written = text.strip(_DIRECTION)
    bare = _without_scheme(written, "tel:")
    if bare == written:
        return written
    number, _, rest = bare.partition(";")
    extension = rest.removeprefix("ext=") if rest.startswith("ext=") else ""
    return f"{number} x{extension}" if extension else number


def bare_address(text: str) -> str:
    """Return an e-mail address without `mailto:` and without the name beside it (RFC 5322 section 3.4).

    `Ann Poe <ann@example.org>` and `ann@example.org (Ann Poe)` are both ann@example.org.
    """
    if "@" in text and text[-1:] in {">", ")"} and (named := _NAMED.fullmatch(text)):
        text = named[1] or named[2]
    return _without_scheme(text, "mailto:")


def _without_scheme(text: str, scheme: str) -> str:
    """Return `text` without the scheme, which may be in any case (RFC 3986 section 3.1)."""
    return text[len(scheme) :] if text[: len(scheme)].lower() == scheme else text


def _phone(number: str, label: str) -> Phone:
    if number[0] != "+":
        return Phone(number, label)
    digits, country = _reader()(number)
    return Phone(digits, label, country)


@cache
def _reader() -> Callable[[str], tuple[str, str]]:
    """Return what reads numbers in international form; it loads phonenumbers, 20 MB."""
    from cardwright.contact.international import national

    return national


def emails(properties: Sorted) -> Iterator[tuple[Property, Email]]:
    """Give the e-mail addresses, each with its property, preferred ones first."""
    for entry in _preferred_first(properties.all("EMAIL")):
        if address := bare_address(text_of(entry.value)):
            yield entry, Email(address, properties.label(entry))


def addresses(properties: Sorted) -> Iterator[tuple[Property, Address]]:
    """Give the postal addresses, each with its property; a text without components is the street.

    So is a label without an address: LABEL alone, or that of an ADR that is empty, beside it or as its parameter.
    """
    own, lone = _labels(properties)
    for entry in (*properties.all("ADR"), *lone):
        parts = _address_parts(entry)
        if not any(parts) and (text := entry.param("LABEL") or _text_in(own, entry)):
            parts = ("", "", text, "", "", "", "")
        if any(parts):
            po_box, extended, street, locality, region, postal_code, country = parts
            yield (
                entry,
                Address(street, properties.label(entry), locality, region, postal_code, country, po_box, extended),
            )


def is_empty(entry: Property) -> bool:
    """Say whether an ADR has nothing in its components, nor its text as a parameter."""
    return not any(_address_parts(entry)) and not entry.param("LABEL")


def _address_parts(entry: Property) -> tuple[str, ...]:
    value = entry.value if _is_structured(entry.value) else ("", "", text_of(entry.value))
    return _parts(value, _COMPONENTS, ", ")


def lone_labels(card: Card) -> list[Property]:
    """Return each LABEL that belongs to no ADR: none has its types (RFC 2426 section 3.2.2)."""
    return _labels(Sorted(card))[1]


def labels_of_addresses(properties: Sorted) -> Mapping[int, Property]:
    """Return the LABEL that says the whole of an ADR, for each that has one, by the identity of the ADR."""
    return _labels(properties)[0]


def _labels(properties: Sorted) -> tuple[dict[int, Property], list[Property]]:
    """Return the LABEL of each ADR, by its identity, and those that are left: each goes to the next of its types."""
    own: dict[int, Property] = {}
    lone: list[Property] = []
    labels = properties.all("LABEL")
    places: dict[object, list[Property]] = {}
    for entry in properties.all("ADR") if labels else ():
        places.setdefault(_place(entry), []).append(entry)
    for label in labels:
        if alike := places.get(_place(label)):
            own[id(alike.pop(0))] = label
        else:
            lone.append(label)
    return own, lone


def _text_in(own: dict[int, Property], address: Property) -> str:
    label = own.get(id(address))
    return text_of(label.value) if label else ""


def _place(entry: Property) -> tuple[frozenset[str], str]:
    return frozenset(entry.types), entry.group.upper()


def websites(properties: Sorted) -> Iterator[tuple[Property, Website]]:
    """Give the websites, each with its property; without a label one is the home page (CC-10)."""
    for entry in properties.all("URL"):
        if url := text_of(entry.value):
            label = properties.label(entry)
            yield entry, Website(url, "homepage" if label == "other" else label)


def photos(properties: Sorted) -> Iterator[tuple[Property, Photo]]:
    """Give the inline photos, each with its property; one by address is not fetched."""
    for entry in properties.all("PHOTO"):
        if isinstance(entry.value, bytes) and entry.value:
            declared = next((param[1] for param in entry.params if param[0] == "MEDIATYPE"), "")
            yield entry, Photo(image_type(entry.value) or declared or "image/jpeg", entry.value)


def categories(properties: Sorted) -> Iterator[tuple[Property, str]]:
    """Give the labels, each with the property that it stands in among others."""
    for entry in properties.all("CATEGORIES"):
        for member in entry.value if isinstance(entry.value, tuple) else (entry.value,):
            if isinstance(member, str) and member.strip():
                yield entry, member.strip()


def _is_structured(value: Value) -> bool:
    return isinstance(value, tuple) and len(value) > 1


# Names.


def _named(contact: Contact, properties: Sorted) -> Contact:
    """Return the contact with its name: of N, else of FN where that calls a person and nothing else."""
    last, first, middle, prefix, suffix = name_parts(properties.value("N"))
    formatted = properties.text("FN")
    is_company = properties.says_kind() and _is_company(properties)
    if is_company and (spoken := " ".join(filter(None, (prefix, first, middle, last, suffix)))):
        if spoken == formatted and _kind(properties) == "group":  # Apple names it in N
            return contact._replace(organization=contact.organization or formatted)
        if spoken == contact.organization:  # and so do some a company
            return contact
    if last or first or middle or prefix or suffix:
        return contact._replace(name=Name(first, last, middle, prefix, suffix))
    if not formatted or formatted in _called(contact, properties):
        return contact
    if is_company:
        return contact._replace(organization=contact.organization or formatted)
    last, first, middle, prefix, suffix = split_name(formatted)
    return contact._replace(name=Name(first, last, middle, prefix, suffix))


def name_parts(value: Value) -> tuple[str, ...]:
    """Return the five components of N (RFC 6350 section 6.2.2), the members of one parted by spaces."""
    return _parts(value, _PARTS, " ")


def _called(contact: Contact, properties: Sorted) -> Iterator[str]:
    """Give what a card is called by when the contact has no name; a number as it stands, or as it is taken."""
    yield contact.organization
    yield from (_parts(entry.value, 1, " ")[0] for entry in properties.all("NICKNAME")[:1])
    yield from (email.address for email in contact.emails)
    yield from (phone.number for phone in contact.phones)
    yield from (text_of(entry.value) for entry in properties.all("TEL"))
    yield from called_otherwise(properties.firsts()).values()


def _is_company(properties: Sorted) -> bool:
    return _kind(properties) != "individual" or properties.text("X-ABSHOWAS").upper() == "COMPANY"


def _kind(properties: Sorted) -> str:
    """Return what KIND says the card is of; a group, a company and a place are no person (RFC 6350 section 6.1.4)."""
    for name in _KINDS:
        if kind := properties.text(name).lower():
            return kind
    return "individual"


def is_group(card: Card | Sorted) -> bool:
    """Say whether a card is of a group, which has members and is no person."""
    properties = _sorted(card)
    return properties.says_kind() and "group" in [properties.text(name).lower() for name in _KINDS]


# Values.


def text_of(value: Value) -> str:
    """Return a value as one trimmed text, whatever shape a stranger gave it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bytes):
        return ""
    return ";".join(part if isinstance(part, str) else ",".join(part) for part in value).strip()


def _parts(value: Value, count: int, between: str) -> tuple[str, ...]:
    """Return `count` components, trimmed; the members of one are put together with `between`."""
    if not isinstance(value, tuple):
        value = (text_of(value),)
    parts = [
        part.strip() if isinstance(part, str) else between.join(filter(None, map(str.strip, part))) for part in value
    ]
    return (*parts[:count], *[""] * (count - len(parts)))


def _revision(text: str) -> str:
    return basic_date(text) or text
