"""What a distributed engine asks of the store: every statement names one account, every key begins with it."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from cardwright.contact.model import Contact, Email, Name
from cardwright.store import postgres as package
from cardwright.store.postgres import distribution, migrations
from cardwright.store.postgres.distribution import DISTRIBUTED, FUNCTIONS, REFERENCE
from serving import run
from store import cards_contract, changes_contract, contacts_contract, removals_contract
from store.acme import book_of
from store.contract import PartnerContract
from store.postgres.naming import EXCEPTIONS, functions, unnamed
from store.postgres.refused import ELSEWHERE, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.store.postgres import PostgresStore
    from postgres import Cluster

PLAIN: Final = {"keep", "keep_all", "put_contacts"}
"""Functions for an engine of one node alone: they take several accounts."""
_CITUS: Final = """
    CREATE TABLE asked (what text);
    CREATE TABLE pg_dist_partition (logicalrelid regclass, partmethod "char", repmodel "char");
    INSERT INTO pg_dist_partition SELECT conrelid, 'n', 's' FROM pg_constraint WHERE contype = 'f';
    CREATE FUNCTION create_reference_table(named regclass) RETURNS void LANGUAGE sql AS $$
      DELETE FROM pg_dist_partition WHERE logicalrelid = named;
      INSERT INTO pg_dist_partition VALUES (named, 'n', 't'); INSERT INTO asked VALUES (named::text) $$;
    CREATE FUNCTION create_distributed_table(named regclass, by text, colocate_with text DEFAULT '') RETURNS void
      LANGUAGE sql AS $$ DELETE FROM pg_dist_partition WHERE logicalrelid = named;
      INSERT INTO pg_dist_partition VALUES (named, 'h', 's'); INSERT INTO asked VALUES (named::text) $$;
    CREATE FUNCTION create_distributed_function(called regprocedure, by text, colocate_with text) RETURNS void
      LANGUAGE sql AS $$ INSERT INTO asked SELECT proname || ' ' || by FROM pg_proc WHERE oid = called $$;
    CREATE FUNCTION truncate_local_data_after_distributing_table(named regclass) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN EXECUTE format('TRUNCATE %s CASCADE', named); INSERT INTO asked VALUES (named::text || ' gone'); END $$"""
_TRANSACTION: Final = "SELECT pg_current_xact_id()::text::bigint"
_SQL: Final = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")


def person(at: int) -> Contact:
    return Contact(Name(first="P", last=str(at)), emails=(Email(f"p{at}@example.com"),))


@pytest.fixture
def distributed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store think that its engine is distributed: it then names one account in every statement."""

    async def yes(_: object) -> bool:
        return True

    monkeypatch.setattr(distribution, "is_distributed", yes)


