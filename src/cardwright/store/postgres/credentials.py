"""`CredentialStore` in PostgreSQL: look-ups by digest, and polling for changes by other processes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.keyring import TokenAccess
from cardwright.errors import NotFoundError, StoreError
from cardwright.store.instants import days
from cardwright.store.postgres.numbers import account_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_UNNOTED: Final = "SELECT 1 FROM token WHERE account = $1 AND id = $2 AND coalesce(used, 0) < $3"
_NOTE: Final = "UPDATE token SET used = $3 WHERE account = $1 AND id = $2"
_PERIOD: Final = limits.CREDENTIAL_POLL.value / 1_000  # seconds between two looks at the database


class PostgresCredentials:
    """The port `book.ports.CredentialStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account_of_key(self, digest: bytes) -> str | None:
        """Return the SID of the account with this key."""
        sid = await self._database.read(lambda c: c.value("SELECT sid FROM account WHERE key = $1", digest))
        return None if sid is None else str(sid)

    async def access_of_token(self, sid: str, digest: bytes) -> TokenAccess | None:
        """Return what this token of this account opens."""
        query = "SELECT read_only, id, dav, name FROM token WHERE account = $1 AND digest = $2"

        async def look(connection: Connection) -> TokenAccess | None:
            try:
                account = await account_number(connection, sid)
            except NotFoundError:
                return None
            row = await connection.row(query, account, digest)
            return None if row is None else TokenAccess(sid, *row)

        return await self._database.read(look)

    async def note_use(self, sid: str, token_id: str, day: date) -> None:
        """Keep that a token was used on a day, unless a later one is kept."""

        async def look(connection: Connection) -> tuple[int, bool]:
            account = await account_number(connection, sid)
            return account, await connection.value(_UNNOTED, account, token_id, days(day)) is not None

        with contextlib.suppress(NotFoundError):  # the account has gone
            account, is_unnoted = await self._database.read(look)
            if is_unnoted:
                await self._database.write(lambda c: c.execute(_NOTE, account, token_id, days(day)))

    async def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` when keys or tokens have ended; looks every 250 ms at the number that counts that.

        While the database does not answer they may have, so `changed` is called at every look. No NOTIFY: it would
        serialize commits, and not every engine or pooler passes it on.
        """
        seen: int | None = self._database.credentials
        while True:
            try:
                now = await self._database.read(lambda c: c.value("SELECT version FROM credentials"))
            except StoreError:
                now = None
            if now is None or now != seen:
                changed()
            seen = now
            await asyncio.sleep(_PERIOD)
