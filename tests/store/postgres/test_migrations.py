"""The schema: made once, by one of those who come, and brought up to date by whom that is asked of alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright import __version__
from cardwright.book.card_ports import Book
from cardwright.errors import StoreError
from cardwright.store.postgres import PostgresStore, driver, migrations
from cardwright.store.postgres.migrations import LAST
from store.cards_contract import Client, Phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.migration_step import MigrationStep
    from cardwright.store import Older, Tell
    from postgres import Cluster

AT = "SELECT schema || ' ' || program FROM cardwright"


@pytest.fixture
def fresh(postgres: Cluster) -> Iterator[str]:
    """The address of a database that has nothing in it."""
    with postgres.database() as address:
        yield address


async def opens(address: str, older: Older = "migrate", tell: Tell | None = None) -> tuple[int, int]:
    store = await PostgresStore.open(address, older, tell)
    await store.close()
    return store.schemas


async def test_of_those_who_come_at_once_one_makes_the_schema(fresh: str, postgres: Cluster) -> None:
    found = await asyncio.gather(*(opens(fresh) for _ in range(6)))
    assert sorted(found) == [(0, LAST), *[(LAST, LAST)] * 5]
    assert postgres.run(AT, postgres.name_of(fresh)) == f"{LAST} {__version__}"
    assert postgres.run("SELECT count(*) FROM generation", postgres.name_of(fresh)) == "1"


async def test_a_newer_schema_is_refused_and_told_whose_it_is(fresh: str, postgres: Cluster) -> None:
    await opens(fresh)
    postgres.run("UPDATE cardwright SET schema = schema + 1, program = '9.8.7'", postgres.name_of(fresh))
    olders: tuple[Older, ...] = ("migrate", "refuse", "take")
    for older in olders:
        with pytest.raises(StoreError, match=rf"newer Cardwright \(9\.8\.7, schema {LAST + 1}\)"):
            await opens(fresh, older)


async def test_what_is_cut_short_has_not_begun(fresh: str, postgres: Cluster) -> None:
    def stop(_: MigrationStep) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        await opens(fresh, tell=stop)
    assert postgres.run("SELECT to_regclass('account')", postgres.name_of(fresh)) == ""
    told: list[MigrationStep] = []
    assert await opens(fresh, tell=told.append) == (0, LAST)
    assert [(step.schema, step.what) for step in told][:1] == [(1, "schema")]


async def test_tables_of_another_program_are_left_alone(fresh: str, postgres: Cluster) -> None:
    postgres.run("CREATE TABLE account (theirs integer)", postgres.name_of(fresh))
    with pytest.raises(StoreError, match="another program"):
        await opens(fresh)
    assert postgres.run("SELECT to_regclass('cardwright')", postgres.name_of(fresh)) == ""


async def test_a_generation_is_that_of_the_database(fresh: str, postgres: Cluster) -> None:
    """A copy of a database is another history; a second connection to the same is not."""
    one, again = await PostgresStore.open(fresh), await PostgresStore.open(fresh)
    first = await one.contacts.generation()
    assert first
    assert await again.contacts.generation() == first
    await one.close()
    await again.close()
    copy = f"{postgres.name_of(fresh)}x"
    postgres.run(f"CREATE DATABASE {copy} TEMPLATE {postgres.name_of(fresh)}")
    other = await PostgresStore.open(postgres.address(copy))
    assert await other.contacts.generation() != first
    await other.close()


_EARLIER = """
    INSERT INTO account (account, sid, name, key, created) VALUES (7, 'IRacme', 'Acme', '', 1);
    INSERT INTO counter (account, last_campaign) VALUES (7, 2);
    INSERT INTO campaign (account, campaign, id, name, sequence) VALUES (7, 1, '1000', '', 5), (7, 2, '2000', '', 3);
    INSERT INTO group_card (account, campaign, number, uid, digest, card)
      VALUES (7, 1, 1, 'one', 'a', 'A'), (7, 1, 4, 'two', 'b', 'B'), (7, 2, 1, 'one', 'a', 'C')"""


async def test_groups_of_before_address_books_are_told_once_each(fresh: str, postgres: Cluster) -> None:
    """They had no revisions: each is given one of its campaign, after every change that was counted."""
    connection = await driver.connect(fresh)
    await migrations.bring(connection, "", "migrate", None, to=13)
    await connection.close()
    postgres.run(_EARLIER, postgres.name_of(fresh))
    store = await PostgresStore.open(fresh)
    phone = Phone(store, Book("IRacme", "1000"))
    assert [(card.name, card.revision) for card in await phone.listed()] == [("one.vcf", 6), ("two.vcf", 7)]
    client = Client(phone, 1)
    assert await client.sync() == (["one.vcf", "two.vcf"], [])
    await phone.put_group("one.vcf", "one", b"D")
    assert await client.sync() == (["one.vcf"], [])
    names = [card.name for card in await Phone(store, Book("IRacme", "")).listed()]
    assert names == ["one.vcf", "two.vcf", "group-1-one.vcf"]
    assert await store.check() == []
    await store.close()
