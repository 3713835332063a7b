"""Look-ups of an import behind a Bloom filter: whom somebody else adds meanwhile is found all the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cardwright.book.known_people import KnownPeople
from cardwright.book.match_keys import RULES, keys_of
from cardwright.book.ports import Draft
from cardwright.contact.model import Contact, Email, Name
from cardwright.store import open_store
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from cardwright.book.ports import Place

IDA, WILE = (Contact(Name(name), emails=(Email(f"{name}@example.com"),), uid=name) for name in ("ida", "wile"))


async def test_whom_somebody_else_adds_while_new_contacts_are_kept_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path / "data") as store:
        book = await book_of(store)
        people = KnownPeople(store.imports, store.contacts, book.place, RULES["name"])
        assert await people.find([keys_of(IDA)], cards=False) == [None]  # of an empty campaign everybody is known
        create = store.imports.create
        may_be_kept = asyncio.Event()

        async def late(place: Place, drafts: Sequence[Draft], by: str) -> tuple[Sequence[int], int]:
            await may_be_kept.wait()
            return await create(place, drafts, by)

        monkeypatch.setattr(store.imports, "create", late)
        keeping = people.create([Draft(IDA, ("10000",))], "import", have_uids=[False])
        wile = await book.keep(WILE)
        finding = asyncio.create_task(people.find([keys_of(IDA), keys_of(WILE)], cards=False))
        await asyncio.sleep(0)
        may_be_kept.set()
        found = await finding
        assert [it.number for one in found if one for it in one.contacts] == [*(await keeping), wile]


async def test_who_cannot_be_among_those_on_their_way_is_found_while_these_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path / "data") as store:
        book = await book_of(store)
        people = KnownPeople(store.imports, store.contacts, book.place, RULES["name"])
        ida, wile = keys_of(IDA), keys_of(WILE)
        assert await people.find([ida, wile], cards=False) == [None] * 2  # of an empty campaign everybody is known
        numbers = await people.create([Draft(IDA, (), keys=ida)], "import", have_uids=[False])
        create = store.imports.create
        may_be_kept = asyncio.Event()

        async def late(place: Place, drafts: Sequence[Draft], by: str) -> tuple[Sequence[int], int]:
            await may_be_kept.wait()
            return await create(place, drafts, by)

        monkeypatch.setattr(store.imports, "create", late)
        keeping = people.create([Draft(WILE, (), keys=wile)], "import", have_uids=[False])
        (found,) = await asyncio.wait_for(people.find([ida], cards=False), 5)
        assert found
        assert [it.number for it in found.contacts] == [*numbers]
        assert not people.is_new(ida)
        may_be_kept.set()
        await keeping


async def test_new_is_who_has_nothing_in_common_with_anybody_looked_up_before(tmp_path: Path) -> None:
    async with open_store(tmp_path / "data") as store:
        people = KnownPeople(store.imports, store.contacts, (await book_of(store)).place, RULES["name"])
        ida, wile, namesake = keys_of(IDA), keys_of(WILE), keys_of(IDA._replace(uid="another"))
        assert await people.find([ida, wile, namesake], cards=False) == [None] * 3
        assert [people.is_new(keys) for keys in (ida, wile, namesake)] == [True, True, False]
