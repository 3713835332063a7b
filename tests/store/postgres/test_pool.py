"""The pool of connections, the lane of creates, and what faults of the database become."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from cardwright import limits
from cardwright.book.contacts import Contacts
from cardwright.contact.model import Contact, Email, Name
from cardwright.errors import ConflictError, InvalidError, StoreError, StoreFullError, UnavailableError
from cardwright.store.postgres import PostgresStore
from cardwright.store.postgres.address import hosts_of, named
from cardwright.store.postgres.driver import LOST, UNPROVEN, UNREACHABLE, UNREPLICATED, DriverError
from cardwright.store.postgres.faults import RefusedError, store_error
from postgres import cluster
from store.acme import Book, Images, book_of
from store.cards_contract import phone_of

if TYPE_CHECKING:
    from pathlib import Path

    from cardwright.store.postgres.driver import Connection
    from postgres import Cluster

WAITS = ("synchronous_commit=on", "fsync=off", "listen_addresses=")
_TRANSACTION = "SELECT pg_current_xact_id()::text::bigint"
_BUMP = "UPDATE counter SET last_user = 7"
_BUMPED = "SELECT last_user FROM counter"


def person(at: int) -> Contact:
    return Contact(Name(f"W{at}", "Coyote"), emails=(Email("wile.coyote@example.com"),))


async def test_creates_that_wait_share_a_commit(store: PostgresStore) -> None:
    book = await book_of(store)
    before = await store.database.read(lambda c: c.value(_TRANSACTION))
    made = await asyncio.gather(*(book.keep(person(at)) for at in range(300)))
    after = await store.database.read(lambda c: c.value(_TRANSACTION))
    assert sorted(made) == list(range(1, 301))
    assert after - before < 60
    for at in (0, 150, 299):
        assert (await book.get(str(made[at]))).contact.name.first == f"W{at}"


async def test_one_that_is_refused_leaves_the_others_of_its_commit_alone(store: PostgresStore) -> None:
    one, two = await book_of(store), await book_of(store)
    asked = [one.keep(person(1)), one.create(partners=("77",)), two.keep(person(2)), one.keep(person(3))]
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert (made[0], type(made[1]), *made[2:]) == (1, InvalidError, 1, 2)


async def test_a_row_that_the_database_refuses_leaves_the_others_alone(store: PostgresStore) -> None:
    book = await book_of(store)
    asked = [person(1), person(2)._replace(title="\0"), person(3)]  # no way in lets such a title through
    made = await asyncio.gather(*map(book.keep, asked), return_exceptions=True)
    assert (made[0], type(made[1]), made[2]) == (1, RefusedError, 2)


async def test_two_processes_create_side_by_side(store: PostgresStore, other: PostgresStore) -> None:
    one = await book_of(store)
    two = one._replace(store=other)
    numbers = await asyncio.gather(*(book.keep(person(at)) for at in range(200) for book in (one, two)))
    assert sorted(numbers) == list(range(1, 401))


async def test_a_campaign_that_takes_the_place_of_another_is_found(store: PostgresStore) -> None:
    """The lane remembers numbers of campaigns; each create makes sure of them."""
    book = await book_of(store)
    await book.keep(person(1))
    await store.database.write(lambda c: c.execute("UPDATE campaign SET id = '/removed/1'"))
    command = "INSERT INTO campaign (account, campaign, id, name) SELECT account, 9, '1000', 'New' FROM account"
    await store.database.write(lambda c: c.execute(command))
    assert await book.keep(person(2)) == 2
    where = await store.database.read(lambda c: c.value("SELECT campaign FROM contact WHERE number = 2"))
    assert where == 9


async def test_one_who_left_does_not_trouble_the_others(store: PostgresStore) -> None:
    book = await book_of(store)
    left, stays = (asyncio.ensure_future(book.keep(person(at))) for at in (1, 2))
    await asyncio.sleep(0)
    left.cancel()
    assert (await book.get(str(await stays))).contact.name.first == "W2"


async def test_a_write_goes_on_when_who_asked_has_left(store: PostgresStore, other: PostgresStore) -> None:
    await book_of(store)
    begun, asked = asyncio.Event(), asyncio.Event()

    async def unit(connection: Connection) -> None:
        await connection.execute(_BUMP)
        begun.set()
        await asked.wait()

    writing = asyncio.ensure_future(store.database.write(unit))
    await begun.wait()
    writing.cancel()
    await asyncio.sleep(0)
    asked.set()
    await store.database.close()
    assert await other.database.read(lambda c: c.value(_BUMPED)) == 7


async def test_what_a_unit_raises_undoes_it(store: PostgresStore) -> None:
    await book_of(store)

    async def unit(connection: Connection) -> None:
        await connection.execute(_BUMP)
        raise ConflictError

    with pytest.raises(ConflictError):
        await store.database.write(unit)
    assert await store.database.read(lambda c: c.value(_BUMPED)) == 0


async def test_a_serialization_failure_is_tried_once_more(store: PostgresStore) -> None:
    tried = []

    async def unit(_: Connection) -> str:
        tried.append(1)
        if len(tried) < 2:
            raise DriverError("40001", "could not serialize access")
        return "done"

    assert await store.database.write(unit) == "done"

    async def never(_: Connection) -> None:
        raise DriverError("40P01", "deadlock detected")

    with pytest.raises(StoreError):
        await store.database.write(never)


async def test_a_lost_connection_is_not_tried_again(store: PostgresStore, postgres: Cluster, address: str) -> None:
    """What was on its way may have been done: it is for the caller to ask again, with the same idempotency key."""
    tried = []

    async def unit(connection: Connection) -> None:
        tried.append(await connection.value("SELECT pg_backend_pid()"))
        postgres.run(f"SELECT pg_terminate_backend({tried[-1]})", postgres.name_of(address))
        await connection.execute(_BUMP)

    with pytest.raises(StoreError):
        await store.database.write(unit)
    assert len(tried) == 1
    await store.ready()


async def test_over_the_limit_nobody_waits(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORE_WAITING", limits.STORE_WAITING._replace(value=3))
    book = await book_of(store)
    made = await asyncio.gather(*(book.keep(person(at)) for at in range(4)), return_exceptions=True)
    assert [type(one) for one in made] == [int, int, int, StoreError]
    reads = [store.database.read(lambda c: c.value("SELECT pg_sleep(0.01)")) for _ in range(20)]
    found = await asyncio.gather(*reads, return_exceptions=True)
    assert [type(one) for one in found].count(StoreError) == 20 - 8 - 3
    assert await book.keep(person(5)) == 4


async def test_a_host_that_hangs_is_left_for_the_next(postgres: Cluster, tmp_path: Path) -> None:
    """As one whose machine lost its power: a connection is taken, or is on its way, and nobody answers."""
    with socket.socket(socket.AF_UNIX) as hangs, postgres.database() as address:
        hangs.bind(str(tmp_path / ".s.PGSQL.5432"))
        hangs.listen()
        hosts = f"{tmp_path},{postgres.folder}"
        store = await PostgresStore.open(address.replace(f"host={postgres.folder}", f"host={hosts}&port=5432"))
        await store.ready()
        await store.close()


@pytest.mark.parametrize(
    ("address", "environment", "hosts"),
    [
        ("postgresql://me:a%2Cb@one,two:5433/cw", {}, [("one", 5432), ("two", 5433)]),
        ("postgresql://[::1],two/cw?port=1,2", {}, [("::1", 1), ("two", 2)]),
        ("postgresql://one,two/cw", {"PGPORT": "7"}, [("one", 7), ("two", 7)]),
        ("postgresql:///cw?host=/run/a,b&port=1,2", {}, [("/run/a", 1), ("b", 2)]),
        ("postgresql:///cw", {"PGHOST": "a,b", "PGPORT": "1,2"}, [("a", 1), ("b", 2)]),
        # these are the driver's to understand, or to refuse
        ("postgresql://one:5433/cw", {"PGHOST": "a,b"}, []),
        ("postgresql:///cw?service=two", {}, []),
        ("postgresql:///cw?host=a,b&port=1,2,3", {}, []),
        ("postgresql:///cw?host=a,b&port=x", {}, []),
    ],
)
def test_each_host_of_an_address_is_tried(
    monkeypatch: pytest.MonkeyPatch, address: str, environment: dict[str, str], hosts: list[tuple[str, int]]
) -> None:
    for name in ("PGHOST", "PGPORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert hosts_of(address) == hosts


async def test_a_statement_that_takes_too_long_is_left(store: PostgresStore) -> None:
    with pytest.raises(StoreError):
        await store.database.snapshot(lambda c: c.value("SELECT pg_sleep(60)"), seconds=0.1)
    await store.ready()


async def test_a_commit_whose_wait_for_the_standby_is_cancelled_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands on this server alone, and PostgreSQL calls it done, here in the language of its operator."""
    monkeypatch.setenv("LANGUAGE", "de")
    with cluster((*WAITS, "lc_messages=C.utf8")) as running, running.database() as address:
        store = await PostgresStore.open(address)
        book = await book_of(store)
        running.set("synchronous_standby_names", "nobody")
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        for write in (book.keep(person(1)), store.database.write(lambda c: c.execute(_BUMP))):
            task = asyncio.ensure_future(write)
            while not (pid := await asyncio.to_thread(running.run, waiting)):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.01)
            await asyncio.to_thread(running.run, f"SELECT pg_cancel_backend({pid})")
            with pytest.raises(StoreError, match="standby"):
                await task
        running.set("synchronous_standby_names", "")
        await store.close()


