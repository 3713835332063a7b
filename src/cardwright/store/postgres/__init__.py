"""PostgreSQL behind the ports of `book`: one database, shared by all workers of any number of machines.

It is not offered to users before every port is here: `store.open_store` refuses its addresses until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from cardwright.store.postgres.accounts import PostgresAccounts
from cardwright.store.postgres.changes import PostgresChanges
from cardwright.store.postgres.contacts import PostgresContacts
from cardwright.store.postgres.credentials import PostgresCredentials
from cardwright.store.postgres.database import Database
from cardwright.store.postgres.groups import PostgresGroups
from cardwright.store.postgres.partners import PostgresPartners

if TYPE_CHECKING:
    from cardwright.store import Older, Tell


class PostgresStore(NamedTuple):
    """An open store: one attribute for each port."""

    database: Database
    accounts: PostgresAccounts
    credentials: PostgresCredentials
    partners: PostgresPartners
    contacts: PostgresContacts
    changes: PostgresChanges
    groups: PostgresGroups

    @classmethod
    async def open(cls, address: str, older: Older = "migrate", tell: Tell | None = None) -> Self:
        """Open the store at a `postgresql://` address, made if the database is empty; StoreError otherwise."""
        database = await Database.open(address, older, tell)
        return cls(
            database,
            PostgresAccounts(database),
            PostgresCredentials(database),
            PostgresPartners(database),
            PostgresContacts(database),
            PostgresChanges(database),
            PostgresGroups(database),
        )

    @property
    def schemas(self) -> tuple[int, int]:
        """The numbers of the schema that the store had when it was opened, and of the one that it has now."""
        return self.database.schemas

    async def ready(self) -> None:
        """Return if the store can be read and written; StoreError if not, within a second."""
        await self.database.ready()

    async def close(self) -> None:
        """Finish the writes that were handed over, then let go of the database."""
        await self.contacts.close()
        await self.database.close()
