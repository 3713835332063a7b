"""`AccountStore` in PostgreSQL."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from cardwright.book.accounts import Account, AccountRow, Token, TokenRow
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.instants import day, instant, now
from cardwright.store.postgres import removals, uploads
from cardwright.store.postgres.numbers import account_number, drawn, sayable

if TYPE_CHECKING:
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection

_CAMPAIGN: Final = "INSERT INTO campaign (account, campaign, id, name) VALUES ($1, 1, $2, 'First campaign')"
WITH_CAMPAIGN: Final = "SELECT sid FROM account JOIN campaign USING (account) WHERE campaign.id = $1 ORDER BY sid"
_PARTNER: Final = "INSERT INTO partner (account, partner, id, name) VALUES ($1, 1, $2, 'First partner')"


class PostgresAccounts:
    """The port `book.ports.AccountStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: AccountRow) -> None:
        """Keep a new account; ConflictError when its SID is taken."""
        await self._database.write(lambda c: _add(c, account))

    async def add_first(self, account: AccountRow, campaign: str, partner: str) -> bool:
        """Keep it, with a campaign and a partner account, if the store holds no account yet."""

        async def unit(connection: Connection) -> bool:
            await connection.row("SELECT 1 FROM credentials FOR UPDATE")  # one process at a time
            if await connection.value("SELECT 1 FROM account LIMIT 1") is not None:
                return False
            number = await _add(connection, account)
            await connection.execute(_CAMPAIGN, number, campaign)
            await connection.execute(_PARTNER, number, partner)
            await connection.execute(
                "UPDATE counter SET last_campaign = 1, last_partner = 1 WHERE account = $1", number
            )
            return True

        return await self._database.write(unit)

    async def all(self) -> list[Account]:
        """Return every account, the oldest first."""
        query = "SELECT sid, name, created FROM account ORDER BY created, account"
        rows = await self._database.read(lambda c: c.rows(query))
        return [Account(sid, name, instant(created)) for sid, name, created in rows]

    async def with_campaign(self, campaign: str) -> list[str]:
        """Return the SIDs of the accounts that have a campaign of this id."""
        return [sid for (sid,) in await self._database.read(lambda c: c.rows(WITH_CAMPAIGN, campaign))]

    async def get(self, sid: str) -> Account:
        """Return one account."""
        query = "SELECT name, created FROM account WHERE sid = $1"
        row = await self._database.read(lambda c: c.row(query, sid)) if sayable(sid) else None
        if row is None:
            raise NotFoundError(f"there is no account {sid}")
        name, created = row
        return Account(sid, name, instant(created))

    async def remove(self, sid: str) -> None:
        """Remove the account and everything that belongs to it, a slice at a time: others can write in between."""
        account = await self._database.write(lambda c: lock_out(c, sid))
        await removals.account_goes(self._database, account)
        await self._database.write(ended)

    async def set_key(self, sid: str, digest: bytes) -> None:
        """Put a new key in place of the account's key."""

        async def unit(connection: Connection) -> None:
            number = await account_number(connection, sid)
            await connection.execute("UPDATE account SET key = $2 WHERE account = $1", number, digest)
            await ended(connection)

        await self._database.write(unit)

    async def add_token(self, sid: str, token: TokenRow) -> None:
        """Keep a new token beside the others."""

        async def unit(connection: Connection) -> None:
            await _add_token(connection, await account_number(connection, sid), token)

        await self._database.write(unit)

    async def tokens(self, sid: str) -> list[Token]:
        """Return the account's tokens, the oldest first."""
        query = "SELECT id, read_only, created, name, used, dav FROM token WHERE account = $1 ORDER BY created, id"

        async def look(connection: Connection) -> list[Token]:
            rows = await connection.rows(query, await account_number(connection, sid))
            return [
                Token(token_id, read_only, instant(created), name, day(used), dav)
                for token_id, read_only, created, name, used, dav in rows
            ]

        return await self._database.read(look)

    async def revoke_token(self, sid: str, token_id: str) -> None:
        """End one token."""
        command = "DELETE FROM token WHERE account = $1 AND id = $2"

        async def unit(connection: Connection) -> None:
            number = await account_number(connection, sid)
            if not sayable(token_id) or not await connection.execute(command, number, token_id):
                raise NotFoundError(f"account {sid} has no token {token_id}")
            await connection.execute("DELETE FROM session WHERE account = $1 AND token = $2", number, token_id)
            await uploads.forget_ended(connection, number)
            await ended(connection)

        await self._database.write(unit)


async def lock_out(connection: Connection, sid: str) -> int:
    """End the account's credentials at once, and return its number; if the rest is cut short, it can be repeated."""
    number = await account_number(connection, sid)
    for table in ("token", "session", "kept_upload"):
        await connection.execute(f"DELETE FROM {table} WHERE account = $1", number)  # noqa: S608 - constants
    await connection.execute("UPDATE account SET key = $2 WHERE account = $1", number, secrets.token_bytes(32))
    await ended(connection)
    return number


async def ended(connection: Connection) -> None:
    """Say that a key, a token or an account has ended: every worker forgets what it remembers."""
    await connection.execute("UPDATE credentials SET version = version + 1")


async def _add(connection: Connection, row: AccountRow) -> int:
    number = drawn()
    command = """INSERT INTO account (account, sid, name, key, created) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (sid) DO NOTHING"""
    if not await connection.execute(command, number, row.sid, row.name, row.key_digest, now()):
        raise ConflictError(f"there is an account {row.sid} already")
    await connection.execute("INSERT INTO counter (account) VALUES ($1)", number)
    await _add_token(connection, number, row.token)
    return number


async def _add_token(connection: Connection, account: int, token: TokenRow) -> None:
    command = """INSERT INTO token (account, id, digest, read_only, created, name, dav)
        VALUES ($1, $2, $3, $4, $5, $6, $7)"""
    values = (account, token.token_id, token.digest, token.read_only, now(), token.name, token.dav)
    await connection.execute(command, *values)
