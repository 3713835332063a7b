"""Campaigns, partner accounts and partner users in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from cardwright.book.partners import Campaign, Partner, PartnerUser
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.sqlite.rows import account_number

if TYPE_CHECKING:
    from cardwright.store.sqlite.database import Database


class SqlitePartners:
    """The port of `book.partners`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_campaign(self, sid: str, campaign: Campaign) -> None:
        """Keep a new campaign; ConflictError when its id is taken."""
        command = "INSERT INTO campaign (account, id, name) VALUES (?, ?, ?)"

        def unit(connection: apsw.Connection) -> None:
            try:
                connection.execute(command, (account_number(connection, sid), *campaign))
            except apsw.ConstraintError as error:
                raise ConflictError(f"there is a campaign {campaign.id} already") from error

        await self._database.write(unit)

    async def campaigns(self, sid: str) -> list[Campaign]:
        """Return the account's campaigns, the oldest first."""
        query = "SELECT id, name FROM campaign WHERE account = ? ORDER BY campaign"
        return await self._database.read(
            lambda c: [Campaign(*row) for row in c.execute(query, (account_number(c, sid),))]
        )

    async def campaign(self, sid: str, campaign: str) -> Campaign:
        """Return one campaign."""
        query = "SELECT c.id, c.name FROM campaign c JOIN account USING (account) WHERE sid = ? AND c.id = ?"
        found = self._database.glance(lambda c: c.execute(query, (sid, campaign)).fetchone())
        if found is None:
            raise NotFoundError(f"there is no campaign {campaign}")
        return Campaign(*found)

    async def add_partner(self, sid: str, partner: Partner) -> None:
        """Keep a new partner account; ConflictError when its id is taken."""
        command = "INSERT INTO partner (account, id, name) VALUES (?, ?, ?)"

        def unit(connection: apsw.Connection) -> None:
            try:
                connection.execute(command, (account_number(connection, sid), *partner))
            except apsw.ConstraintError as error:
                raise ConflictError(f"there is a partner account {partner.id} already") from error

        await self._database.write(unit)

    async def partners(self, sid: str) -> list[Partner]:
        """Return the account's partner accounts, the oldest first."""
        query = "SELECT id, name FROM partner WHERE account = ? ORDER BY partner"
        return await self._database.read(
            lambda c: [Partner(*row) for row in c.execute(query, (account_number(c, sid),))]
        )

    async def partner(self, sid: str, partner: str) -> Partner:
        """Return one partner account."""
        query = "SELECT p.id, p.name FROM partner p JOIN account USING (account) WHERE sid = ? AND p.id = ?"
        found = self._database.glance(lambda c: c.execute(query, (sid, partner)).fetchone())
        if found is None:
            raise NotFoundError(f"there is no partner account {partner}")
        return Partner(*found)

    async def add_user(self, sid: str, partner: str, user: PartnerUser) -> str:
        """Keep a new user and return the id that was given to them."""

        def unit(connection: apsw.Connection) -> str:
            owner = _partner_number(connection, sid, partner)
            bump = "UPDATE account SET last_id = last_id + 1 WHERE sid = ? RETURNING last_id"
            number = connection.execute(bump, (sid,)).get
            connection.execute("INSERT INTO partner_user VALUES (?, ?, ?, ?, ?, ?)", (owner, number, *user[1:]))
            return str(number)

        return await self._database.write(unit)

    async def update_user(self, sid: str, partner: str, user: PartnerUser) -> None:
        """Put these values in place of the user's."""
        command = """
            UPDATE partner_user SET first = ?, last = ?, email = ?, title = ?
            WHERE partner = ? AND id = ? RETURNING 1"""

        def unit(connection: apsw.Connection) -> None:
            owner = _partner_number(connection, sid, partner)
            if connection.execute(command, (*user[1:], owner, _user_number(user.id))).get is None:
                raise _no_user(partner, user.id)

        await self._database.write(unit)

    async def users(self, sid: str, partner: str) -> list[PartnerUser]:
        """Return the users of a partner account, the oldest first."""
        query = "SELECT id, first, last, email, title FROM partner_user WHERE partner = ? ORDER BY id"
        return await self._database.read(
            lambda c: [
                PartnerUser(str(number), *texts)
                for number, *texts in c.execute(query, (_partner_number(c, sid, partner),))
            ]
        )

    async def user(self, sid: str, partner: str, user: str) -> PartnerUser:
        """Return one user."""
        query = "SELECT first, last, email, title FROM partner_user WHERE partner = ? AND id = ?"
        found = self._database.glance(
            lambda c: c.execute(query, (_partner_number(c, sid, partner), _user_number(user))).fetchone()
        )
        if found is None:
            raise _no_user(partner, user)
        return PartnerUser(user, *found)

    async def remove_user(self, sid: str, partner: str, user: str) -> None:
        """Remove a user."""
        command = "DELETE FROM partner_user WHERE partner = ? AND id = ? RETURNING 1"

        def unit(connection: apsw.Connection) -> None:
            owner = _partner_number(connection, sid, partner)
            if connection.execute(command, (owner, _user_number(user))).get is None:
                raise _no_user(partner, user)

        await self._database.write(unit)


def _partner_number(connection: apsw.Connection, sid: str, partner: str) -> int:
    query = "SELECT partner FROM partner WHERE account = ? AND id = ?"
    found = connection.execute(query, (account_number(connection, sid), partner)).get
    if found is None:
        raise NotFoundError(f"there is no partner account {partner}")
    return int(found)


def _user_number(user: str) -> int:
    return int(user) if user.isascii() and user.isdigit() and len(user) <= 18 else 0  # noqa: PLR2004 - digits of 2**63


def _no_user(partner: str, user: str) -> NotFoundError:
    return NotFoundError(f"partner account {partner} has no user {user}")
