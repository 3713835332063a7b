"""A contact as columns, in every store: those of the partner interface, and the whole contact where they fall short.

A store adds the keys, the revision and the times of its own. For example, Wile E. Coyote of Acme:

    first   last     email                     …  more
    Wile    Coyote   wile.coyote@example.com   …  [["Wile","Coyote",…],"Acme",…]

`more` is NULL where the other columns say all of the contact, as of nearly all that came by the interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder, encode  # a fifth of what json takes: for every contact that is kept or read

from cardwright.book.stored import phone_of
from cardwright.contact.model import Contact, Email, Name, Phone

if TYPE_CHECKING:
    from collections.abc import Iterable


class Columns(NamedTuple):
    """The columns that say what a contact is, in their order."""

    first: str = ""
    last: str = ""
    email: str = ""
    """The first address."""
    title: str = ""
    phone: str = ""
    """The first number labelled `work`."""
    phone_country: str = ""
    cell: str = ""
    """The first number labelled `mobile`."""
    cell_country: str = ""
    labels: str = ""
    """A line each."""
    partners: str = ""
    """Ids of partner accounts, with commas between them."""
    more: str | None = None
    """The whole contact as JSON."""
    image: str | None = None
    """The digest of its image."""
    uid: str = ""


_NO_PHONE: Final = Phone("")
_whole: Final = Decoder(Contact).decode


def columns_of(contact: Contact, partners: Iterable[str], image: str) -> Columns:
    """Return the columns of a contact with these partner accounts and this image's digest.

    They are complete when the contact made of them equals this one: whatever else it has, of today's fields or of
    tomorrow's, makes `more` of it. Photo and revision are kept elsewhere.
    """
    if contact.photo is not None or contact.revision:
        contact = contact._replace(photo=None, revision="")
    work, cell = phone_of(contact, "work") or _NO_PHONE, phone_of(contact, "mobile") or _NO_PHONE
    has_more = _has_more(contact)
    columns = Columns(
        contact.name.first,
        contact.name.last,
        contact.emails[0].address if contact.emails else "",
        contact.title,
        work.number,
        work.country,
        cell.number,
        cell.country,
        "\n".join(contact.labels),
        ",".join(partners),
        encode(contact).decode() if has_more else None,
        image or None,
        contact.uid,
    )
    if has_more or contact_of(columns) == contact:
        return columns
    return columns._replace(more=encode(contact).decode())


def _has_more(contact: Contact) -> bool:
    """Say whether it is plain that the columns cannot say all of the contact: a fraction of making another of them."""
    _, organization, _, note, _, emails, addresses, websites, *_ = contact
    return bool(organization or note or addresses or websites or len(emails) > 1)


def contact_of(columns: Columns, revision: str = "") -> Contact:
    """Return the contact that the columns say: those of the interface alone, unless `more` says all of it."""
    first, last, email, title, phone, phone_country, cell, cell_country, labels, _, more, _, uid = columns
    if more is not None:
        return _whole(more)._replace(revision=revision)
    phones = (Phone(phone, "work", phone_country),) if phone else ()
    if cell:
        phones = (*phones, Phone(cell, "mobile", cell_country))
    emails = (Email(email),) if email else ()
    kept_labels = tuple(labels.split("\n")) if labels else ()
    return Contact(Name(first, last), "", title, "", phones, emails, (), (), None, kept_labels, uid, revision)


def is_readable(more: str) -> bool:
    """Say whether the column `more` holds a contact."""
    try:
        _whole(more)
    except (DecodeError, ValidationError):
        return False
    return True
