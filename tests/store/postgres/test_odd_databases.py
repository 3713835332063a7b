"""Addresses that are none, and databases that a store cannot be in, or that an operator has set up for others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cardwright.contact.model import Contact, Name
from cardwright.errors import InvalidError, StoreError
from cardwright.store import moved, named, open_store
from cardwright.store.postgres import PostgresStore
from store.acme import book_of

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

    from postgres import Cluster


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:SECRET/X@127.0.0.1/cards",  # a sign of addresses ends the password, as urlsplit reads it
        "postgresql://me:12/SECRET@127.0.0.1/cards",
        "postgresql://me:SECRET#X@127.0.0.1/cards",
        "postgresql://me:12#SECRET@127.0.0.1/cards",
        "postgresql://me:SECRET?X@127.0.0.1/cards",
        "postgresql://me:12?a=SECRET@127.0.0.1/cards",
        "postgresql://me:SECRET[X@127.0.0.1/cards",
        "postgresql://me:SECRET]X@127.0.0.1/cards",
        "postgresql://me:SECRET@127.0.0.1:54x2/cards",
        "postgresql://me:SECRET@127.0.0.1:99999/cards",
        "postgresql://me:SECRET@127.0.0.1:1:2/cards",
        "postgresql://me:SECRET@one,two:x/cards",
        "postgresql://me:SECRET@one/cards?sslmode",
        "postgresql:/me:SECRET@one/cards",
        "host=127.0.0.1 user=me password=SECRET",
        "POSTGRESQL://me:SECRET@127.0.0.1/cards",
    ],
)
def test_an_address_that_is_none_is_refused_without_a_word_of_it(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = "".join(str(asyncio.run(refused(use))) for use in (open_store(address).__aenter__(), move(address)))
    assert "SECRET" not in told
    assert "12" not in told
    if address.startswith("postgresql://"):
        assert named(address) == "the PostgreSQL database"
    assert not list(tmp_path.iterdir())


async def refused(use: Awaitable[object]) -> InvalidError:
    with pytest.raises(InvalidError) as caught:
        await use
    return caught.value


async def move(address: str) -> None:
    await moved(address, "target", lambda _: None)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ("connect_timeout=5", "parameters of the address"),  # the server knows no such setting
        ("sslmode=often", "parameters of the address"),
        ("options=-c%20search_path%3Dnone", "search_path"),
        ("default_transaction_read_only=on", "is read-only"),
        ("sslmode=verify-full&sslrootcert=/nowhere/root.crt", "certificate that cannot be read: .* sslrootcert"),
        ("sslmode=require&sslcert=/nowhere/client.crt&sslkey=/nowhere/client.key", "certificate that cannot be read"),
        ("sslmode=verify-full&sslrootcert=/", "certificate that cannot be read"),
        ("host=/nowhere", "does not answer"),
    ],
)
async def test_a_connection_that_cannot_be_made_says_what_to_look_at(
    postgres: Cluster, parameters: str, says: str
) -> None:
    with postgres.database() as address, pytest.raises(StoreError, match=says):
        async with open_store(f"{address}&{parameters}"):
            pass


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
async def test_a_database_that_cannot_hold_every_text_is_refused(postgres: Cluster, encoding: str) -> None:
    name = f"encoded_{encoding.lower()}"
    postgres.run(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")
    try:
        with pytest.raises(StoreError, match=f"encoding {encoding}"):
            async with open_store(postgres.address(name)):
                pass
        assert postgres.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name) == "0"
    finally:
        postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    "made",
    [
        *[
            f"CREATE TABLE {name} (x int)"
            for name in ("account", "contact", "image", "cardwright", "change", "import_job", "unfinished_copy")
        ],
        "CREATE VIEW contact AS SELECT 1",
        "CREATE TYPE change AS ENUM ('up')",
        "CREATE TABLE theirs (x int); CREATE INDEX contact_user ON theirs (x)",
    ],
)
async def test_what_another_program_has_is_left_alone(postgres: Cluster, made: str) -> None:
    """Also where one name alone is the same: nothing is made beside it but, for an index, the row of the schema."""
    with postgres.database() as address:
        name = postgres.name_of(address)
        postgres.run(made, name)
        with pytest.raises(StoreError, match="tables of another program"):
            async with open_store(address):
                pass
        left = postgres.run("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = 2200", name)
        assert left in ({"2"} if "INDEX" in made else {"0", "1"})


async def test_what_an_operator_set_for_others_does_not_cut_what_takes_long(postgres: Cluster) -> None:
    with postgres.database() as address:
        name = postgres.name_of(address)
        for setting in (
            "statement_timeout = '100ms'",
            "lock_timeout = '100ms'",
            "idle_in_transaction_session_timeout = '100ms'",
            "default_transaction_isolation = 'serializable'",
            "synchronous_commit = 'local'",
        ):
            postgres.run(f"ALTER DATABASE {name} SET {setting}")
        store = await PostgresStore.open(address)
        try:
            await store.database.snapshot(lambda c: c.value("SELECT pg_sleep(0.3)"))
            assert await store.database.read(lambda c: c.value("SHOW transaction_isolation")) == "read committed"
            assert await store.database.read(lambda c: c.value("SHOW synchronous_commit")) == "on"
            assert await (await book_of(store)).keep(Contact(Name("Wile"))) == 1
        finally:
            await store.close()


async def test_a_schema_of_its_own(postgres: Cluster) -> None:
    with postgres.database() as address:
        name = postgres.name_of(address)
        postgres.run(f"CREATE SCHEMA \"Its own-1\"; ALTER DATABASE {name} SET search_path = 'Its own-1'", name)
        for _ in range(2):
            async with open_store(address) as store:
                assert await store.check() == []
        assert postgres.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name) == "0"


async def test_a_database_that_lets_nobody_in_says_so(postgres: Cluster) -> None:
    with postgres.database() as address:
        postgres.run(f"ALTER DATABASE {postgres.name_of(address)} ALLOW_CONNECTIONS false")
        with pytest.raises(StoreError, match="takes no connections: let it, by ALTER DATABASE with ALLOW_CONNECTIONS"):
            async with open_store(address):
                pass
