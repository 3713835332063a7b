"""A primary that is killed while many create, and its standby in its place: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import StoreError
from cardwright.store.postgres import PostgresStore
from cardwright.store.postgres.generation import SKIPPED
from postgres import replicated
from store.acme import book_of

if TYPE_CHECKING:
    from store.acme import Book

KILLS: Final = 3
CLIENTS: Final = 8
EACH: Final = 40  # creates that are acknowledged, before a kill


async def test_nothing_that_was_acknowledged_is_lost_or_doubled() -> None:
    with replicated() as pair:
        store = await PostgresStore.open(pair.address("postgres"))
        try:
            book, begun = await book_of(store), await store.contacts.generation()
            acknowledged: dict[str, int] = {}
            for round_ in range(KILLS):
                if round_:
                    await asyncio.to_thread(pair.follow)
                await _killed_while_creating(book, acknowledged, round_, pair.fail_over)
            assert await store.contacts.generation() != begun
            rows = await store.database.read(lambda c: c.rows("SELECT first, number FROM contact"))
        finally:
            await store.close()
    there = dict(rows)
    assert len(there) == len(rows)
    assert acknowledged.items() <= there.items()
    assert max(there.values()) > KILLS * SKIPPED  # a standby may lack what came last: its numbers are not given again


async def _killed_while_creating(book: Book, acknowledged: dict[str, int], round_: int, kill: object) -> None:
    """Create until the primary is killed, and after it, until each client has an answer again."""
    enough, killed = asyncio.Event(), asyncio.Event()
    goal = len(acknowledged) + CLIENTS * EACH

    async def client(name: str) -> None:
        count = 0
        while True:
            count += 1
            first = f"{name}-{count}"
            contact = Contact(Name(first, "Coyote"), emails=(Email("wile.coyote@example.com"),))
            has_been = killed.is_set()
            with contextlib.suppress(StoreError):  # unknown: it may be there, and is not asked for again
                acknowledged[first] = await book.keep(contact)
                if has_been:
                    return
            if len(acknowledged) >= goal:
                enough.set()
            await asyncio.sleep(0.002)

    clients = [asyncio.ensure_future(client(f"{round_}-{at}")) for at in range(CLIENTS)]
    await enough.wait()
    await asyncio.to_thread(kill)
    killed.set()
    await asyncio.gather(*clients)
