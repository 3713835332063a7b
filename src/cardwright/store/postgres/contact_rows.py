"""The rows of the table `contact`, and the stored contacts that they say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.partners import Partner, PartnerUser
from cardwright.book.stored import StoredContact, rev
from cardwright.contact.model import Photo
from cardwright.store.card_rows import whole
from cardwright.store.contacts_of_rows import ContactsOfRows
from cardwright.store.instants import instant
from cardwright.store.rows import Columns, columns_of, contact_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cardwright.store.postgres.driver import Connection, DatabaseRow


class Spot(NamedTuple):
    """Where a contact stands: the key of its row."""

    account: int
    campaign: int
    number: int


class ContactRow(NamedTuple):
    """The columns after the campaign, in their order: `store.rows.Columns` between those that are the store's own."""

    number: int
    partner_user: int | None = None
    own_title: bool = False
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
WIDTH: Final = len(ContactRow._fields)
_PARTNERS: Final = ContactRow._fields.index("partners")
_SAID: Final = slice(ContactRow._fields.index("first"), ContactRow._fields.index("first") + len(Columns._fields))

_NAMES: Final = "SELECT id, name FROM partner WHERE account = $1 AND id = ANY($2)"
_CARDS: Final = """SELECT card.number, card.card, original.card FROM card
    LEFT JOIN original ON original.account = card.account AND original.campaign = card.campaign
        AND original.original = card.original
    WHERE card.account = $1 AND card.campaign = $2 AND card.number = ANY($3)"""
_SMALL: Final = "SELECT digest, small FROM image WHERE account = $1 AND digest = ANY($2)"
_USER: Final = "SELECT id, first, last, email, title FROM partner_user WHERE account = $1 AND id = $2"
# Of an account that is new the planner thinks that it has one row, and would join all of them to the list.
_AT: Final = f"""SELECT {COLUMNS} FROM unnest($3::bigint[]) AS listed(number) CROSS JOIN LATERAL (
      SELECT * FROM contact WHERE contact.account = $1 AND contact.campaign = $2
      AND contact.number >= listed.number AND contact.number <= listed.number ORDER BY contact.number LIMIT 1
    ) AS contact"""  # noqa: S608 - constant
_ONE: Final = f"SELECT {COLUMNS} FROM contact WHERE account = $1 AND campaign = $2 AND number = $3"  # noqa: S608 - constant


def columns_in(row: Sequence[object]) -> Columns:
    """Return what a row of the table says of the contact."""
    return Columns._make(row[_SAID])


def row_of(row: ContactRow, stored: StoredContact) -> ContactRow:
    """Return `row`, its keys, revision and times, with the columns that say what `stored` holds."""
    said = columns_of(stored.contact, [partner.id for partner in stored.partners], stored.image)
    return ContactRow(row.number, row.partner_user, stored.own_title, *said, row.revision, row.created, row.updated)


def stored_of(row: ContactRow, names: Mapping[str, str]) -> StoredContact:
    """Return the contact that a row says; `names` are those of partner accounts, by their ids."""
    changed, read = instant(row.updated), columns_in(row)
    return StoredContact(
        row.number,
        row.partner_user is not None,
        contact_of(read, rev(changed)),
        tuple([Partner(one, names.get(one, "")) for one in read.partners.split(",")]) if read.partners else (),
        read.image or "",
        row.revision,
        changed if row.created == row.updated else instant(row.created),
        changed,
        row.own_title,
    )


async def all_stored(connection: Connection, account: int, rows: Iterable[DatabaseRow]) -> list[StoredContact]:
    """Return the contacts that rows of one account say, with the names of their partner accounts."""
    contacts = [ContactRow._make(row[:WIDTH]) for row in rows]
    names = await partner_names(connection, account, [row.partners for row in contacts])
    return [stored_of(row, names) for row in contacts]


async def page_of(
    connection: Connection, account: int, rows: Sequence[DatabaseRow]
) -> tuple[Sequence[StoredContact], int]:
    """Return the same, and the characters of those names; each contact is made when it is asked for."""
    times = Counter([str(row[_PARTNERS]) for row in rows])
    names = await partner_names(connection, account, times)
    characters = sum(
        count * sum([len(names.get(partner, "")) for partner in partners.split(",")])
        for partners, count in times.items()
    )
    return ContactsOfRows(rows, lambda row: stored_of(ContactRow._make(row[:WIDTH]), names)), characters


async def all_full(
    connection: Connection, numbers: tuple[int, int], rows: Iterable[DatabaseRow]
) -> list[StoredContact]:
    """Return the same of one campaign with photos and cards."""
    contacts = await all_stored(connection, numbers[0], rows)
    cards = await cards_of(connection, numbers, [stored.number for stored in contacts])
    small = await small_images(connection, numbers[0], [stored.image for stored in contacts if stored.image])
    return [
        stored._replace(
            card=cards.get(stored.number, b""),
            contact=stored.contact._replace(photo=small[stored.image]) if stored.image else stored.contact,
        )
        for stored in contacts
    ]


async def one(connection: Connection, spot: Spot) -> StoredContact | None:
    """Return the contact there, without photo and card."""
    row = await connection.row(_ONE, *spot)
    return (await all_stored(connection, spot.account, [row]))[0] if row else None


async def rows_at(connection: Connection, numbers: tuple[int, int], contacts: Sequence[int]) -> list[DatabaseRow]:
    """Return the rows of those of these contacts of a campaign that are there."""
    return await connection.rows(_AT, *numbers, contacts) if contacts else []


async def partner_names(connection: Connection, account: int, partners: Iterable[str]) -> dict[str, str]:
    """Return the names of the partner accounts that columns `partners` name."""
    asked = {partner for column in set(partners) if column for partner in column.split(",")}
    if not asked:
        return {}
    return {str(row[0]): str(row[1]) for row in await connection.rows(_NAMES, account, sorted(asked))}


async def cards_of(connection: Connection, numbers: tuple[int, int], contacts: Sequence[int]) -> dict[int, bytes]:
    """Return the cards of these contacts of a campaign, of those that have one."""
    rows = await connection.rows(_CARDS, *numbers, contacts) if contacts else []
    return {number: whole(card, original) or b"" for number, card, original in rows}


async def small_images(connection: Connection, account: int, digests: Sequence[str]) -> dict[str, Photo]:
    """Return the images of these digests as they stand on cards (CC-27)."""
    rows = await connection.rows(_SMALL, account, digests) if digests else []
    return {digest: Photo("image/jpeg", small) for digest, small in rows}


async def user_of(connection: Connection, account: int, user: int | None) -> PartnerUser | None:
    """Return the partner user with this number, if there is one."""
    row = None if user is None else await connection.row(_USER, account, user)
    if row is None:
        return None
    number, *texts = row
    return PartnerUser(str(number), *texts)