async def test_a_server_that_goes_and_comes_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with cluster() as running:
        store = await PostgresStore.open(running.address("postgres"))
        book = await book_of(store)
        running.stop("fast")
        for _ in range(3):
            with pytest.raises(StoreError):
                await book.keep(person(1))
            with pytest.raises(StoreError):
                await store.ready()
        assert 1 <= len(caplog.records) <= 2  # the connection broke; no new one is made
        assert not any(record.exc_info for record in caplog.records)
        running.start()
        await store.ready()
        assert await book.keep(person(1)) == 1
        await store.close()


@pytest.mark.parametrize(
    ("state", "kind", "says"),
    [
        ("53100", StoreFullError, "no room"),
        ("53300", UnavailableError, "max_connections"),
        ("28P01", UnavailableError, "password"),
        ("3D000", UnavailableError, "createdb"),
        ("25006", UnavailableError, "read-only"),
        ("26000", UnavailableError, "pool sessions"),
        ("42P05", UnavailableError, "pool sessions"),
        ("42501", UnavailableError, "createdb --owner"),
        ("57014", UnavailableError, "cancelled"),
        (UNPROVEN, UnavailableError, "sslmode"),
        ("57P01", UnavailableError, "shutting down"),
        (LOST, UnavailableError, "may have been written, or not"),
        (UNREACHABLE, UnavailableError, "does not answer"),
        (UNREPLICATED, UnavailableError, "standby"),
        ("XX000", StoreError, "SQLSTATE XX000"),
    ],
)
def test_faults(state: str, kind: type[Exception], says: str) -> None:
    fault = store_error(DriverError(state, "what somebody sent"), "PostgreSQL database x at y")
    assert type(fault) is kind
    assert says in str(fault)
    assert "somebody" not in str(fault)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://me:secret@one,two:5433/cw?password=secret", "PostgreSQL database cw at one,two:5433"),
        ("postgresql:///cw?host=/run/postgresql&user=secret", "PostgreSQL database cw at /run/postgresql"),
        ("postgresql://", "PostgreSQL database (of the user) at (the usual host)"),
        ("postgresql://a:b@c\n/d", "PostgreSQL database d at c"),
    ],
)
def test_an_address_is_told_without_what_is_secret(address: str, told: str) -> None:
    assert named(address) == told


