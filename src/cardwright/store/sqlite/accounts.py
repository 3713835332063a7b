"""`AccountStore` in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cardwright.book.accounts import Account, AccountRow, Token, TokenRow
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.instants import day, instant, now
from cardwright.store.sqlite import remove_account
from cardwright.store.sqlite.rows import account_number

if TYPE_CHECKING:
    from cardwright.store.sqlite.database import Database


class SqliteAccounts:
    """The port `book.ports.AccountStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: AccountRow) -> None:
        """Keep a new account; ConflictError when its SID is taken."""
        await self._database.write(lambda c: _add(c, account))

    async def add_first(self, account: AccountRow, campaign: str, partner: str) -> bool:
        """Keep it, with a campaign and a partner account, if the store holds no account yet."""

        def unit(connection: apsw.Connection) -> bool:
            if connection.execute("SELECT 1 FROM account LIMIT 1").get is not None:
                return False
            number = _add(connection, account)
            connection.execute(
                "INSERT INTO campaign (account, id, name) VALUES (?, ?, ?)", (number, campaign, "First campaign")
            )
            connection.execute(
                "INSERT INTO partner (account, id, name) VALUES (?, ?, ?)", (number, partner, "First partner")
            )
            return True

        return await self._database.write(unit)

    async def all(self) -> list[Account]:
        """Return every account, the oldest first."""
        query = "SELECT sid, name, created FROM account ORDER BY account"
        return await self._database.read(
            lambda c: [Account(sid, name, instant(created)) for sid, name, created in c.execute(query)]
        )

    async def with_campaign(self, campaign: str) -> list[str]:
        """Return the SIDs of the accounts that have a campaign of this id."""
        query = "SELECT sid FROM account JOIN campaign USING (account) WHERE campaign.id = ? ORDER BY sid"
        return await self._database.read(lambda c: [sid for (sid,) in c.execute(query, (campaign,))])

    async def get(self, sid: str) -> Account:
        """Return one account."""
        query = "SELECT name, created FROM account WHERE sid = ?"
        row = self._database.glance(lambda c: c.execute(query, (sid,)).fetchone())
        if row is None:
            raise NotFoundError(f"there is no account {sid}")
        name, created = row
        return Account(sid, name, instant(created))

    async def remove(self, sid: str) -> None:
        """Remove the account and everything that belongs to it, a slice at a time: others can write in between."""
        account = await self._database.write(lambda c: remove_account.lock_out(c, account_number(c, sid)))
        await self._database.write_slices(lambda c: remove_account.remove_some(c, account))
        await self._database.rinse()

    async def set_key(self, sid: str, digest: bytes) -> None:
        """Put a new key in place of the account's key."""
        await self._database.write(
            lambda c: c.execute(
                "UPDATE account SET key = ? WHERE account = ?", (digest, account_number(c, sid))
            ).close()
        )

    async def add_token(self, sid: str, token: TokenRow) -> None:
        """Keep a new token beside the others."""
        await self._database.write(lambda c: _add_token(c, account_number(c, sid), token))

    async def tokens(self, sid: str) -> list[Token]:
        """Return the account's tokens, the oldest first."""
        query = "SELECT id, read_only, created, name, used, dav FROM token WHERE account = ? ORDER BY created, id"
        return await self._database.read(
            lambda c: [
                Token(token_id, bool(read_only), instant(created), name, day(used), bool(dav))
                for token_id, read_only, created, name, used, dav in c.execute(query, (account_number(c, sid),))
            ]
        )

    async def revoke_token(self, sid: str, token_id: str) -> None:
        """End one token."""
        command = "DELETE FROM token WHERE account = ? AND id = ? RETURNING 1"

        def unit(connection: apsw.Connection) -> None:
            if connection.execute(command, (account_number(connection, sid), token_id)).get is None:
                raise NotFoundError(f"account {sid} has no token {token_id}")

        await self._database.write(unit)


def _add(connection: apsw.Connection, row: AccountRow) -> int:
    command = "INSERT INTO account (sid, name, key, created) VALUES (?, ?, ?, ?)"
    try:
        connection.execute(command, (row.sid, row.name, row.key_digest, now()))
    except apsw.ConstraintError as error:
        raise ConflictError(f"there is an account {row.sid} already") from error
    number = connection.last_insert_rowid()
    _add_token(connection, number, row.token)
    return number


def _add_token(connection: apsw.Connection, account: int, token: TokenRow) -> None:
    command = "INSERT INTO token (account, id, digest, read_only, created, name, dav) VALUES (?, ?, ?, ?, ?, ?, ?)"
    values = (account, token.token_id, token.digest, token.read_only, now(), token.name, token.dav)
    connection.execute(command, values)
