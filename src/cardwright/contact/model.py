"""What a contact is: frozen values that every surface, the store and the cards share.

Named tuples, because a contact is made for every request and a frozen dataclass takes four times as long to make.
Texts that are absent are `""`, lists that are absent are `()`: nothing here is `None` but a photo.
"""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """The parts of a person's name, in the order of the vCard N property's meaning (RFC 6350 section 6.2.2)."""

    first: str = ""
    last: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""


class Phone(NamedTuple):
    """A number as its owner wrote it, or as national digits with a country."""

    number: str
    label: str = "work"
    """`work home mobile fax pager main other`, or any other text for a label of the owner's own."""
    country: str = ""
    """ISO 3166-1 alpha-2 in capitals; `""` when the number stands alone."""


class Email(NamedTuple):
    """An e-mail address as sent."""

    address: str
    label: str = "work"


class Address(NamedTuple):
    """A postal address: free text in `street` alone, or its parts (RFC 6350 section 6.3.1)."""

    street: str = ""
    label: str = "work"
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    po_box: str = ""
    extended: str = ""


class Website(NamedTuple):
    """A web address with a free label; the default is the one that phones show as home page."""

    url: str
    label: str = "homepage"


class Photo(NamedTuple):
    """An image, ready to be inlined."""

    media_type: str
    data: bytes


class Contact(NamedTuple):
    """One person, whichever way they came in."""

    name: Name = Name()
    organization: str = ""
    title: str = ""
    note: str = ""
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    websites: tuple[Website, ...] = ()
    photo: Photo | None = None
    labels: tuple[str, ...] = ()
    uid: str = ""
    """`urn:uuid:…` for a stored contact; `""` for one that is only written."""
    revision: str = ""
    """The instant of the last change, as vCard's REV writes it (`20261123T093000Z`); `""` when it is not stored."""
