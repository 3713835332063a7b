"""Databases of every schema that ever was are checked as they are, come up to date whole, and equal a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from cardwright.store.postgres import PostgresStore
from cardwright.store.postgres.migrations import LAST
from store.older_store import book_in, check_found, check_kept

if TYPE_CHECKING:
    from postgres import Cluster

SCHEMAS: Final = sorted((Path(__file__).parents[1] / "schemas" / "postgres").glob("*.xz"))
NEVER_LAST: Final = {7}
"""Numbers that no database had: the next came to main together with them."""
# All but the bodies of functions: 0015 was once without a LIMIT that means a plan, and nothing else.
_MADE: Final = """
    SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT proname || ' ' || pg_get_function_arguments(oid) || coalesce(proconfig::text, '') FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace ORDER BY 1"""


@pytest.fixture
def made_today(postgres: Cluster, database: str) -> str:
    """What a database has that is new."""
    return postgres.run(_MADE, postgres.name_of(database))


def test_every_schema_has_its_database() -> None:
    """A migration comes with a database of its schema: run tests/store/schemas/make.py, and commit the file."""
    assert {int(file.name[:4]) for file in SCHEMAS} == {*range(1, LAST + 1)} - NEVER_LAST


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name[:-7])
async def test_a_database_of_every_schema_comes_up_to_date(file: Path, postgres: Cluster, made_today: str) -> None:
    schema = int(file.name[:4])
    with postgres.database() as address:
        postgres.load(file, postgres.name_of(address))
        older = await PostgresStore.open(address, "take")
        assert older.schemas == (schema, schema)
        assert await older.check() == []
        await older.close()
        store = await PostgresStore.open(address)
        assert store.schemas == (schema, LAST)
        assert await store.check() == []
        await check_kept(store)
        await check_found(store)
        made = await book_in(store).create()
        assert made in await book_in(store).found(search="wile")
        assert await store.check() == []
        await store.close()
        assert postgres.run(_MADE, postgres.name_of(address)) == made_today
