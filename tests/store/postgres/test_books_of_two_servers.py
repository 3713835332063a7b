"""Two servers on one database put cards and tell of them at once: who follows both misses nothing, hears each once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.postgres.books import naming
from store.cards_contract import BY, Client, Phone, all_of, phone_of, second_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from cardwright.store.postgres import PostgresStore

WRITES = 20


class Wanderer(Client):
    """A client that a balancer sends to one server and then to the other, with every part."""

    def __init__(self, phones: Sequence[Phone], limit: int) -> None:
        super().__init__(phones[0], limit)
        self.phones = phones

    async def sync(self) -> tuple[list[str], list[str]]:
        self.phone = self.phones[len(self.told) % len(self.phones)]
        return await super().sync()


async def write(phone: Phone, second: Phone, writer: str) -> None:
    """Put, change, rename, move, make otherwise, delete and restore, as several clients do."""
    for at in range(WRITES):
        name = f"{writer}{at % 5}.vcf"
        made = await phone.create()
        await phone.put(name, f"{writer}{at % 5}", f"N{at}")
        await phone.put_group(f"g{writer}.vcf", f"g{writer}", b"%d" % at)
        match at % 5:
            case 1:
                await phone.remove(made)
            case 2:
                await phone.delete(name)
            case 3:
                await phone.move(name, f"moved-{name}")
                await phone.move(f"moved-{name}", name)
            case 4:
                if at > 4:
                    await second.delete(f"{at - 5}-{name}")  # another card with this UID is there
                await phone.move(name, f"{at}-{name}", second)
                await phone.remove(made)
                await phone.restore(made)


async def test_who_follows_both_misses_nothing_and_hears_nothing_twice(
    store: PostgresStore, other: PostgresStore
) -> None:
    here = await phone_of(store)
    second = await second_of(here)
    there, all_ = here._replace(store=other), all_of(here)
    clients = [
        Wanderer((here, there), 3),
        Wanderer((there, here), 1_000),
        Wanderer((all_, all_._replace(store=other)), 7),
        Wanderer((second, second._replace(store=other)), 1),
    ]
    done = asyncio.Event()

    async def follow(client: Client) -> None:
        while not done.is_set():
            await client.sync()

    following = [asyncio.ensure_future(follow(client)) for client in clients]
    writers = [write(here, second, "a"), write(there, second._replace(store=other), "b")]
    try:
        await asyncio.gather(*writers)
    finally:
        done.set()
        await asyncio.gather(*following)
    for client in clients:
        await client.sync()
        await client.check()
        assert len(set(client.told)) == len(client.told)
    assert await store.check() == []


async def test_one_name_at_once_is_one_card(store: PostgresStore, other: PostgresStore) -> None:
    """The first creates it, and each after finds it there, on whichever server."""
    here = await phone_of(store)
    there = here._replace(store=other)
    for at in range(10):
        name = f"{at}.vcf"
        kept = await asyncio.gather(*(one.put(name, f"u{at}", f"N{n}") for n, one in enumerate([here, there] * 4)))
        assert sorted(one.is_new for one in kept) == [False] * 7 + [True]
        assert {one.card.number for one in kept} == {at + 1}
        assert len({one.card.revision for one in kept}) == 8
    assert await here.names() == [f"{at}.vcf" for at in range(10)]


async def test_one_uid_under_two_names_is_taken_once(store: PostgresStore, other: PostgresStore) -> None:
    here = await phone_of(store)
    for at in range(10):
        puts = [one.put(f"{at}-{n}.vcf", f"u{at}") for n, one in enumerate([here, here._replace(store=other)] * 2)]
        kept = await asyncio.gather(*puts, return_exceptions=True)
        (name,) = [one.card.name for one in kept if not isinstance(one, BaseException)]
        refused = [one for one in kept if isinstance(one, ConflictError)]
        assert [getattr(one, "name", "") for one in refused] == [name] * 3


async def test_what_both_name_at_once_has_one_name(
    store: PostgresStore, other: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "_PORTION", 7)
    here = await phone_of(store)
    phones = here, here._replace(store=other), all_of(here), all_of(here)._replace(store=other)
    for _ in range(3):
        for _ in range(40):
            await here.create("same")
        first, again, *in_all = await asyncio.gather(*(phone.names() for phone in phones))
        assert first == again
        assert in_all[0] == in_all[1]
        assert len(set(first)) == len(first) == len(set(in_all[0]))
    assert await store.check() == []


async def test_two_who_delete_a_card_at_once(store: PostgresStore, other: PostgresStore) -> None:
    here = await phone_of(store)
    there = here._replace(store=other)
    for _ in range(5):
        await here.put("a.vcf")
        ends = await asyncio.gather(
            here.delete("a.vcf"),
            other.cards.delete(there.book, "a.vcf", lambda _: None, BY),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in ends) == ["NoneType", NotFoundError.__name__]