async def test_updates_that_wait_share_a_commit(store: PostgresStore) -> None:
    book = await book_of(store)
    made = [str(number) for number in await asyncio.gather(*(book.keep(person(at)) for at in range(100)))]
    before = await store.database.read(lambda c: c.value(_TRANSACTION))
    changed = await asyncio.gather(*(book.patch(one, title=f"T{one}") for one in made))
    after = await store.database.read(lambda c: c.value(_TRANSACTION))
    assert after - before < 60
    assert [one.contact.title for one in changed] == [f"T{one}" for one in made]
    assert await asyncio.gather(*map(book.get, made)) == changed
    assert len({one.revision for one in changed}) == 100


async def test_of_edits_that_come_at_once_each_is_made_of_the_one_before(
    store: PostgresStore, other: PostgresStore
) -> None:
    book = await book_of(store)
    number = await book.keep(person(1))
    labels = [f"L{at}" for at in range(24)]
    books = [book, Book(other, Contacts(other.contacts, Images()), book.sid)] * 12
    await asyncio.gather(
        *(one.patch(str(number), labels_add=(label,)) for one, label in zip(books, labels, strict=True))
    )
    changed = await book.get(str(number))
    assert sorted(changed.contact.labels) == sorted(labels)
    assert changed.revision == 25
    recorded = await store.database.read(lambda c: c.value("SELECT count(DISTINCT before) FROM change"))
    assert recorded == 24


@pytest.mark.parametrize(("seconds", "is_given_up"), [(0.3, True), (60.0, False)])
async def test_a_list_that_takes_too_long_is_given_up(
    store: PostgresStore,
    other: PostgresStore,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    is_given_up: bool,  # noqa: FBT001 - a column of the table
) -> None:
    monkeypatch.setattr(limits, "STORE_LIST", limits.STORE_LIST._replace(value=seconds))
    book = await book_of(store)
    made = await book.create()
    held, over = asyncio.Event(), asyncio.Event()

    async def hold(connection: Connection) -> None:
        await connection.execute("LOCK TABLE contact IN ACCESS EXCLUSIVE MODE")
        held.set()
        await over.wait()

    holding = asyncio.create_task(other.database.write(hold))
    await held.wait()
    listing = asyncio.create_task(book.found())
    try:
        if is_given_up:
            with pytest.raises(StoreError):
                await listing
    finally:
        over.set()
        await holding
    assert is_given_up or await listing == [made]


async def test_with_too_few_connections_it_answers_later() -> None:
    """A worker would have eight; the server has five."""
    settings = ("max_connections=5", "superuser_reserved_connections=0", "listen_addresses=", "fsync=off")
    with cluster(settings) as running, running.database() as address:
        store = await PostgresStore.open(address)
        try:
            slow = "SELECT $1::integer FROM pg_sleep(0.1)"
            found = await asyncio.gather(*(store.database.read(lambda c, at=at: c.value(slow, at)) for at in range(24)))
            assert found == list(range(24))
        finally:
            await store.close()


async def test_a_new_card_is_put_without_a_look_before_its_commit(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await phone_of(store)
    await phone.put("a.vcf")
    looks: list[object] = []
    for look in ("read", "snapshot"):
        monkeypatch.setattr(store.database, look, looks.append)
    made = await asyncio.gather(*(phone.put(f"{at}.vcf") for at in range(5)))
    assert ([one.is_new for one in made], looks) == ([True] * 5, [])
