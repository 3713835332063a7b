from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import apsw

from cardwright.store import check_file, open_store
from cardwright.store.sqlite.database import FILE
from store.acme import book_of
from store.groups_contract import GroupContract, group, kept
from store.importing import outcomes

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.book.ports import Store


class TestGroups(GroupContract):
    pass


async def test_a_backup_has_it(store: Store, tmp_path: Path) -> None:
    book = await book_of(store)
    await outcomes(book, group())
    folder = tmp_path / "restored"
    folder.mkdir(mode=0o700)
    await store.backup(folder / FILE)
    assert check_file(folder / FILE) == []
    async with open_store(folder) as restored:
        assert await kept(book, restored) == [group()]


async def test_what_is_removed_leaves_the_file(tmp_path: Path) -> None:
    async with open_store(tmp_path / "data") as store:
        book = await book_of(store)
        await outcomes(book, group())
    assert b"Rowers" in (tmp_path / "data" / FILE).read_bytes()
    async with open_store(tmp_path / "data") as store:
        await store.partners.remove_campaign(book.sid, "1000")
    assert b"Rowers" not in (tmp_path / "data" / FILE).read_bytes()


async def test_one_in_another_campaign_is_told(store: Store, tmp_path: Path) -> None:
    book = await book_of(store)
    await outcomes(book, group())
    with contextlib.closing(apsw.Connection(str(tmp_path / "data" / FILE))) as connection:
        connection.execute("UPDATE group_card SET group_card = group_card + (1 << 41)").fetchall()
    (told,) = await store.check()
    assert "group" in told
    assert "is not in its campaign" in told
