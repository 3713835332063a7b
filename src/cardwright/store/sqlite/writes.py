"""Updating, deleting and restoring one contact: its row, its card, its index terms and its history together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.index_terms import terms
from cardwright.errors import NotFoundError
from cardwright.store.instants import instant, now
from cardwright.store.sqlite import cards, naming
from cardwright.store.sqlite.change_rows import before, next_sequence, record
from cardwright.store.sqlite.contact_rows import ContactRow, Rows, row_of
from cardwright.store.sqlite.keys import number_of
from cardwright.store.sqlite.writer import IndexEntry

if TYPE_CHECKING:
    from cardwright.book.change_ports import ChangeKind
    from cardwright.book.images import Image
    from cardwright.book.ports import Edit
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.change_rows import Before
    from cardwright.store.sqlite.writer import WriteConnection

_RESTORE: Final = f"INSERT INTO contact VALUES ({', '.join('?' * len(ContactRow._fields))})"  # noqa: S608 - constant
_REPLACE: Final = f"UPDATE contact SET {', '.join(f'{c} = ?' for c in ContactRow._fields[1:])} WHERE contact = ?"  # noqa: S608 - constant


def restore(connection: WriteConnection, was: Before, old: StoredContact, new: StoredContact, by: str) -> None:
    """Bring back a contact that was `old`, as `new`."""
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, +1), updated=now())
    row = row_of(row, new)
    naming.forget_taken(connection, row.campaign, row.contact)
    connection.execute(_RESTORE, row)
    if new.card != old.card:
        cards.keep(connection, row.contact, new.card, was.card)
    elif was.card:
        cards.put(connection, row.contact, was.card)
    connection.search.append(IndexEntry(comes=True, contact=row.contact, terms=terms(row.campaign, new)))
    record(connection, row, "restored", row.updated, by)


def edit(  # noqa: PLR0913, PLR0917 - those of the port, below an account
    connection: WriteConnection, account: int, contact: int, made_by: Edit, by: str, image: Image | None = None
) -> StoredContact:
    """Put what an edit makes of the contact in its place, and return it as it is then; NotFoundError for none."""
    kept = present(connection, account, contact)
    if kept is None:
        raise NotFoundError(f"there is no contact {number_of(contact)}")
    (was, old), at = kept, now()
    new = made_by(old, instant(at))
    if new == old:
        return Rows(connection, account).stored(was.row)
    if image:
        keep_image(connection, account, image)
    replace(connection, was, old, new, at, by)
    return Rows(connection, account).one(contact) or new


def replace(  # noqa: PLR0913, PLR0917 - what a row and its record say
    connection: WriteConnection, was: Before, old: StoredContact, new: StoredContact, at: int, by: str
) -> int:
    """Put `new` in the place of a contact that is `old`, and return its new revision."""
    was = was._replace(card=cards.settled(connection, was.row.contact))
    keys = was.row._replace(revision=next_sequence(connection, was.row.campaign), updated=at)
    row = row_of(keys, new)
    connection.execute(_REPLACE, (*row[1:], row.contact))
    if new.card != old.card:
        cards.keep(connection, row.contact, new.card, was.card)
    _index(connection, row, terms(row.campaign, old), terms(row.campaign, new))
    record(connection, row, "updated", at, by, was)
    return row.revision


def put_back(  # noqa: PLR0913, PLR0917 - what a row and its record say
    connection: WriteConnection, account: int, is_now: Before, current: StoredContact, was: Before, by: str
) -> int:
    """Put a contact back as a record says it was, card and all, and return its new revision."""
    is_now, at = is_now._replace(card=cards.settled(connection, is_now.row.contact)), now()
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign), updated=at)
    connection.execute(_REPLACE, (*row[1:], row.contact))
    if was.card:
        cards.put(connection, row.contact, was.card)
    else:
        cards.keep(connection, row.contact, b"", None)
    back = Rows(connection, account).stored(was.row)
    _index(connection, row, terms(row.campaign, current), terms(row.campaign, back))
    record(connection, row, "updated", at, by, is_now)
    return row.revision


def _index(connection: WriteConnection, row: ContactRow, said: str, says: str) -> None:
    if said != says:
        connection.search.append(IndexEntry(comes=False, contact=row.contact, terms=said))
        connection.search.append(IndexEntry(comes=True, contact=row.contact, terms=says))
    else:
        connection.touched.append(row.contact)


def remove(connection: WriteConnection, was: Before, old: StoredContact, by: str, kind: ChangeKind = "deleted") -> int:
    """Take a contact away, record what it was unless it is erased, and return the sequence of that."""
    if kind == "deleted":
        was = was._replace(card=cards.settled(connection, was.row.contact))
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, -1))
    connection.execute("DELETE FROM contact WHERE contact = ?", (row.contact,))
    connection.search.append(IndexEntry(comes=False, contact=row.contact, terms=terms(row.campaign, old)))
    record(connection, row, kind, now(), by, was if kind == "deleted" else None)
    return row.revision


def present(connection: WriteConnection, account: int, contact: int) -> tuple[Before, StoredContact] | None:
    """Return the contact as its rows say and as an edit is given it, with card, photo and user, if it is there."""
    was = before(connection, contact)
    if was is None:
        return None
    rows = Rows(connection, account)
    return was, rows.full(was.row)._replace(user=rows.user(was.row.user))


def keep_image(connection: WriteConnection, account: int, image: Image) -> None:
    """Keep an image, unless the account has the same one already."""
    command = (
        "INSERT INTO image (account, digest, media_type, data, small) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    connection.execute(command, (account, image.digest, image.media_type, image.data, image.small))