@pytest.mark.usefixtures("distributed")
class TestCreate(contacts_contract.CreateContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestRepeat(contacts_contract.RepeatContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestUpdate(contacts_contract.UpdateContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestEdit(changes_contract.EditContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestPartners(PartnerContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestRemoval(removals_contract.RemovalContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestCardPuts(cards_contract.PutContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestCardMoves(cards_contract.MoveContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestOctetsOfCards(cards_contract.OctetsContract):
    pass


class TestAllCampaigns(cards_contract.AllContract):
    pass


@pytest.mark.usefixtures("distributed")
class TestCardErase(cards_contract.EraseContract):
    pass


@pytest.mark.usefixtures("distributed")
async def test_accounts_are_written_side_by_side_each_by_calls_of_its_own(store: PostgresStore) -> None:
    books = [await book_of(store) for _ in range(3)]
    before = await store.database.read(lambda c: c.value(_TRANSACTION))
    made = await asyncio.gather(*(book.keep(person(at)) for at in range(20) for book in books))
    after = await store.database.read(lambda c: c.value(_TRANSACTION))
    assert sorted(made) == sorted([*range(1, 21)] * 3)
    assert 3 < after - before < 20, "three calls at the least; those who wait share one"
    changed = await asyncio.gather(*(book.patch(str(at), title=f"T{at}") for at in range(1, 21) for book in books))
    assert [sorted(one.revision for one in changed[at::3]) for at in range(3)] == [[*range(21, 41)]] * 3


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1 FROM token WHERE account = $1", ()),
        ("SELECT 1 FROM token WHERE digest = $1", ("token",)),
        ("SELECT 1 FROM token WHERE account = (SELECT account FROM account WHERE sid = $1)", ("token",)),
        ("SELECT 1 FROM account WHERE sid = $1", ()),
        ("DELETE FROM repeat WHERE created < $1", ("repeat",)),
        ("INSERT INTO token (account, id) VALUES ($1, $2)", ()),
        ("INSERT INTO block (account, block) SELECT $1, n FROM generate_series(1, 2) AS n", ()),
        ("INSERT INTO card (card) VALUES ($1)", ("card",)),
        ("UPDATE counter SET last_user = 1", ("counter",)),
        ("SELECT 1 FROM card JOIN contact USING (account, number) WHERE account = $1", ()),
        ("SELECT 1 FROM card JOIN contact USING (number) WHERE card.account = $1", ("contact",)),
        ("SELECT 1 FROM card JOIN contact ON contact.account = card.account WHERE card.account = $1", ()),
        ("SELECT 1 FROM image WHERE account = $1 AND EXISTS (SELECT FROM change WHERE image = $2)", ("change",)),
        ("DELETE FROM card AS c WHERE c.account = $1 AND (SELECT 1 FROM image WHERE image.account = $1)", ()),
        ("DELETE FROM card AS c WHERE c.account = $1 AND (SELECT 1 FROM image WHERE account = c.account)", ("image",)),
        ("WITH contact AS (SELECT * FROM page) SELECT 1 FROM contact", ()),
        ("WITH page AS (SELECT * FROM contact) SELECT 1 FROM page", ("contact",)),
        ("SELECT 1 FROM card WHERE account = $1 UNION ALL SELECT 2 FROM image", ("image",)),
        ("UPDATE campaign SET name = $2 WHERE account = ANY($1)", ("campaign",)),
    ],
)  # fmt: skip
def test_naming(sql: str, tables: tuple[str, ...]) -> None:
    """Of what the reader of SQL is worth: what it finds, and what it lets pass."""
    assert unnamed(sql) == tables


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("UPDATE import_job SET signed = clock_timestamp() WHERE account = $1", 1),
        ("UPDATE import_job SET signed = statement_timestamp() WHERE account = $1", 0),
        ("UPDATE import_job SET signed = CASE WHEN stop THEN now() ELSE signed END WHERE account = $1", 1),
        ("UPDATE campaign SET sequence = coalesce($2, extract(epoch FROM now())) WHERE account = $1", 1),
        ("DELETE FROM repeat WHERE account = $1 AND created < clock_timestamp()", 1),
        ("DELETE FROM repeat WHERE account = $1 RETURNING now()", 1),
        ("UPDATE campaign SET sequence = take_contact($1, $2) WHERE account = $1", 1),
        ("SELECT 1 FROM repeat WHERE account = $1 AND created < clock_timestamp() FOR UPDATE", 0),
        ("INSERT INTO import_job (account, signed) VALUES ($1, clock_timestamp())", 0),
        ("INSERT INTO repeat (account) VALUES ($1) ON CONFLICT (account) DO UPDATE SET created = now()", 1),
        ("INSERT INTO repeat (account) VALUES ($1) ON CONFLICT (account) DO UPDATE SET created = excluded.created", 0),
        ("INSERT INTO card (account, number) VALUES ($1, (SELECT max(number) FROM card WHERE account = $1))", 1),
        ("INSERT INTO card (account, number) SELECT $1, max(number) FROM card WHERE account = $1", 0),
        ("UPDATE import_job SET since = (SELECT sequence FROM campaign WHERE account = $1) WHERE account = $1", 1),
        ("UPDATE import_job SET since = 0 WHERE account = $1 AND NOT EXISTS (SELECT FROM import_job WHERE stop)", 0),
        ("UPDATE contact SET image = NULL WHERE account = $1 AND EXISTS (SELECT FROM account WHERE account = $1)", 0),
        ("SELECT reltuples FROM pg_class JOIN campaign ON true WHERE account = $1", 1),
        ("SELECT pg_relation_size(oid) FROM pg_class", 0),
    ],
)  # fmt: skip
def test_refused(sql: str, count: int) -> None:
    """Of what the reader of SQL is worth: what it finds, and what it lets pass."""
    assert len(refused(sql)) == count


@pytest.mark.parametrize("name", [one.name for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")])
def test_every_statement_names_its_account(name: str) -> None:
    """Those that are written down. What is put together, the fixture `named` looks at when it is sent."""
    statements = list(_statements(vars(importlib.import_module(name))))
    assert {sql: unnamed(sql) for sql in statements if unnamed(sql) and sql not in EXCEPTIONS} == {}
    assert {sql: refused(sql) for sql in statements if refused(sql) and sql not in ELSEWHERE} == {}


def test_every_statement_of_a_function_names_its_account() -> None:
    bodies = {
        name: statements
        for path in sorted(Path(migrations.__file__).with_name("migrations").glob("*.sql"))
        for name, statements in functions(path.read_text()).items()
    }
    assert set(bodies) == PLAIN | set(FUNCTIONS)
    for name in FUNCTIONS:
        assert {sql: (*unnamed(sql), *refused(sql)) for sql in bodies[name] if unnamed(sql) or refused(sql)} == {}, name
    assert all(any(map(unnamed, bodies[name])) for name in PLAIN)


def test_the_schema_keeps_the_rules(postgres: Cluster, database: str) -> None:
    """Every table is listed; keys of distributed ones begin with the account; nothing that cannot be distributed."""

    def asked(sql: str) -> set[str]:
        return set(postgres.run(sql, postgres.name_of(database)).split("\n")) - {""}

    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = '{}'"
    assert asked(tables.format("r")) == {*REFERENCE, *DISTRIBUTED}
    assert asked(tables.format("S")) == set(), "a sequence is one node's"
    assert asked("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == set()
    unique = """SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE relnamespace = 'public'::regnamespace AND indisunique AND indkey[0] <> (
          SELECT attnum FROM pg_attribute WHERE attrelid = indrelid AND attname = 'account')"""
    assert asked(unique) - {"account"} == set()
    foreign = "SELECT confrelid::regclass::text || ' ' || confdeltype::text FROM pg_constraint WHERE contype = 'f'"
    assert asked(foreign) == {"account a"}, "to a table that is everywhere, without a cascade"
    first = "SELECT proname FROM pg_proc WHERE proargnames[1] = 'account_' AND proargtypes[0] = 'bigint'::regtype"
    assert asked(first) == set(FUNCTIONS)


def test_what_the_command_prints_can_be_run_and_run_again(postgres: Cluster) -> None:
    """With stand-ins of Citus's functions, which note what they are asked; a table that refers to one is listed."""
    with postgres.database() as address:
        name = postgres.name_of(address)
        asyncio.run(_made(address))
        postgres.run(_CITUS, name)
        postgres.run("INSERT INTO account VALUES (1, 'a', '', '', 0); INSERT INTO counter VALUES (1)", name)
        asked = [_asked(postgres, name) for _ in range(2)]
    gone = {
        f"{table} gone" for table in ("account", "credentials", "generation", "cardwright")
    }  # and all below account
    assert asked[0] == {*REFERENCE, *DISTRIBUTED, *(f"{one} account_" for one in FUNCTIONS)} | gone
    assert asked[1] == {f"{one} account_" for one in FUNCTIONS}


async def _made(address: str) -> None:
    await (await package.PostgresStore.open(address)).close()


def _asked(postgres: Cluster, name: str) -> set[str]:
    postgres.run("DELETE FROM asked", name)
    postgres.run(" ".join(distribution.statements()), name)
    return set(postgres.run("SELECT what FROM asked", name).split("\n"))


def test_creates_are_planned_once(postgres: Cluster, database: str) -> None:
    """A call of one is not planned anew, which takes longer than the call; where accounts are named each one is."""
    planned = "SELECT proname FROM pg_proc WHERE proconfig @> '{plan_cache_mode=force_generic_plan}' ORDER BY 1"
    assert postgres.run(planned, postgres.name_of(database)) == "keep\nkeep_all"


def test_the_command_prints_a_statement_for_every_table_and_function() -> None:
    done = run("distribute", "--print")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(lines) == 2 * len(REFERENCE) + 2 * len(DISTRIBUTED) + len(FUNCTIONS) + 1
    assert lines[-1] == "ALTER INDEX search_terms SET (gin_pending_list_limit = 512);"
    assert lines[0].startswith("SELECT create_reference_table('account') WHERE NOT EXISTS")
    # A table that refers to one which is everywhere is known to the engine as a local one: that is not enough.
    assert all("repmodel = 't'" in line for line in lines if "create_reference_table" in line)
    assert all("partmethod = 'h'" in line for line in lines if "create_distributed_table" in line)
    assert "create_distributed_table('contact', 'account', colocate_with => 'counter')" in done.stdout
    assert run("distribute").returncode == 2


def _statements(names: dict[str, object]) -> Iterator[str]:
    for value in names.values():
        if isinstance(value, str) and _SQL.match(value):
            yield value
        elif isinstance(value, tuple) and not inspect.isclass(value):
            yield from (one for one in value if isinstance(one, str) and _SQL.match(one))
