"""Who erases a contact or removes an account takes nothing from the others but a moment."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright import limits
from cardwright.book import partners
from cardwright.errors import StoreError
from cardwright.store.sqlite import database, remove_account
from cardwright.store.sqlite.rows import account_number
from store.acme import book_of

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.store.sqlite import SqliteStore
    from cardwright.store.sqlite.writer import WriteConnection
    from store.acme import Book

LARGE = 1024 * 1024
ROWS = 500
TABLES = ("contact", "change", "image", "partner", "partner_user", "repeat", "card", "original", "group_card")
OCTETS = """
    SELECT (SELECT total(octet_length(data) + octet_length(small)) FROM image)
         + (SELECT total(octet_length(card)) FROM card) + (SELECT total(octet_length(card)) FROM original)
         + (SELECT total(octet_length(card)) FROM group_card)
         + (SELECT total(octet_length(before)) FROM change)"""


async def test_others_write_while_an_erased_contact_leaves_beside_a_backup(store: SqliteStore, tmp_path: Path) -> None:
    book = await book_of(store)
    made = await book.create(first="Zyxomma")
    await book.create(first="Wile")
    with contextlib.closing(apsw.Connection(str(store.database.file))) as backup:
        backup.execute("BEGIN; SELECT count(*) FROM contact").fetchall()
        erasing = asyncio.create_task(book.contacts.erase(book.sid, "1000", made, by="test"))
        await gone(book, made)
        others = [await book.create() for _ in range(10)]
        assert not erasing.done()
        assert b"zyxomma" in written(tmp_path / "data")
    await erasing
    assert b"zyxomma" not in written(tmp_path / "data")
    assert await book.found() == ["2", *others]


async def test_who_erases_beside_a_backup_without_an_end_is_told(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ERASE_WAIT", limits.ERASE_WAIT._replace(value=0))
    book = await book_of(store)
    made = await book.create(first="Zyxomma")
    with contextlib.closing(apsw.Connection(str(store.database.file))) as backup:
        backup.execute("BEGIN; SELECT count(*) FROM contact").fetchall()
        with pytest.raises(StoreError, match="-wal still holds what it was"):
            await book.contacts.erase(book.sid, "1000", made, by="test")
        assert await book.found() == []


async def gone(book: Book, contact: str) -> None:
    while contact in await book.found():  # noqa: ASYNC110 - nothing tells when it is gone
        await asyncio.sleep(0.01)


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir()).lower()


async def test_between_two_slices_others_have_a_quarter_of_the_time(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has just let go of the lock between processes has it again before another, who waits for it, is awake."""
    now, pauses = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    left = [1.0, 4.0, 2.0]

    def unit(_connection: WriteConnection) -> bool:
        now[0] += left.pop(0)
        return bool(left)

    monkeypatch.setattr(database, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(database, "asyncio", SimpleNamespace(sleep=sleep))
    await store.database.write_slices(unit)
    assert (left, pauses) == ([], [0.25, 1.0])


async def test_an_account_goes_in_slices_whatever_it_has(store: SqliteStore) -> None:
    """Its images, and then everything that pointed to it, went in one commit."""
    book, other = await book_of(store), await book_of(store)
    for number in range(12):
        made = await book.create(image_file=b"GIF %d" % number + bytes(LARGE))
        await book.patch(made, first="Other")
    await other.create(image_file=b"GIF of another")
    await store.database.write(lambda c: fill(c, account_number(c, book.sid)))
    await partners.add_user(store.partners, book.sid, "10000", first="Road", last="Runner", email="road@example.com")
    account = await store.database.write(lambda c: account_number(c, book.sid))
    before, left = sizes(store), True
    while left:
        left = await store.database.write(lambda c: remove_account.remove_some(c, account))
        after = sizes(store)
        for table in TABLES:
            assert before[table] - after[table] <= ROWS
        assert before["octets"] - after["octets"] <= remove_account.OCTETS + 2 * LARGE
        before = after
    assert {table for table in TABLES if before[table]} == {
        "contact",
        "change",
        "image",
        "partner",
        "card",
        "original",
        "group_card",
    }
    assert await other.found() == ["1"]
    assert await store.check() == []


def fill(connection: apsw.Connection, account: int) -> None:
    """Give an account many partner accounts, and contacts with large cards and records."""
    rows = [(account, str(number)) for number in range(1_200)]
    connection.executemany("INSERT INTO partner (account, id, name) VALUES (?, ?, '')", rows)
    connection.executemany("INSERT INTO repeat (account, key, digest, number, created) VALUES (?, ?, x'', 1, 0)", rows)
    for table in ("card", "original"):
        connection.execute(f"INSERT INTO {table} (contact, card) SELECT contact, zeroblob(900000) FROM contact").close()  # noqa: S608 - constants
    connection.execute(
        """INSERT INTO group_card (group_card, campaign, uid, card)
        SELECT contact, campaign, contact, zeroblob(900000) FROM contact"""
    ).close()
    connection.execute("UPDATE change SET before = json_set(before, '$.x', hex(zeroblob(400000)))").close()


def sizes(store: SqliteStore) -> dict[str, int]:
    def look(connection: apsw.Connection) -> dict[str, int]:
        found = {table: int(connection.execute(f"SELECT count(*) FROM {table}").get) for table in TABLES}  # noqa: S608 - constants
        return found | {"octets": int(connection.execute(OCTETS).get)}

    return store.database.glance(look)
