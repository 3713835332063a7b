"""Puts that wait for the same commit, done together: new contacts are inserted by a few statements for all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from cardwright.book.ports import Draft
from cardwright.book.stored import StoredContact
from cardwright.contact.uid import comparable_uid
from cardwright.errors import CardwrightError, NotFoundError
from cardwright.store.instants import instant, now
from cardwright.store.sqlite.card_writes import make_way
from cardwright.store.sqlite.open_book import OpenBook, check_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cardwright.book.card_ports import Book, BookCard, GroupDraft, PutCard, WriteResult
    from cardwright.book.images import Image
    from cardwright.store.sqlite.writer import WriteConnection


class Put(NamedTuple):
    """What is to be put where, and who asks."""

    book: Book
    name: str
    put: PutCard
    by: str
    image: Image | None


def put_all(connection: WriteConnection, puts: Sequence[Put]) -> list[WriteResult | Exception]:
    """Have each name hold what its put says, and return for each the card, or what it ends in."""
    groups: defaultdict[tuple[Book, str], list[int]] = defaultdict(list)
    for at, one in enumerate(puts):
        groups[one.book, one.by].append(at)
    outcomes: dict[int, WriteResult | Exception] = {}
    for (book, by), members in groups.items():
        try:
            batch = _Batch(connection, OpenBook(connection, book, by))
        except NotFoundError as error:
            outcomes |= dict.fromkeys(members, error)
            continue
        outcomes |= zip(members, batch.run([puts[at] for at in members]), strict=True)
    return [outcomes[at] for at in range(len(puts))]


class _Batch:
    """Puts into one book, in their order; new contacts are gathered until one comes that may depend on them."""

    def __init__(self, connection: WriteConnection, book: OpenBook) -> None:
        self._connection = connection
        self._book = book
        self._outcomes: dict[int, WriteResult | Exception] = {}
        self._new: dict[int, tuple[str, Draft]] = {}
        self._uids: dict[str, int] = {}
        self._names: set[str] = set()

    def run(self, puts: Sequence[Put]) -> list[WriteResult | Exception]:
        """Do all of them."""
        for at, one in enumerate(puts):
            written = self._connection.total_changes()
            try:
                self._put(at, one)
            except CardwrightError as error:
                if self._connection.total_changes() != written:
                    raise  # all of it is taken back, and each is done alone
                self._outcomes[at] = error
        self._keep_new()
        return [self._outcomes[at] for at in range(len(puts))]

    def _put(self, at: int, one: Put) -> None:
        if one.name in self._names:
            self._keep_new()
        moment, there = now(), self._book.find(one.name)
        current = there and self._book.whole(there)
        comes = one.put(current, instant(moment))
        if current is None and isinstance(comes, Draft):
            self._gather(at, one.name, comes)
            return
        self._keep_new()
        self._outcomes[at] = self._book.kept(self._applied(one, current, comes, moment), is_new=there is None)

    def _applied(
        self, one: Put, current: BookCard | None, comes: Draft | GroupDraft | StoredContact, moment: int
    ) -> BookCard:
        if isinstance(comes, StoredContact):
            if current is None or current.is_group:
                raise NotFoundError(f"there is no contact {one.name}")
            return self._book.edit(current, comes, moment, one.image)
        if isinstance(comes, Draft):
            make_way(self._book, comes.contact.uid, current)
            return self._book.make(one.name, comes, current)
        if current and current.is_group:
            check_same(current, comes.uid)
            self._book.put_group(current, comes.card)
        else:
            make_way(self._book, comes.uid, current)
            self._book.make_group(one.name, comes, current)
        return self._book.get(one.name)

    def _gather(self, at: int, name: str, draft: Draft) -> None:
        uid = comparable_uid(draft.contact.uid)
        if uid in self._uids:
            self._keep_new()
        self._uids[uid] = at
        self._names.add(name)
        self._new[at] = name, draft

    def _keep_new(self) -> None:
        """Keep the new contacts that were gathered, but those whose UID another card has."""
        if not self._new:
            return
        taken = self._book.taken(self._uids.keys())
        self._outcomes |= {self._uids[uid]: error for uid, error in taken.items()}
        free = {at: new for at, new in self._new.items() if at not in self._outcomes}
        if free:
            made = self._book.make_all(list(free.values()))
            for at, card in zip(free, made, strict=True):
                self._outcomes[at] = card if isinstance(card, Exception) else self._book.kept(card, is_new=True)
        self._new, self._uids, self._names = {}, {}, set()
