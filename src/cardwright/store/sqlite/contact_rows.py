"""A row of the table `contact`, and the contact that it says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.partners import Partner
from cardwright.book.stored import StoredContact
from cardwright.contact.model import Address, Contact, Email, Name, Phone, Photo, Website
from cardwright.store.sqlite.keys import number_of
from cardwright.store.sqlite.rows import instant

if TYPE_CHECKING:
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
_SMALL: Final = "SELECT small FROM image WHERE account = ? AND digest = ?"
_NO_PHONE: Final = Phone("")


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
        row = Row(*columns)
        updated = instant(row.updated)
        return StoredContact(
            number_of(row.contact),
            row.user is not None,
            _contact(row, updated),
            tuple(map(self._partner, row.partners.split(","))) if row.partners else (),
            row.image or "",
            row.revision,
            instant(row.created),
            updated,
            bool(row.own_title),
        )

    def full(self, columns: tuple[Any, ...]) -> StoredContact:
        """Return the contact with its photo and the card it came as."""
        stored = self.stored(columns)
        card = self._connection.execute("SELECT card FROM card WHERE contact = ?", (columns[0],)).get
        if stored.image:
            small = self._connection.execute(_SMALL, (self._account, stored.image)).get
            stored = stored._replace(contact=stored.contact._replace(photo=Photo("image/jpeg", small)))
        return stored._replace(card=card) if card else stored

    def _partner(self, partner: str) -> Partner:
        if partner not in self._partners:
            query = "SELECT name FROM partner WHERE account = ? AND id = ?"
            name = self._connection.execute(query, (self._account, partner)).get
            self._partners[partner] = Partner(partner, name or "")
        return self._partners[partner]


def filled(row: Row, stored: StoredContact) -> Row:
    """Return `row` with the columns that say what `stored` holds."""
    contact = stored.contact
    work, cell = stored.work_phone or _NO_PHONE, stored.cellphone or _NO_PHONE
    row = row._replace(
        own_title=int(stored.own_title),
        first=contact.name.first,
        last=contact.name.last,
        email=stored.email,
        title=contact.title,
        phone=work.number,
        phone_country=work.country,
        cell=cell.number,
        cell_country=cell.country,
        labels="\n".join(contact.labels),
        partners=",".join(partner.id for partner in stored.partners),
        more=None,
        image=stored.image or None,
        uid=contact.uid,
    )
    kept = contact._replace(photo=None, revision="")
    return row if _plain(row) == kept else row._replace(more=json.dumps(kept, ensure_ascii=False))


def _contact(row: Row, updated: datetime) -> Contact:
    contact = _plain(row) if row.more is None else _from_json(row.more)
    return contact._replace(revision=f"{updated:%Y%m%dT%H%M%SZ}")


def _plain(row: Row) -> Contact:
    """Return the contact that the columns alone can say: the one that the partner interface knows."""
    phones = [Phone(row.phone, "work", row.phone_country)] if row.phone else []
    if row.cell:
        phones.append(Phone(row.cell, "mobile", row.cell_country))
    return Contact(
        Name(row.first, row.last),
        title=row.title,
        phones=tuple(phones),
        emails=(Email(row.email),) if row.email else (),
        labels=tuple(row.labels.split("\n")) if row.labels else (),
        uid=row.uid,
    )


def _from_json(text: str) -> Contact:
    name, organization, title, note, phones, emails, addresses, websites, photo, labels, *ids = json.loads(text)
    return Contact(
        Name(*name),
        organization,
        title,
        note,
        tuple(Phone(*phone) for phone in phones),
        tuple(Email(*email) for email in emails),
        tuple(Address(*address) for address in addresses),
        tuple(Website(*website) for website in websites),
        photo,
        tuple(labels),
        *ids,
    )
