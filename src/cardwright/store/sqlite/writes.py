"""What happens to a contact's rows when it changes, goes and comes back: table, card, index and record together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.carried import changed_card
from cardwright.store.sqlite.change_rows import before, next_sequence, record
from cardwright.store.sqlite.contact_rows import Row, Rows, photo_of, rev, row_of
from cardwright.store.sqlite.index_terms import terms
from cardwright.store.sqlite.rows import instant, now
from cardwright.store.sqlite.writer import Entry

if TYPE_CHECKING:
    from cardwright.book.images import Image
    from cardwright.book.stored import StoredContact
    from cardwright.store.sqlite.change_rows import Before, Kind
    from cardwright.store.sqlite.writer import WriteConnection

_RESTORE: Final = f"INSERT INTO contact VALUES ({', '.join('?' * len(Row._fields))})"  # noqa: S608 - constant
_REPLACE: Final = f"UPDATE contact SET {', '.join(f'{c} = ?' for c in Row._fields[1:])} WHERE contact = ?"  # noqa: S608 - constant
_KEEP_CARD: Final = "INSERT INTO card (contact, card) VALUES (?, ?) ON CONFLICT DO UPDATE SET card = excluded.card"


def restore(connection: WriteConnection, was: Before, stored: StoredContact, by: str) -> None:
    """Bring back a contact as it was."""
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, +1), updated=now())
    row = row_of(row, stored)
    connection.execute(_RESTORE, row)
    if was.card:
        connection.execute(_KEEP_CARD, (row.contact, was.card))
    connection.search.append(Entry(comes=True, contact=row.contact, terms=terms(row.campaign, stored)))
    record(connection, row, "restored", row.updated, by)


def replace(connection: WriteConnection, was: Before, old: StoredContact, new: StoredContact, by: str) -> None:
    """Put `new` in the place of `old`, and make the same change in its card.

    Where `new` comes with another card, that one says it already, all but photo and REV.
    """
    keys = was.row._replace(revision=next_sequence(connection, was.row.campaign), updated=now())
    row = row_of(keys, new)
    connection.execute(_REPLACE, (*row[1:], row.contact))
    if new.card != old.card:
        _change_card(connection, row, new.card, old._replace(contact=new.contact, image=_shown(old, new)), new)
    elif was.card:
        _change_card(connection, row, was.card, old, new)
    said, says = terms(row.campaign, old), terms(row.campaign, new)
    if said != says:
        connection.search.append(Entry(comes=False, contact=row.contact, terms=said))
        connection.search.append(Entry(comes=True, contact=row.contact, terms=says))
    else:
        connection.touched.append(row.contact)
    record(connection, row, "updated", row.updated, by, was)


def _change_card(connection: WriteConnection, row: Row, card: bytes, old: StoredContact, new: StoredContact) -> None:
    photo = photo_of(connection, row.campaign, new.image) if new.image not in {"", old.image} else None
    changed = changed_card(card, old, new, photo, rev(instant(row.updated)))
    if changed:
        connection.execute(_KEEP_CARD, (row.contact, changed))
    else:
        connection.execute("DELETE FROM card WHERE contact = ?", (row.contact,))


def _shown(old: StoredContact, new: StoredContact) -> str:
    """Return the image that another card of a contact shows: of its first card the new one, which came with it."""
    return old.image if old.card else new.image if new.image != old.image else ""


def remove(connection: WriteConnection, was: Before, old: StoredContact, by: str, kind: Kind = "deleted") -> None:
    """Take a contact away, and record what it was unless it is erased."""
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, -1))
    connection.execute("DELETE FROM contact WHERE contact = ?", (row.contact,))
    connection.search.append(Entry(comes=False, contact=row.contact, terms=terms(row.campaign, old)))
    record(connection, row, kind, now(), by, was if kind == "deleted" else None)


def present(connection: WriteConnection, account: int, contact: int) -> tuple[Before, StoredContact] | None:
    """Return the contact as its rows say and as it is read, with its card, if it is there."""
    was = before(connection, contact)
    if was is None:
        return None
    return was, Rows(connection, account).stored(was.row)._replace(card=was.card or b"")


def keep_image(connection: WriteConnection, account: int, image: Image) -> None:
    """Keep an image, unless the account has the same one already."""
    command = (
        "INSERT INTO image (account, digest, media_type, data, small) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    connection.execute(command, (account, image.digest, image.media_type, image.data, image.small))
