"""A contact to the properties of its card."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from cardwright.cards import labels
from cardwright.vcard import Card, Property, called, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website
    from cardwright.vcard import Entry


def write_contact(contact: Contact, version: str = "3.0") -> bytes:
    """Return the card of `contact` in vCard `version`."""
    return write(properties_of(contact), version)


def card_of(contact: Contact, version: str = "3.0") -> Card:
    """Return the card of `contact` as a `Card`, to be looked at, changed or written in another form."""
    return Card([Property(*entry) for entry in properties_of(contact)], version)


def properties_of(contact: Contact) -> list[Entry]:
    """Return the properties of the card of `contact`, in the order of CC-21; what createcontact lacks comes last.

    They are plain tuples: this runs for every card that is made.
    """
    name, organization, title, note, phones, emails, addresses, websites, image, categories, uid, revision = contact
    first, last, middle, prefix, suffix = name
    entries: list[Entry] = [
        ("N", (last, first, middle, prefix, suffix), (), ""),
        ("FN", fn_of(contact), (), ""),
    ]
    if organization:
        entries.append(("ORG", (organization,), (), ""))
    if title:
        entries.append(("TITLE", title, (), ""))
    if image:
        entries.append(photo(image))
    if note:
        entries.append(("NOTE", note, (), ""))
    _add_lists(entries, phones, emails, addresses, websites)
    if categories:
        entries.append(("CATEGORIES", categories, (), ""))
    if uid:
        entries.append(("UID", uid, (), ""))
    if revision:
        entries.append(("REV", revision, (), ""))
    return entries


def _add_lists(
    entries: list[Entry],
    phones: tuple[Phone, ...],
    emails: tuple[Email, ...],
    addresses: tuple[Address, ...],
    websites: tuple[Website, ...],
) -> None:
    """Add what a contact has several of; nearly all are plain, and made right here."""
    numbers = count(len(websites) + 1)  # of groups: websites have the first ones (CC-25)
    for one in phones:
        number, label, country = one
        types = labels.PHONE.get(label)
        if types is None or country:
            entries += phone(one, _groups(numbers))
        else:
            entries.append(("TEL", number, types, ""))
    for mailbox in emails:
        text, label = mailbox
        types = labels.EMAIL.get(label)
        if types is None:
            entries += email(mailbox, _groups(numbers))
        else:
            entries.append(("EMAIL", text, types, ""))
    for place in addresses:
        types = labels.ADDRESS.get(place.label)
        if types is None:
            entries += address(place, _groups(numbers))
        else:
            entries.append(("ADR", _components(place), types, ""))
    for nth, (url, label) in enumerate(websites, 1):
        group = f"item{nth}"
        entries += (("URL", url, (), group), ("X-ABLabel", _website_label(label), (), group))


def _groups(numbers: Iterator[int]) -> Iterator[str]:
    return map("item{}".format, numbers)


def fn_of(contact: Contact) -> str:
    """Return what FN says: what the contact is called, else what else it says: Apple drops a card without FN."""
    return formatted_name(contact) or _called(contact)


def formatted_name(contact: Contact) -> str:
    """Return the name as it is spoken, parted by one space, blanks left out (CC-22).

    A contact without a name is called by its organization, its first address or number; `""` if it has none of these.
    """
    first, last, middle, prefix, suffix = contact.name
    if name := " ".join(filter(None, (prefix, first, middle, last, suffix))):
        return name
    if contact.organization or contact.emails:
        return contact.organization or contact.emails[0].address
    return contact.phones[0].number if contact.phones else ""


def _called(contact: Contact) -> str:
    urls = [Property("URL", website.url) for website in contact.websites]
    places = [Property("ADR", _components(address)) for address in contact.addresses]
    return called([*urls, *places, Property("TITLE", contact.title), Property("NOTE", contact.note)])


# Each property on its own; one with a label brings X-ABLabel in the next of `groups` where no type says that label.


def name(name: Name) -> Property:
    """Return N (RFC 6350 section 6.2.2)."""
    return Property("N", (name.last, name.first, name.middle, name.prefix, name.suffix))


def photo(photo: Photo) -> Property:
    """Return PHOTO with its image inline."""
    return Property("PHOTO", photo.data, (("MEDIATYPE", photo.media_type),))


def phone(phone: Phone, groups: Iterator[str]) -> tuple[Property, ...]:
    """Return TEL: the number as its owner wrote it, or in E.164 form when it has a country."""
    number = phone.number
    if phone.country:
        from cardwright.contact.international import international

        number = international(number, phone.country)
    return _labelled(Property("TEL", number), labels.PHONE, phone.label, groups)


def email(email: Email, groups: Iterator[str]) -> tuple[Property, ...]:
    """Return EMAIL."""
    return _labelled(Property("EMAIL", email.address), labels.EMAIL, email.label, groups)


def address(address: Address, groups: Iterator[str]) -> tuple[Property, ...]:
    """Return ADR with its components in order (RFC 6350 section 6.3.1); free text is the street (CC-23)."""
    return _labelled(Property("ADR", _components(address)), labels.ADDRESS, address.label, groups)


def _components(address: Address) -> tuple[str, ...]:
    street, _, locality, region, postal_code, country, po_box, extended = address
    return po_box, extended, street, locality, region, postal_code, country


def website(website: Website, groups: Iterator[str]) -> tuple[Property, ...]:
    """Return URL and its label (CC-25)."""
    group = next(groups)
    return Property("URL", website.url, (), group), Property("X-ABLabel", _website_label(website.label), (), group)


def _website_label(label: str) -> str:
    return labels.HOMEPAGE if label == "homepage" else label


def _labelled(
    entry: Property, known: dict[str, labels.Types], label: str, groups: Iterator[str]
) -> tuple[Property, ...]:
    types = known.get(label or "other")
    if types is not None:
        return (Property(entry.name, entry.value, types),)
    own, group = labels.OWN.get(entry.name, ()), next(groups)
    return Property(entry.name, entry.value, own, group), Property("X-ABLabel", label, (), group)
