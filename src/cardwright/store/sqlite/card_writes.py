"""What a client does with the cards of an address book: put, delete, move and copy, each a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.card_ports import GroupDraft
from cardwright.book.images import Image
from cardwright.book.ports import Draft
from cardwright.book.stored import StoredContact
from cardwright.errors import NotFoundError, UidTakenError
from cardwright.store.instants import instant, now
from cardwright.store.sqlite.open_book import OpenBook, check_same
from cardwright.store.sqlite.rows import account_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.card_ports import Book, Card, Kept, PutCard
    from cardwright.store.sqlite.writer import WriteConnection

    Allowed = Callable[[Card, Card | None], None]

_IMAGE: Final = "SELECT media_type, data, small, digest FROM image WHERE account = ? AND digest = ?"


def put(connection: WriteConnection, book: Book, name: str, comes: PutCard, by: str, image: Image | None) -> Kept:  # noqa: PLR0913, PLR0917 - those of the port
    """Have a name hold what `comes` says, and return the card."""
    opened, at = OpenBook(connection, book, by), now()
    there = opened.find(name)
    current = there and opened.whole(there)
    new = comes(current, instant(at))
    if isinstance(new, StoredContact):
        if current is None or current.is_group:
            raise NotFoundError(f"there is no contact {name}")
        opened.edit(current, new, at, image)
    elif isinstance(new, GroupDraft) and current and current.is_group:
        check_same(current, new.uid)
        opened.put_group(current, new.card)
    else:
        _make_way(opened, new.uid if isinstance(new, GroupDraft) else new.contact.uid, current)
        opened.make(name, new)
    return opened.kept(name, is_new=there is None)


def delete(connection: WriteConnection, book: Book, name: str, allowed: Callable[[Card], None], by: str) -> None:
    """Delete the card that has this name, unless `allowed` raises."""
    opened = OpenBook(connection, book, by)
    card = opened.get(name)
    allowed(card)
    opened.remove(card)


def rename(  # noqa: PLR0913, PLR0917 - those of the port
    connection: WriteConnection, book: Book, name: str, to_name: str, allowed: Allowed, by: str, *, copy: bool
) -> Kept:
    """Give a card another name in its book; a copy would have the same UID."""
    opened = OpenBook(connection, book, by)
    card, target = opened.get(name), opened.find(to_name)
    allowed(card, target)
    if copy:
        raise UidTakenError(card.number, name)
    if name != to_name:
        _make_way(opened, card.uid, target, card)
        opened.rename(card, to_name, now())
    return opened.kept(to_name, is_new=target is None)


def move(  # noqa: PLR0913, PLR0917 - those of the port
    connection: WriteConnection, book: Book, name: str, to: Book, to_name: str, allowed: Allowed, by: str, *, copy: bool
) -> Kept:
    """Make of a card one of another book; it goes itself unless it is to be copied."""
    opened, target_book = OpenBook(connection, book, by), OpenBook(connection, to, by)
    card, target = opened.get(name), target_book.find(to_name)
    allowed(card, target)
    _make_way(target_book, card.uid, target)
    target_book.make(to_name, _draft(connection, book.sid, opened.whole(card)))
    if not copy:
        opened.remove(card)
    return target_book.kept(to_name, is_new=target is None)


def _make_way(book: OpenBook, uid: str, target: Card | None, *besides: Card) -> None:
    """Remove the card that holds a target, for one with this UID; UidTakenError where others have that."""
    if target:
        check_same(target, uid)
        besides = (target, *besides)
    book.check_free(uid, *besides)
    if target:
        book.remove(target)


def _draft(connection: WriteConnection, sid: str, card: Card) -> Draft | GroupDraft:
    """Return what a card is made of that is to be kept once more."""
    stored = card.contact
    if stored is None:
        return GroupDraft(card.uid, card.card)
    row = connection.execute(_IMAGE, (account_number(connection, sid), stored.image)).fetchone()
    partners = tuple(partner.id for partner in stored.partners)
    return Draft(stored.contact._replace(photo=None), partners, Image(*row) if row else None, stored.card)
