"""`PartnerStore` in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import apsw

from cardwright.book.partners import Campaign, Partner, PartnerUser
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.sqlite import remove_campaign, remove_partner, system_contacts
from cardwright.store.sqlite.remove_partner import Leaving
from cardwright.store.sqlite.rows import account_number, campaign_numbers

if TYPE_CHECKING:
    from cardwright.book.ports import Edit, MakeContact
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection


class SqlitePartners:
    """The port `book.ports.PartnerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_campaign(self, sid: str, campaign: Campaign, made: MakeContact, by: str) -> None:
        """Keep a new campaign, with the contact that `made` gives for each user; ConflictError when its id is taken."""
        await self._database.write(lambda c: add_campaign(c, sid, campaign, made, by))

    async def rename_campaign(self, sid: str, campaign: Campaign) -> None:
        """Give a campaign another name."""
        command = "UPDATE campaign SET name = ? WHERE campaign = ?"
        await self._database.write(
            lambda c: c.execute(command, (campaign.name, campaign_numbers(c, sid, campaign.id)[1])).close()
        )

    async def remove_campaign(self, sid: str, campaign: str) -> None:
        """Remove a campaign and everything in it, a slice at a time: others can write in between."""
        account = self._database.glance(lambda c: account_number(c, sid))
        for number in await self._database.write(lambda c: remove_campaign.hide(c, account, campaign)):
            for work in remove_campaign.slices(account, number):
                await self._database.write_slices(work)
        await self._database.rinse()

    async def campaigns(self, sid: str) -> list[Campaign]:
        """Return the account's campaigns, the oldest first."""
        query = "SELECT id, name FROM campaign WHERE account = ? AND id NOT LIKE '/%' ORDER BY campaign"
        return await self._database.read(
            lambda c: [Campaign(*row) for row in c.execute(query, (account_number(c, sid),))]
        )

    async def campaign(self, sid: str, campaign: str) -> Campaign:
        """Return one campaign."""
        query = "SELECT c.id, c.name FROM campaign c JOIN account USING (account) WHERE sid = ? AND c.id = ?"
        row = self._database.glance(lambda c: c.execute(query, (sid, campaign)).fetchone())
        if row is None:
            raise NotFoundError(f"there is no campaign {campaign}")
        return Campaign(*row)

    async def add_partner(self, sid: str, partner: Partner) -> None:
        """Keep a new partner account; ConflictError when its id is taken."""
        command = "INSERT INTO partner (account, id, name) VALUES (?, ?, ?)"

        def unit(connection: WriteConnection) -> None:
            try:
                connection.execute(command, (account_number(connection, sid), *partner))
            except apsw.ConstraintError as error:
                raise ConflictError(f"there is a partner account {partner.id} already") from error

        await self._database.write(unit)

    async def rename_partner(self, sid: str, partner: Partner) -> None:
        """Give a partner account another name."""
        command = "UPDATE partner SET name = ? WHERE partner = ?"
        await self._database.write(
            lambda c: c.execute(command, (partner.name, _partner_numbers(c, sid, partner.id)[1])).close()
        )

    async def only_members(self, sid: str, partner: str) -> list[int]:
        """Return the numbers of the contacts that have no other partner account; those of users do not count."""
        leaving = Leaving(*self._database.glance(lambda c: _partner_numbers(c, sid, partner)), partner)
        return await self._database.read(lambda c: remove_partner.only_members(c, leaving))

    async def remove_partner(self, sid: str, partner: str, leave: Edit, by: str) -> None:
        """Remove a partner account: a slice of its contacts at a time, then its users, then itself."""
        leaving = Leaving(*self._database.glance(lambda c: _partner_numbers(c, sid, partner)), partner)
        while not await self._database.write(lambda c: remove_partner.end(c, leaving)):
            await self._database.write_slices(lambda c: remove_partner.some_leave(c, leaving, leave, by))
            await self._database.write_slices(lambda c: remove_partner.user_goes(c, leaving, by))

    async def partners(self, sid: str) -> list[Partner]:
        """Return the account's partner accounts, the oldest first."""
        query = "SELECT id, name FROM partner WHERE account = ? ORDER BY partner"
        return await self._database.read(
            lambda c: [Partner(*row) for row in c.execute(query, (account_number(c, sid),))]
        )

    async def partner(self, sid: str, partner: str) -> Partner:
        """Return one partner account."""
        query = "SELECT p.id, p.name FROM partner p JOIN account USING (account) WHERE sid = ? AND p.id = ?"
        row = self._database.glance(lambda c: c.execute(query, (sid, partner)).fetchone())
        if row is None:
            raise NotFoundError(f"there is no partner account {partner}")
        return Partner(*row)

    async def add_user(self, sid: str, partner: str, user: PartnerUser, made: MakeContact, by: str) -> str:
        """Keep a new user, with the contact that `made` gives in every campaign, and return the id they were given."""
        bump = "UPDATE account SET last_user = last_user + 1 WHERE account = ? RETURNING last_user"
        command = "INSERT INTO partner_user (partner, id, first, last, email, title) VALUES (?, ?, ?, ?, ?, ?)"

        def unit(connection: WriteConnection) -> str:
            account, owner = _partner_numbers(connection, sid, partner)
            user_id = connection.execute(bump, (account,)).get
            connection.execute(command, (owner, user_id, *user[1:]))
            number, named = connection.last_insert_rowid(), user._replace(id=str(user_id))
            system_contacts.make_for_user(connection, account, number, lambda: made(partner, named), by)
            return named.id

        return await self._database.write(unit)

    async def update_user(self, sid: str, partner: str, user: PartnerUser, edit: Edit, by: str) -> None:
        """Put these values in place of the user's, and edit their contacts."""
        command = "UPDATE partner_user SET first = ?, last = ?, email = ?, title = ? WHERE user = ?"

        def unit(connection: WriteConnection) -> None:
            account, number = _user_numbers(connection, sid, partner, user.id)
            connection.execute(command, (*user[1:], number))
            system_contacts.edit_for_user(connection, account, number, edit, by)

        await self._database.write(unit)

    async def users(self, sid: str, partner: str) -> list[PartnerUser]:
        """Return the users of a partner account, the oldest first."""
        query = "SELECT id, first, last, email, title FROM partner_user WHERE partner = ? ORDER BY id"
        return await self._database.read(
            lambda c: [
                PartnerUser(str(number), *texts)
                for number, *texts in c.execute(query, _partner_numbers(c, sid, partner)[1:])
            ]
        )

    async def user(self, sid: str, partner: str, user: str) -> PartnerUser:
        """Return one user."""
        query = "SELECT first, last, email, title FROM partner_user WHERE user = ?"

        def look(connection: apsw.Connection) -> PartnerUser:
            row: Any = connection.execute(query, _user_numbers(connection, sid, partner, user)[1:]).fetchone()
            return PartnerUser(user, *row)

        return self._database.glance(look)

    async def remove_user(self, sid: str, partner: str, user: str, by: str) -> None:
        """Remove a user and their contacts."""

        def unit(connection: WriteConnection) -> None:
            account, number = _user_numbers(connection, sid, partner, user)
            system_contacts.remove_for_user(connection, account, number, by)
            connection.execute("DELETE FROM partner_user WHERE user = ?", (number,))

        await self._database.write(unit)


def _partner_numbers(connection: apsw.Connection, sid: str, partner: str) -> tuple[int, int]:
    """Return the numbers of an account and a partner account of it."""
    account = account_number(connection, sid)
    number = connection.execute("SELECT partner FROM partner WHERE account = ? AND id = ?", (account, partner)).get
    if number is None:
        raise NotFoundError(f"there is no partner account {partner}")
    return account, int(number)


def _user_numbers(connection: apsw.Connection, sid: str, partner: str, user: str) -> tuple[int, int]:
    """Return the numbers of an account and of a user of a partner account of it."""
    account, owner = _partner_numbers(connection, sid, partner)
    query = "SELECT user FROM partner_user WHERE partner = ? AND CAST(id AS TEXT) = ?"
    number = connection.execute(query, (owner, user)).get
    if number is None:
        raise NotFoundError(f"partner account {partner} has no user {user}")
    return account, int(number)


def add_campaign(connection: WriteConnection, sid: str, campaign: Campaign, made: MakeContact, by: str) -> None:
    """Keep a new campaign in a unit of work, as `SqlitePartners.add_campaign` does."""
    account = account_number(connection, sid)
    try:
        connection.execute("INSERT INTO campaign (account, id, name) VALUES (?, ?, ?)", (account, *campaign))
    except apsw.ConstraintError as error:
        raise ConflictError(f"there is a campaign {campaign.id} already") from error
    system_contacts.make_for_campaign(connection, account, connection.last_insert_rowid(), made, by)
