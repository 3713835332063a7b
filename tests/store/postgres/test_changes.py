"""The feed of changes on PostgreSQL, read beside those who write."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from cardwright.contact.model import Contact, Name
from store.acme import Book, book_of

if TYPE_CHECKING:
    from cardwright.book.change_ports import Change
    from cardwright.store.postgres import PostgresStore

WRITERS = 12
EACH = 25


async def test_a_follower_beside_writers_of_two_processes_misses_nothing(
    store: PostgresStore, other: PostgresStore
) -> None:
    one = await book_of(store)
    writers = [asyncio.create_task(write(book, at)) for at in range(WRITERS // 2) for book in (one, beside(one, other))]
    followers = await asyncio.gather(follow(store, one, writers), follow(other, one, writers))
    written = sum(await asyncio.gather(*writers))
    for told in followers:
        assert [change.sequence for change in told] == list(range(1, written + 1))
        assert [change.number for change in told if change.kind == "created"] == list(range(1, WRITERS * EACH + 1))


async def test_a_token_higher_than_any_number_tells_of_nothing(store: PostgresStore) -> None:
    book = await book_of(store)
    await book.create()
    for token in (10**18, 2**63, 10**30):
        assert await store.changes.after(book.place, token, 10) == []


def beside(book: Book, other: PostgresStore) -> Book:
    return Book(other, book.contacts, book.sid)


async def write(book: Book, seed: int) -> int:
    """Make contacts, and change some of them; return how many changes that was."""
    chance = random.Random(seed)  # noqa: S311 - the same course every time, no secret
    changes = 0
    for _ in range(EACH):
        number = await book.keep(Contact(Name("Wile", str(seed))))
        changes += 1
        if chance.random() < 0.5:
            title = str(number)
            await book.store.contacts.update(
                book.place, number, lambda it, _, to=title: it._replace(contact=it.contact._replace(title=to)), "test"
            )
            changes += 1
        if chance.random() < 0.2:
            await book.store.contacts.delete(book.place, number, lambda _: None, "test")
            changes += 1
    return changes


async def follow(store: PostgresStore, book: Book, writers: list[asyncio.Task[int]]) -> list[Change]:
    """Return all changes, read while they come, each page from where the one before ended."""
    told: list[Change] = []
    is_over = False
    while True:
        page = await store.changes.after(book.place, told[-1].sequence if told else 0, 7)
        told += page
        if not page and is_over:
            return told
        is_over = all(writer.done() for writer in writers)
