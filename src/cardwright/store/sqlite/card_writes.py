"""Deleting, moving and copying the cards of an address book, each a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.book.card_ports import GroupDraft
from cardwright.book.images import Image
from cardwright.book.ports import Draft
from cardwright.errors import UidTakenError
from cardwright.store.instants import now
from cardwright.store.sqlite.open_book import OpenBook, check_same
from cardwright.store.sqlite.rows import account_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from cardwright.book.card_ports import Book, BookCard, WriteResult
    from cardwright.store.sqlite.writer import WriteConnection

    Allowed = Callable[[BookCard, BookCard | None], None]

_IMAGE: Final = "SELECT media_type, data, small, digest FROM image WHERE account = ? AND digest = ?"


def delete(connection: WriteConnection, book: Book, name: str, allowed: Callable[[BookCard], None], by: str) -> None:
    """Delete the card that has this name, unless `allowed` raises."""
    opened = OpenBook(connection, book, by)
    card = opened.get(name)
    allowed(card)
    opened.remove(card)


def rename(  # noqa: PLR0913, PLR0917 - those of the port
    connection: WriteConnection, book: Book, name: str, to_name: str, allowed: Allowed, by: str, *, copy: bool
) -> WriteResult:
    """Give a card another name in its book; a copy would have the same UID, and every other card there another."""
    opened = OpenBook(connection, book, by)
    card, target = opened.get(name), opened.find(to_name)
    allowed(card, target)
    if copy:
        raise UidTakenError(card.number, name)
    if name != to_name:
        if target:
            raise UidTakenError(target.number, to_name)
        opened.rename(card, to_name, now())
    return opened.kept(opened.get(to_name), is_new=target is None)


def move(  # noqa: PLR0913, PLR0917 - those of the port
    connection: WriteConnection, book: Book, name: str, to: Book, to_name: str, allowed: Allowed, by: str, *, copy: bool
) -> WriteResult:
    """Make of a card one of another book; it goes itself unless it is to be copied."""
    opened, target_book = OpenBook(connection, book, by), OpenBook(connection, to, by)
    card, target = opened.get(name), target_book.find(to_name)
    allowed(card, target)
    make_way(target_book, card.uid, target)
    _again(connection, target_book, to_name, opened.whole(card), book.sid)
    if not copy:
        opened.remove(card)
    return target_book.kept(target_book.get(to_name), is_new=target is None)


def make_way(book: OpenBook, uid: str, target: BookCard | None) -> None:
    """Remove the card that holds a target, for one with this UID; UidTakenError where others have that."""
    if target:
        check_same(target, uid)
    book.check_free(uid, *([target] if target else ()))
    if target:
        book.remove(target)


def _again(connection: WriteConnection, book: OpenBook, name: str, card: BookCard, sid: str) -> None:
    """Keep in a book what a card of another one is made of."""
    stored = card.contact
    if stored is None:
        book.make_group(name, GroupDraft(card.uid, card.card))
        return
    row = connection.execute(_IMAGE, (account_number(connection, sid), stored.image)).fetchone()
    partners = tuple(partner.id for partner in stored.partners)
    draft = Draft(stored.contact._replace(photo=None), partners, Image(*row) if row else None, stored.card)
    book.make(name, draft)
