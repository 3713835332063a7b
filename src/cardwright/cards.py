"""Contact to vCard: the only module that knows both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.vcard import Property, write

if TYPE_CHECKING:
    from cardwright.contact.model import Address, Contact

_Types = tuple[tuple[str, ...], ...]

_PHONE_TYPES: Final[dict[str, _Types]] = {  # CC-24, and what phones make of each: docs/cards.md
    "work": (("TYPE", "WORK"),),
    "home": (("TYPE", "HOME"),),
    "mobile": (("TYPE", "CELL"),),
    "fax": (("TYPE", "FAX"),),
    "pager": (("TYPE", "PAGER"),),
    "main": (("TYPE", "MAIN"),),
    "other": (),
}
_EMAIL_TYPES: Final[dict[str, _Types]] = {
    "work": (("TYPE", "INTERNET", "WORK"),),
    "home": (("TYPE", "INTERNET", "HOME"),),
}
_ADDRESS_TYPES: Final[dict[str, _Types]] = {"work": (("TYPE", "WORK"),), "home": (("TYPE", "HOME"),)}
_HOMEPAGE: Final = "_$!<HomePage>!$_"


def write_contact(contact: Contact, version: str = "3.0") -> bytes:
    """Return the card of `contact` in vCard `version`."""
    return write(properties_of(contact), version)


def properties_of(contact: Contact) -> list[Property]:
    """Return the properties of the card of `contact`, in the order of CC-21."""
    name = contact.name
    found = [
        Property("N", (name.last, name.first, name.middle, name.prefix, name.suffix)),
        Property("FN", formatted_name(contact)),
    ]
    if contact.organization:
        found.append(Property("ORG", (contact.organization,)))
    if contact.title:
        found.append(Property("TITLE", contact.title))
    if contact.photo:
        found.append(Property("PHOTO", contact.photo.data, (("MEDIATYPE", contact.photo.media_type),)))
    if contact.note:
        found.append(Property("NOTE", contact.note))
    found += [Property("TEL", phone.number, _PHONE_TYPES[phone.label]) for phone in contact.phones]
    found += [Property("EMAIL", email.address, _EMAIL_TYPES[email.label]) for email in contact.emails]
    found += [Property("ADR", _components(address), _ADDRESS_TYPES[address.label]) for address in contact.addresses]
    for number, website in enumerate(contact.websites, 1):
        label = _HOMEPAGE if website.label == "homepage" else website.label
        found += (
            Property("URL", website.url, (), f"item{number}"),
            Property("X-ABLabel", label, (), f"item{number}"),
        )
    return found


def formatted_name(contact: Contact) -> str:
    """Return what FN says: first, last and suffix, parted by one space, blanks left out (CC-22)."""
    name = contact.name
    return " ".join([part for part in (name.first, name.last, name.suffix) if part])


def _components(address: Address) -> tuple[str, ...]:
    """Return the components of ADR in their order (RFC 6350 section 6.3.1); free text is the street (CC-23)."""
    return (
        *(address.po_box, address.extended, address.street),
        *(address.locality, address.region, address.postal_code, address.country),
    )
