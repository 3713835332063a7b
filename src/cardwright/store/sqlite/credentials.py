"""`CredentialStore` in SQLite: look-ups by digest, and polling for changes by other processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.keyring import TokenAccess
from cardwright.errors import StoreError
from cardwright.store.instants import days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import apsw

    from cardwright.store.sqlite.database import Database

_UNNOTED: Final = """SELECT account, id FROM token JOIN account USING (account)
    WHERE sid = ? AND id = ? AND coalesce(used, 0) < ?"""
_NOTE: Final = "UPDATE token SET used = ? WHERE account = ? AND id = ?"
_PERIOD: Final = limits.CREDENTIAL_LOOK.value / 1_000  # seconds between two looks at the file


class SqliteCredentials:
    """Look-ups by the digest, and a watch over what other processes write."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account_of_key(self, digest: bytes) -> str | None:
        """Return the SID of the account with this key."""
        sid = self._database.glance(lambda c: c.execute("SELECT sid FROM account WHERE key = ?", (digest,)).get)
        return None if sid is None else str(sid)

    async def access_of_token(self, sid: str, digest: bytes) -> TokenAccess | None:
        """Return what this token of this account opens."""
        query = (
            "SELECT read_only, id, dav, token.name FROM token JOIN account USING (account) WHERE sid = ? AND digest = ?"
        )
        row = self._database.glance(lambda c: c.execute(query, (sid, digest)).fetchone())
        return None if row is None else TokenAccess(sid, bool(row[0]), row[1], bool(row[2]), row[3])

    async def note_use(self, sid: str, token_id: str, day: date) -> None:
        """Keep that a token was used on a day, unless a later one is kept."""
        row = self._database.glance(lambda c: c.execute(_UNNOTED, (sid, token_id, days(day))).fetchone())
        if row:
            await self._database.write(lambda c: c.execute(_NOTE, (days(day), *row)).close())

    async def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` when keys or tokens have changed; looks every 50 ms whether anything was written at all.

        While the store cannot be read they may have changed, so `changed` is called at every look. Raises StoreError
        once another file is in the place of the store: it takes a new process to open that.
        """
        seen: tuple[int, int] | None = None
        while True:
            self._database.check_place()
            try:
                written = self._database.glance(lambda c: c.execute("PRAGMA data_version").get)
                now = seen if seen and written == seen[0] else self._database.glance(_look)
            except StoreError:
                now = None
            if now is None or seen is None or now[1] != seen[1]:
                changed()
            seen = now
            await asyncio.sleep(_PERIOD)


def _look(connection: apsw.Connection) -> tuple[int, int]:
    # In this order: what is written between the two is seen by the next look.
    written = connection.execute("PRAGMA data_version").get
    return written, connection.execute("SELECT version FROM credentials").get
