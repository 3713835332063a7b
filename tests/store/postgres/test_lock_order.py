"""Who changes several contacts first takes all of them, in the order of their keys: no two servers wait in a ring."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cardwright.book import partners
from cardwright.book.contacts import Contacts
from store.acme import Images, book_of
from store.cards_contract import phone_of, second_of
from store.merges_contract import merge, two

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cardwright.store.postgres import PostgresStore
    from cardwright.store.postgres.driver import Connection
    from store.acme import Book

_TAKE = "SELECT 1 FROM contact WHERE number = $1 FOR UPDATE"
_TAKE_CAMPAIGNS = "SELECT 1 FROM campaign FOR UPDATE NOWAIT"
_WAITS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"""


_TAKE_ACCOUNT = "SELECT 1 FROM counter WHERE account = $1 FOR UPDATE"


async def beside(
    store: PostgresStore, held: int, use_case: Callable[[], Awaitable[object]], then: str, take: str = _TAKE
) -> None:
    """Hold a contact until the use case of another server waits for it, and then take what it must not hold."""
    begun: list[asyncio.Future[object]] = []

    async def unit(connection: Connection) -> None:
        await connection.execute(take, held)
        begun.append(asyncio.ensure_future(use_case()))
        async with asyncio.timeout(60):
            while not await connection.value(_WAITS):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.01)
        await connection.execute(then)

    await store.database.write(unit)
    await begun[0]
    assert await store.check() == []


@pytest.mark.parametrize("turned", [False, True])
async def test_a_merge(store: PostgresStore, other: PostgresStore, *, turned: bool) -> None:
    book = await book_of(store)
    lower, higher = await two(book)
    first, second = (higher, lower) if turned else (lower, higher)
    there = book._replace(store=other)
    await beside(store, lower, lambda: merge(there, first, second), f"{_TAKE.replace('$1', str(higher))} NOWAIT")


async def test_creates_in_two_accounts(store: PostgresStore, other: PostgresStore) -> None:
    books = [await book_of(store), await book_of(store)]
    accounts = await store.database.read(lambda c: c.rows("SELECT account FROM counter ORDER BY account"))
    (lower,), (higher,) = accounts
    there = [it._replace(contacts=Contacts(other.contacts, Images())) for it in books]
    for some in (there, there[::-1]):
        both = partial(asyncio.gather, *(it.create() for it in some))
        await beside(store, lower, both, f"{_TAKE_ACCOUNT.replace('$1', str(higher))} NOWAIT", _TAKE_ACCOUNT)


async def test_a_partner_account_that_goes(store: PostgresStore, other: PostgresStore) -> None:
    book = await book_of(store)
    for _ in range(2):
        await book.create(partners=("10000", "10001"))
    going = lambda: partners.remove_partner(other.partners, book.sid, "10001", by="test")  # noqa: E731 - short
    await beside(store, 2, going, _TAKE_CAMPAIGNS)


@pytest.mark.parametrize("what", ["changes", "goes"])
async def test_a_partner_user_with_contacts_in_two_campaigns(
    store: PostgresStore, other: PostgresStore, what: str
) -> None:
    book = await book_of(store)
    await partners.add_campaign(store.partners, book.sid, "2000", "Second")
    user = await made_user(book)
    ports, who = other.partners, (book.sid, "10000", user)
    use_cases: dict[str, Callable[[], Awaitable[object]]] = {
        "changes": lambda: partners.update_user(ports, *who, title="Fast"),
        "goes": lambda: partners.remove_user(ports, *who),
    }
    await beside(store, 2, use_cases[what], _TAKE_CAMPAIGNS)


async def made_user(book: Book) -> str:
    person = {"first": "Road", "last": "Runner", "email": "beep@example.com"}
    return (await partners.add_user(book.store.partners, book.sid, "10000", **person, title="")).id


@pytest.mark.parametrize("what", ["deletes", "renames", "moves", "moves onto"])
async def test_a_card_of_an_address_book(store: PostgresStore, other: PostgresStore, what: str) -> None:
    phone = await phone_of(store)
    second = await second_of(phone)
    await phone.put("a.vcf", "one")
    held = (await second.put("b.vcf", "one")).card.number if what == "moves onto" else 1
    there, there_second = phone._replace(store=other), second._replace(store=other)
    use_cases: dict[str, Callable[[], Awaitable[object]]] = {
        "deletes": lambda: there.delete("a.vcf"),
        "renames": lambda: there.move("a.vcf", "c.vcf"),
        "moves": lambda: there.move("a.vcf", "b.vcf", there_second),
        "moves onto": lambda: there.move("a.vcf", "b.vcf", there_second),
    }
    await beside(store, held, use_cases[what], _TAKE_CAMPAIGNS)
