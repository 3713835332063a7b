"""The rows of the table `contact`, and the stored contacts that they say."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from cardwright.book.partners import Partner, PartnerUser
from cardwright.book.stored import StoredContact, rev
from cardwright.contact.model import Photo
from cardwright.store.instants import instant
from cardwright.store.rows import Columns, columns_of, contact_of
from cardwright.store.sqlite.cards import card_of
from cardwright.store.sqlite.keys import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw


class ContactRow(NamedTuple):
    """The columns, in their order: keys, then `store.rows.Columns`, then revision and times."""

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


COLUMNS: Final = ", ".join(f"contact.{column}" for column in ContactRow._fields)
_SELECT: Final = f"SELECT {COLUMNS} FROM contact WHERE contact = ?"  # noqa: S608 - the names of the columns above
_SMALL: Final = """
    SELECT small FROM image WHERE account = (SELECT account FROM campaign WHERE campaign = ?) AND digest = ?"""
_USER: Final = "SELECT id, first, last, email, title FROM partner_user WHERE user = ?"


_PARTNERS: Final = itemgetter(ContactRow._fields.index("partners"))
_SAID: Final = slice(ContactRow._fields.index("first"), ContactRow._fields.index("first") + len(Columns._fields))


class Rows:
    """Turns rows of one account into contacts, and asks for the name of each partner account once."""

    def __init__(self, connection: apsw.Connection, account: int) -> None:
        self._connection = connection
        self._account = account
        self._partners: dict[str, Partner] = {}

    def meet(self, columns: Iterable[tuple[Any, ...]]) -> int:
        """Ask for the partner accounts of these rows, and return the characters of their names.

        `stored` asks the connection for nothing then, and may be called when another thread has that.
        """
        times = Counter(map(_PARTNERS, columns))
        times.pop("", None)
        return sum(
            count * sum([len(self._partner(partner).name) for partner in partners.split(",")])
            for partners, count in times.items()
        )

    def one(self, contact: int) -> StoredContact | None:
        """Return the contact of this key."""
        row = self._connection.execute(_SELECT, (contact,)).fetchone()
        return None if row is None else self.stored(row)

    def stored(self, columns: tuple[Any, ...]) -> StoredContact:
        """Return the contact that the columns say."""
        contact, _, user, own_title, *_, revision, created, updated = columns
        changed, read = instant(updated), columns_in(columns)
        return StoredContact(
            number_of(contact),
            user is not None,
            contact_of(read, rev(changed)),
            tuple(map(self._partner, read.partners.split(","))) if read.partners else (),
            read.image or "",
            revision,
            changed if created == updated else instant(created),
            changed,
            bool(own_title),
        )

    def full(self, columns: tuple[Any, ...]) -> StoredContact:
        """Return the contact with its photo and the card it came as."""
        return self.with_card(columns, card_of(self._connection, columns[0]))

    def with_card(self, columns: tuple[Any, ...], card: bytes | None) -> StoredContact:
        """Return the contact with its photo and this card."""
        stored = self.stored(columns)
        if stored.image:
            photo = photo_of(self._connection, columns[1], stored.image)
            stored = stored._replace(contact=stored.contact._replace(photo=photo))
        return stored._replace(card=card) if card else stored

    def user(self, user: int | None) -> PartnerUser | None:
        """Return the partner user with this number, if there is one."""
        row = None if user is None else self._connection.execute(_USER, (user,)).fetchone()
        if row is None:
            return None
        number, *texts = cast("tuple[int, str, str, str, str]", row)
        return PartnerUser(str(number), *texts)

    def _partner(self, partner: str) -> Partner:
        if partner not in self._partners:
            query = "SELECT name FROM partner WHERE account = ? AND id = ?"
            name = self._connection.execute(query, (self._account, partner)).get
            self._partners[partner] = Partner(partner, name or "")
        return self._partners[partner]


def columns_in(row: tuple[Any, ...]) -> Columns:
    """Return what a row of the table says of the contact."""
    return Columns._make(row[_SAID])


def photo_of(connection: apsw.Connection, campaign: int, digest: str) -> Photo:
    """Return the image of this digest as it stands on a card (CC-27)."""
    return Photo("image/jpeg", connection.execute(_SMALL, (campaign, digest)).get)


def row_of(row: ContactRow, stored: StoredContact) -> ContactRow:
    """Return `row`, its keys, revision and times, with the columns that say what `stored` holds."""
    said = columns_of(stored.contact, [partner.id for partner in stored.partners], stored.image)
    keys = (row.contact, row.campaign, row.user, int(stored.own_title))
    return ContactRow._make((*keys, *said, row.revision, row.created, row.updated))
