"""SQLite behind the ports of `book`: one file in a folder, shared by all worker processes of one machine."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from cardwright.store.sqlite import backup, check, dry_run, migrations, moving, permissions
from cardwright.store.sqlite.accounts import SqliteAccounts
from cardwright.store.sqlite.address_books import SqliteCards
from cardwright.store.sqlite.changes import SqliteChanges
from cardwright.store.sqlite.contacts import SqliteContacts
from cardwright.store.sqlite.credentials import SqliteCredentials
from cardwright.store.sqlite.database import FILE, LOCK, Database
from cardwright.store.sqlite.deleted import SqliteDeleted
from cardwright.store.sqlite.duplicates import SqliteDuplicates
from cardwright.store.sqlite.generation import BESIDE
from cardwright.store.sqlite.groups import SqliteGroups
from cardwright.store.sqlite.imports import SqliteImports
from cardwright.store.sqlite.jobs import SqliteJobs
from cardwright.store.sqlite.merges import SqliteMerges
from cardwright.store.sqlite.partners import SqlitePartners
from cardwright.store.sqlite.sessions import SqliteSessions
from cardwright.store.sqlite.shares import SqliteShares
from cardwright.store.sqlite.uploads import SqliteUploads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cardwright.book.ports import Place
    from cardwright.store import Older, Tell
    from cardwright.store.shared_memory import SharedMemory


_FILES: Final = (FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal", LOCK, BESIDE)
"""What may lie in the folder of a store."""


class SqliteStore(NamedTuple):
    """An open store: one attribute for each port."""

    database: Database
    accounts: SqliteAccounts
    credentials: SqliteCredentials
    partners: SqlitePartners
    contacts: SqliteContacts
    changes: SqliteChanges
    cards: SqliteCards
    imports: SqliteImports
    groups: SqliteGroups
    shares: SqliteShares
    merges: SqliteMerges
    duplicates: SqliteDuplicates
    deleted: SqliteDeleted
    sessions: SqliteSessions
    uploads: SqliteUploads
    jobs: SqliteJobs

    @staticmethod
    def exists(folder: Path) -> bool:
        """Say whether `folder` holds a store; a file of 0 octets is none, nor what is left of one."""
        file = folder / FILE
        return file.exists() and file.stat().st_size > 0

    @staticmethod
    def refuse_shared(folder: Path) -> None:
        """Raise StoreError if others may write to what is in `folder`, or it is a link."""
        permissions.refuse_shared(folder, _FILES)

    @staticmethod
    def files(folder: Path) -> list[Path]:
        """Return every file that the store in `folder` has or may come to have."""
        return [folder / name for name in _FILES]

    @classmethod
    def open(
        cls, folder: Path, older: Older = "migrate", tell: Tell | None = None, shared: SharedMemory | None = None
    ) -> Self:
        """Open the store in `folder`, made if there is none; StoreError when that cannot be done."""
        database = Database(folder, older, tell)
        return cls(
            database,
            SqliteAccounts(database),
            SqliteCredentials(database),
            SqlitePartners(database),
            SqliteContacts(database, shared),
            SqliteChanges(database),
            SqliteCards(database),
            SqliteImports(database),
            SqliteGroups(database),
            SqliteShares(database),
            SqliteMerges(database),
            SqliteDuplicates(database),
            SqliteDeleted(database),
            SqliteSessions(database),
            SqliteUploads(database),
            SqliteJobs(database),
        )

    @property
    def schemas(self) -> tuple[int, int]:
        """The numbers of the schema that the store had when it was opened, and of the one that it has now."""
        return self.database.schema_found, self.database.glance(migrations.version)

    async def ready(self) -> None:
        """Return if the store can be read and written; raise StoreError if not. It costs the same for every store."""
        self.database.glance(check.step)
        self.database.check_writing()

    async def check_tenants(self) -> None:
        """Raise StoreError unless the tables that every request goes through are whole; for the start of a server."""
        self.database.glance(check.check_tenants)

    async def unfinished(self) -> str:
        """Return what the store is an unfinished copy of; `""` when it is none."""
        return self.database.glance(moving.unfinished)

    async def check(self) -> list[str]:
        """Return what is wrong with the stored data, one line each; nothing when all is well."""
        return await self.database.inspect(check.faults)

    @staticmethod
    def check_file(file: Path) -> list[str]:
        """Return what is wrong with a store that is one file, as a backup is; StoreError when it is none."""
        return check.faults_of(file)

    async def backup(self, target: Path) -> None:
        """Write a consistent copy to the file `target`, which must not exist, while the store stays in use."""
        await self.database.read(lambda connection: backup.copy(connection, target))

    @contextlib.asynccontextmanager
    async def dry_run(self, place: Place, *, cards: bool = True) -> AsyncIterator[SqliteStore]:
        """Give a store with the campaign as it is now, but without images; it goes when the block ends."""
        async with dry_run.copied(self.database.file, place, cards=cards) as folder:
            copy = SqliteStore.open(folder)
            try:
                yield copy
            finally:
                await copy.close()

    async def close(self) -> None:
        """Finish the writes that were handed over, then let go of the file."""
        self.database.close()
