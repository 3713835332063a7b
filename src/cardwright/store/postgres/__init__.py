"""PostgreSQL behind the ports of `book`: one database, shared by all workers of any number of machines."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple, Self

from cardwright.errors import StoreError
from cardwright.store.postgres import check, dry_run, migrations, moving
from cardwright.store.postgres.accounts import PostgresAccounts
from cardwright.store.postgres.books import PostgresCards
from cardwright.store.postgres.changes import PostgresChanges
from cardwright.store.postgres.contacts import PostgresContacts
from cardwright.store.postgres.credentials import PostgresCredentials
from cardwright.store.postgres.database import Database
from cardwright.store.postgres.deleted import PostgresDeleted
from cardwright.store.postgres.duplicates import PostgresDuplicates
from cardwright.store.postgres.groups import PostgresGroups
from cardwright.store.postgres.imports import PostgresImports
from cardwright.store.postgres.jobs import PostgresJobs
from cardwright.store.postgres.merges import PostgresMerges
from cardwright.store.postgres.partners import PostgresPartners
from cardwright.store.postgres.sessions import PostgresSessions
from cardwright.store.postgres.shares import PostgresShares
from cardwright.store.postgres.uploads import PostgresUploads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.ports import Place, Store
    from cardwright.store import Older, Tell
    from cardwright.store.shared_memory import SharedMemory


class PostgresStore(NamedTuple):
    """An open store: one attribute for each port."""

    database: Database
    accounts: PostgresAccounts
    credentials: PostgresCredentials
    partners: PostgresPartners
    contacts: PostgresContacts
    changes: PostgresChanges
    imports: PostgresImports
    groups: PostgresGroups
    shares: PostgresShares
    merges: PostgresMerges
    duplicates: PostgresDuplicates
    deleted: PostgresDeleted
    sessions: PostgresSessions
    uploads: PostgresUploads
    jobs: PostgresJobs
    cards: PostgresCards

    @classmethod
    async def open(
        cls,
        address: str,
        older: Older = "migrate",
        tell: Tell | None = None,
        shared: SharedMemory | None = None,
        *,
        create: bool = True,
    ) -> Self:
        """Open the store at a `postgresql://` address; StoreError when that cannot be done.

        An empty database becomes one, unless `create` says otherwise: NotFoundError then.
        """
        database = await Database.open(address, older, tell, create=create)
        contacts = PostgresContacts(database, shared)
        return cls(
            database,
            PostgresAccounts(database),
            PostgresCredentials(database),
            PostgresPartners(database),
            contacts,
            PostgresChanges(database),
            PostgresImports(database),
            PostgresGroups(database),
            PostgresShares(database),
            PostgresMerges(database),
            PostgresDuplicates(database),
            PostgresDeleted(database),
            PostgresSessions(database),
            PostgresUploads(database),
            PostgresJobs(database),
            PostgresCards(database, contacts),
        )

    @property
    def schemas(self) -> tuple[int, int]:
        """The numbers of the schema that the store had when it was opened, and of the one that it has now."""
        return self.database.schemas

    @contextlib.asynccontextmanager
    async def dry_run(self, place: Place, *, cards: bool = True) -> AsyncIterator[Store]:
        """Give a store with the campaign as it is now, but without images; it goes when the block ends."""
        async with dry_run.copied(self.database, place, cards=cards) as copy:
            yield copy

    async def ready(self) -> None:
        """Return if the store can be read and written; StoreError if not, within a second."""
        await self.database.ready()

    async def check_tenants(self) -> None:
        """Raise StoreError unless the tables that every request goes through are whole; for the start of a server."""
        await self.database.snapshot(check.check_tenants)

    async def unfinished(self) -> str:
        """Return what the store is an unfinished copy of; `""` when it is none."""
        return await self.database.read(moving.unfinished)

    async def check(self) -> list[str]:
        """Return what is wrong with the stored data, one line each; nothing when all is well."""
        is_older = self.schemas[1] != migrations.LAST
        return await self.database.snapshot(check.read_older if is_older else check.faults)

    async def backup(self, target: Path) -> None:
        """Raise StoreError with what makes a backup of a PostgreSQL database: its own tools, which know more."""
        raise StoreError(
            f"{target} was not written: back up the {self.database.where} with pg_dump --format=custom, or for "
            "recovery to any moment with pgBackRest or pg_basebackup and archived WAL"
        )

    async def close(self) -> None:
        """Finish the writes that were handed over, then let go of the database."""
        await self.cards.close()
        await self.contacts.close()
        await self.database.close()
