"""A row of the table `contact`, and the contact that it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import DecodeError, ValidationError
from msgspec.json import Decoder, encode  # a fifth of what json takes: for every contact that is kept or read

from cardwright.book.partners import Partner
from cardwright.book.stored import StoredContact, phone_of
from cardwright.contact.model import Contact, Email, Name, Phone, Photo
from cardwright.store.sqlite.cards import card_of
from cardwright.store.sqlite.keys import number_of
from cardwright.store.sqlite.rows import instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import apsw


class Row(NamedTuple):
    """The columns, in their order."""

    contact: int
    campaign: int
    user: int | None = None
    own_title: int = 0
    first: str = ""
    last: str = ""
    email: str = ""
    title: str = ""
    phone: str = ""
    phone_country: str = ""
    cell: str = ""
    cell_country: str = ""
    labels: str = ""
    partners: str = ""
    more: str | None = None
    image: str | None = None
    uid: str = ""
    revision: int = 0
    created: int = 0
    updated: int = 0


COLUMNS: Final = ", ".join(f"contact.{column}" for column in Row._fields)
_SELECT: Final = f"SELECT {COLUMNS} FROM contact WHERE contact = ?"  # noqa: S608 - the names of the columns above
_SMALL: Final = """
    SELECT small FROM image WHERE account = (SELECT account FROM campaign WHERE campaign = ?) AND digest = ?"""
_NO_PHONE: Final = Phone("")
_whole: Final = Decoder(Contact).decode


def is_readable(more: str) -> bool:
    """Say whether the column `more` of a row holds a contact."""
    try:
        _whole(more)
    except (DecodeError, ValidationError):
        return False
    return True


class Rows:
    """Turns rows of one account into contacts, and asks for the name of each partner account once."""

    def __init__(self, connection: apsw.Connection, account: int) -> None:
        self._connection = connection
        self._account = account
        self._partners: dict[str, Partner] = {}

    def one(self, contact: int) -> StoredContact | None:
        """Return the contact of this key."""
        row = self._connection.execute(_SELECT, (contact,)).fetchone()
        return None if row is None else self.stored(row)

    def stored(self, columns: tuple[Any, ...]) -> StoredContact:
        """Return the contact that the columns say."""
        contact, _, user, own_title, *_, partners, _, image, _, revision, created, updated = columns
        changed = instant(updated)
        return StoredContact(
            number_of(contact),
            user is not None,
            contact_of(columns, rev(changed)),
            tuple(map(self._partner, partners.split(","))) if partners else (),
            image or "",
            revision,
            changed if created == updated else instant(created),
            changed,
            bool(own_title),
        )

    def full(self, columns: tuple[Any, ...]) -> StoredContact:
        """Return the contact with its photo and the card it came as."""
        stored = self.stored(columns)
        card = card_of(self._connection, columns[0])
        if stored.image:
            photo = photo_of(self._connection, columns[1], stored.image)
            stored = stored._replace(contact=stored.contact._replace(photo=photo))
        return stored._replace(card=card) if card else stored

    def _partner(self, partner: str) -> Partner:
        if partner not in self._partners:
            query = "SELECT name FROM partner WHERE account = ? AND id = ?"
            name = self._connection.execute(query, (self._account, partner)).get
            self._partners[partner] = Partner(partner, name or "")
        return self._partners[partner]


def photo_of(connection: apsw.Connection, campaign: int, digest: str) -> Photo:
    """Return the image of this digest as it stands on a card (CC-27)."""
    return Photo("image/jpeg", connection.execute(_SMALL, (campaign, digest)).get)


def row_of(row: Row, stored: StoredContact) -> Row:
    """Return `row`, its keys, revision and times, with the columns that say what `stored` holds."""
    said = columns_of(stored.contact, [partner.id for partner in stored.partners], stored.image)
    keys = (row.contact, row.campaign, row.user, int(stored.own_title))
    return Row._make((*keys, *said, row.revision, row.created, row.updated))


def columns_of(contact: Contact, partners: Iterable[str], image: str) -> tuple[str | None, ...]:
    """Return the columns from `first` to `uid` of a contact with these partner accounts and this image's digest."""
    email = contact.emails[0].address if contact.emails else ""
    work, cell = phone_of(contact, "work") or _NO_PHONE, phone_of(contact, "mobile") or _NO_PHONE
    labels = "\n".join(contact.labels)
    is_all = (
        not _is_more(contact)
        and contact.phones == tuple([phone for phone in (work, cell) if phone.number])
        and contact.emails == ((Email(email),) if email else ())
        and contact.labels == (tuple(labels.split("\n")) if labels else ())
    )
    return (
        contact.name.first,
        contact.name.last,
        email,
        contact.title,
        work.number,
        work.country,
        cell.number,
        cell.country,
        labels,
        ",".join(partners),
        None if is_all else encode(contact._replace(photo=None, revision="")).decode(),
        image or None,
        contact.uid,
    )


def _is_more(contact: Contact) -> bool:
    """Say whether the contact has what no column holds."""
    (_, _, middle, prefix, suffix), organization, _, note, _, _, addresses, websites, *_ = contact
    return bool(organization or note or addresses or websites or middle or prefix or suffix)


def contact_of(columns: tuple[Any, ...], revision: str) -> Contact:
    """Return the contact that the columns say: those of the partner interface alone, unless `more` says all of it."""
    _, _, _, _, first, last, email, title, phone, phone_country, cell, cell_country, labels, _, more, _, uid, *_ = (
        columns
    )
    if more is not None:
        return _whole(more)._replace(revision=revision)
    phones = (Phone(phone, "work", phone_country),) if phone else ()
    if cell:
        phones = (*phones, Phone(cell, "mobile", cell_country))
    emails = (Email(email),) if email else ()
    kept_labels = tuple(labels.split("\n")) if labels else ()
    return Contact(Name(first, last), "", title, "", phones, emails, (), (), None, kept_labels, uid, revision)


def rev(moment: datetime) -> str:
    """Return the moment as REV has it, `20261123T093000Z`; slices, because strftime takes five times as long."""
    text = moment.isoformat()
    return f"{text[:4]}{text[5:7]}{text[8:13]}{text[14:16]}{text[17:19]}Z"
