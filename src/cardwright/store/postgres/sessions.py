"""`SessionStore` in PostgreSQL: the table `session`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.sessions import SessionRow
from cardwright.errors import NotFoundError
from cardwright.store.instants import now
from cardwright.store.postgres import uploads
from cardwright.store.postgres.numbers import account_number

if TYPE_CHECKING:
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection, DatabaseRow

_TOKEN: Final = "SELECT 1 FROM token WHERE account = $1 AND id = $2 FOR UPDATE"  # noqa: S105 - a query
_OVER: Final = "DELETE FROM session WHERE account = $1 AND token = $2 AND ends <= $3"
_TOO_MANY: Final = """DELETE FROM session WHERE account = $1 AND digest IN (
    SELECT digest FROM session WHERE account = $1 AND token = $2 ORDER BY ends DESC OFFSET $3)"""
_BEGIN: Final = "INSERT INTO session (account, digest, token, ends, kept) VALUES ($1, $2, $3, $4, '')"
_FIND: Final = """SELECT session.token, token.read_only, session.kept FROM session
    JOIN token ON token.account = session.account AND token.id = session.token
    WHERE session.account = $1 AND session.digest = $2 AND session.ends > $3"""
_KEEP: Final = "UPDATE session SET kept = $3 WHERE account = $1 AND digest = $2"
_END: Final = "DELETE FROM session WHERE account = $1 AND digest = $2"


class PostgresSessions:
    """The port `book.sessions.SessionStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, sid: str, digest: bytes, token_id: str, seconds: int) -> None:
        """Keep a session of a token for so long; NotFoundError when there is no such token.

        The row of the token is held: who revokes it removes its sessions before or after this one, and sees it.
        """

        async def unit(connection: Connection) -> None:
            account, instant = await account_number(connection, sid), now()
            if await connection.value(_TOKEN, account, token_id) is None:
                raise NotFoundError(f"account {sid} has no token {token_id}")
            await connection.execute(_OVER, account, token_id, instant)
            await connection.execute(_BEGIN, account, digest, token_id, instant + seconds * 1_000)
            await connection.execute(_TOO_MANY, account, token_id, limits.SESSIONS.value)
            await uploads.forget_ended(connection, account)

        await self._database.write(unit)

    async def find(self, sid: str, digest: bytes) -> SessionRow | None:
        """Return the session, unless it or its token has ended."""

        async def look(connection: Connection) -> DatabaseRow | None:
            return await connection.row(_FIND, await account_number(connection, sid), digest, now())

        try:
            row = await self._database.read(look)
        except NotFoundError:
            return None
        return None if row is None else SessionRow(str(row[0]), bool(row[1]), str(row[2]))

    async def keep(self, sid: str, digest: bytes, kept: str) -> None:
        """Put `kept` in place of what the session keeps; nothing happens when it has ended."""
        await self._write(_KEEP, sid, digest, kept)

    async def end(self, sid: str, digest: bytes) -> None:
        """End the session, if there is one."""
        await self._write(_END, sid, digest)

    async def _write(self, command: str, sid: str, *values: object) -> None:
        async def unit(connection: Connection) -> None:
            account = await account_number(connection, sid)
            await connection.execute(command, account, *values)
            if command == _END:
                await uploads.forget_ended(connection, account)

        with contextlib.suppress(NotFoundError):  # the account has gone, and its sessions with it
            await self._database.write(unit)


async def forget(connection: Connection, account: int) -> None:
    """Empty what the account's sessions keep: a notice may name somebody who is erased."""
    await connection.execute("UPDATE session SET kept = '' WHERE account = $1 AND kept <> ''", account)
