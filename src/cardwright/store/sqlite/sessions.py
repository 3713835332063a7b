"""`SessionStore` in SQLite: the table `session`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.sessions import SessionRow
from cardwright.errors import NotFoundError
from cardwright.store.instants import now
from cardwright.store.sqlite.rows import account_number

if TYPE_CHECKING:
    import apsw

    from cardwright.store.sqlite.database import Database

_ACCOUNT: Final = "(SELECT account FROM account WHERE sid = ?)"
_TOKEN: Final = "SELECT 1 FROM token WHERE account = ? AND id = ?"  # noqa: S105 - a query
_OVER: Final = "DELETE FROM session WHERE account = ? AND token = ? AND ends <= ?"
_TOO_MANY: Final = """DELETE FROM session WHERE (account, digest) IN (
    SELECT account, digest FROM session WHERE account = ? AND token = ? ORDER BY ends DESC LIMIT -1 OFFSET ?)"""
_BEGIN: Final = "INSERT INTO session (account, digest, token, ends, kept) VALUES (?, ?, ?, ?, '')"
_FIND: Final = f"""SELECT token, read_only, kept FROM session JOIN token ON token.account = session.account
    AND token.id = session.token WHERE session.account = {_ACCOUNT} AND session.digest = ? AND ends > ?"""  # noqa: S608 - constant
_KEEP: Final = f"UPDATE session SET kept = ? WHERE account = {_ACCOUNT} AND digest = ?"  # noqa: S608 - constant
_END: Final = f"DELETE FROM session WHERE account = {_ACCOUNT} AND digest = ?"  # noqa: S608 - constant


class SqliteSessions:
    """The port `book.sessions.SessionStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, sid: str, digest: bytes, token_id: str, seconds: int) -> None:
        """Keep a session of a token for so long; NotFoundError when there is no such token."""

        def unit(connection: apsw.Connection) -> None:
            account, instant = account_number(connection, sid), now()
            if connection.execute(_TOKEN, (account, token_id)).get is None:
                raise NotFoundError(f"account {sid} has no token {token_id}")
            connection.execute(_OVER, (account, token_id, instant))
            connection.execute(_BEGIN, (account, digest, token_id, instant + seconds * 1_000))
            connection.execute(_TOO_MANY, (account, token_id, limits.SESSIONS.value))

        await self._database.write(unit)

    async def find(self, sid: str, digest: bytes) -> SessionRow | None:
        """Return the session, unless it or its token has ended."""
        row = self._database.glance(lambda c: c.execute(_FIND, (sid, digest, now())).fetchone())
        return None if row is None else SessionRow(row[0], bool(row[1]), row[2])

    async def keep(self, sid: str, digest: bytes, kept: str) -> None:
        """Put `kept` in place of what the session keeps; nothing happens when it has ended."""
        await self._database.write(lambda c: c.execute(_KEEP, (kept, sid, digest)).close())

    async def end(self, sid: str, digest: bytes) -> None:
        """End the session, if there is one."""
        await self._database.write(lambda c: c.execute(_END, (sid, digest)).close())


def forget(connection: apsw.Connection, account: int) -> None:
    """Empty what the account's sessions keep: a notice may name somebody who is erased."""
    connection.execute("UPDATE session SET kept = '' WHERE account = ? AND kept <> ''", (account,))
