"""What happens to a contact's rows when it changes, goes and comes back: table, card, index and record together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.carried import changed_card
from cardwright.store.sqlite import cards
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


def restore(connection: WriteConnection, was: Before, stored: StoredContact, by: str) -> None:
    """Bring back a contact as it was."""
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, +1), updated=now())
    row = row_of(row, stored)
    connection.execute(_RESTORE, row)
    if was.card:
        cards.put(connection, row.contact, was.card)
    connection.search.append(Entry(comes=True, contact=row.contact, terms=terms(row.campaign, stored)))
    record(connection, row, "restored", row.updated, by)


def replace(connection: WriteConnection, was: Before, old: StoredContact, new: StoredContact, by: str) -> None:
    """Put `new` in the place of `old`, and make the same change in its card.

    Where `new` comes with another card, that one says it already, all but photo and REV.
    """
    was = was._replace(card=cards.settled(connection, was.row.contact))
    keys = was.row._replace(revision=next_sequence(connection, was.row.campaign), updated=now())
    row = row_of(keys, new)
    connection.execute(_REPLACE, (*row[1:], row.contact))
    if new.card != old.card:
        card = _changed_card(connection, row, old._replace(contact=new.contact, image=_shown(old, new)), new)
        cards.keep(connection, row.contact, card, was.card)
    elif old.card:
        cards.keep(connection, row.contact, _changed_card(connection, row, old, new), was.card)
    said, says = terms(row.campaign, old), terms(row.campaign, new)
    if said != says:
        connection.search.append(Entry(comes=False, contact=row.contact, terms=said))
        connection.search.append(Entry(comes=True, contact=row.contact, terms=says))
    else:
        connection.touched.append(row.contact)
    record(connection, row, "updated", row.updated, by, was)


def _changed_card(connection: WriteConnection, row: Row, old: StoredContact, new: StoredContact) -> bytes:
    photo = photo_of(connection, row.campaign, new.image) if new.image not in {"", old.image} else None
    return changed_card(new.card, old, new, photo, rev(instant(row.updated)))


def _shown(old: StoredContact, new: StoredContact) -> str:
    """Return the image that another card of a contact shows: of its first card the new one, which came with it."""
    return old.image if old.card else new.image if new.image != old.image else ""


def remove(connection: WriteConnection, was: Before, old: StoredContact, by: str, kind: Kind = "deleted") -> None:
    """Take a contact away, and record what it was unless it is erased."""
    if kind == "deleted":
        was = was._replace(card=cards.settled(connection, was.row.contact))
    row = was.row._replace(revision=next_sequence(connection, was.row.campaign, -1))
    connection.execute("DELETE FROM contact WHERE contact = ?", (row.contact,))
    connection.search.append(Entry(comes=False, contact=row.contact, terms=terms(row.campaign, old)))
    record(connection, row, kind, now(), by, was if kind == "deleted" else None)


def present(connection: WriteConnection, account: int, contact: int) -> tuple[Before, StoredContact] | None:
    """Return the contact as its rows say and as it is read, with its card, if it is there."""
    was = before(connection, contact)
    if was is None:
        return None
    return was, Rows(connection, account).stored(was.row)._replace(card=cards.card_of(connection, contact) or b"")


def keep_image(connection: WriteConnection, account: int, image: Image) -> None:
    """Keep an image, unless the account has the same one already."""
    command = (
        "INSERT INTO image (account, digest, media_type, data, small) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    )
    connection.execute(command, (account, image.digest, image.media_type, image.data, image.small))
