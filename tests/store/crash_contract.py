"""A process that is killed at any moment loses nothing that it has acknowledged (PC-28, PC-29)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

from cardwright.book.requests import NewContact, Query
from cardwright.store import open_store
from store.acme import Book, Contacts, Images, book_of

WRITERS = 8
KILLS = 6

# Creates contacts, each under an idempotency key of its own, and prints a key once its contact is acknowledged.
LOAD = f"""
import asyncio, itertools, sys
from cardwright.book.contacts import Contacts
from cardwright.book.requests import NewContact
from cardwright.store import open_store

async def main(folder, sid, run):
    async def client(name):
        for n in itertools.count():
            key = f"{{run}}-{{name}}-{{n}}"
            new = NewContact("Wile", key, "wile.coyote@example.com", ("10000",))
            await contacts.create(sid, "1000", new, by="test", key=key)
            print(key, flush=True)

    async with open_store(folder) as store:
        contacts = Contacts(store.contacts, None)
        await asyncio.gather(*map(client, range({WRITERS})))

asyncio.run(main(*sys.argv[1:]))
"""


def killed_after(lines: int, address: str, sid: str, run: int) -> list[str]:
    """Start the load, kill it once it has printed so many lines, and return all whole lines that it printed."""
    arguments = [sys.executable, "-c", LOAD, address, sid, str(run)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        printed = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        printed += process.stdout.readlines()
    return [line.strip() for line in printed if line.endswith("\n")]


class CrashContract:
    """A process may be killed at any moment."""

    async def test_what_was_acknowledged_survives_being_killed(self, address: str) -> None:
        async with open_store(address) as store:
            sid = (await book_of(store)).sid
        acknowledged: list[str] = []
        chance = random.Random(7)  # noqa: S311 - when to kill is no secret
        for run in range(KILLS):
            acknowledged += killed_after(chance.randrange(1, 300), address, sid, run)
        async with open_store(address) as store:
            book = Book(store, Contacts(store.contacts, Images()), sid)
            kept = [contact.contact.name.last async for contact in book.contacts.every(sid, "1000", Query())]
            assert set(acknowledged) <= set(kept)
            assert len(kept) == len(set(kept))
            assert await store.check() == []
            for key in acknowledged[-WRITERS:]:
                new = NewContact("Wile", key, "wile.coyote@example.com", ("10000",))
                await book.contacts.create(sid, "1000", new, by="test", key=key)
            assert (await book.page()).total == len(kept)
