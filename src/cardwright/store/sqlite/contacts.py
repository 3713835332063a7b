"""`ContactStore` in SQLite: one contact, a list of them, and what an edit makes of one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from cardwright.book.images import Image
from cardwright.book.ports import LargeCardError, LargePageError
from cardwright.book.requests import ContactsPage
from cardwright.book.stored import weight
from cardwright.errors import ConflictError, NotFoundError
from cardwright.store.contacts_of_rows import ContactsOfRows
from cardwright.store.names import several
from cardwright.store.sqlite import (
    duplicates,
    erase_contact,
    forgetting,
    idempotency,
    job_removal,
    sessions,
    shares,
    uploads,
    writes,
)
from cardwright.store.sqlite.cards import octets_of, read_card
from cardwright.store.sqlite.change_rows import last_before
from cardwright.store.sqlite.contact_rows import COLUMNS, Rows
from cardwright.store.sqlite.creation import Creation, create_all, unknown_among
from cardwright.store.sqlite.finding import listing, names
from cardwright.store.sqlite.finding.counts import Counts
from cardwright.store.sqlite.finding.ordered import BehindError, Lists
from cardwright.store.sqlite.keys import BITS, key, number_of
from cardwright.store.sqlite.rows import account_number, campaign_numbers
from cardwright.store.walk import LAGGING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import apsw

    from cardwright.book.merges import Return
    from cardwright.book.ports import Draft, Edit, Place, Repeat
    from cardwright.book.requests import Query
    from cardwright.book.stored import StoredContact
    from cardwright.store.shared_memory import SharedMemory
    from cardwright.store.sqlite.database import Database
    from cardwright.store.sqlite.writer import WriteConnection

_GLANCED: Final = 64 * 1024
"""Octets of a card from which it is read in another thread."""
_MUCH: Final = 256 * 1024
"""Octets that end a read of cards."""
_LABELS: Final = """SELECT labels FROM contact INDEXED BY contact_updated
    WHERE campaign = ? ORDER BY updated DESC LIMIT 500"""
_ANY_LAG: Final = 1_000_000
"""Changes that came while the index of names was brought up to date: they are read as they are."""


class SqliteContacts:
    """The port `book.ports.ContactStore`."""

    def __init__(self, database: Database, shared: SharedMemory | None = None) -> None:
        self._database = database
        self._counts = Counts(shared)
        self._lists = Lists(self._counts, shared)

    async def generation(self) -> str:
        """Return what names the history that revisions and numbers belong to."""
        return str(self._database.glance(lambda c: c.execute("SELECT id FROM generation").get))

    async def unknown_partners(self, place: Place, partners: Sequence[str]) -> Sequence[str]:
        """Return those of the ids that are no partner accounts of this account."""
        return self._database.glance(lambda c: unknown_among(c, campaign_numbers(c, *place)[0], partners))

    async def repeated(self, sid: str, repeat: Repeat) -> int | None:
        """Return the number made under this key within 24 hours; KeyReusedError if that had other contents."""
        return self._database.glance(lambda c: idempotency.made(c, account_number(c, sid), repeat))

    async def create(self, place: Place, draft: Draft, by: str, repeat: Repeat | None = None) -> int:
        """Keep a contact and return the number it was given; with `repeat`, as `repeated` says if it is one."""
        creation = Creation(place, draft, by)
        if repeat is None:
            return await self._database.write_together(create_all, creation)

        def unit(connection: WriteConnection) -> int:
            account = account_number(connection, place.sid)
            number = idempotency.made(connection, account, repeat)
            if number is None:
                (made,) = create_all(connection, [creation])
                if isinstance(made, Exception):
                    raise made
                number = made
                idempotency.keep(connection, account, repeat, number)
            return number

        return await self._database.write(unit)

    async def get(self, place: Place, number: int, *, full: bool = False) -> StoredContact:
        """Return a contact; with its photo and card if `full`."""
        query = f"SELECT {COLUMNS} FROM contact WHERE contact = ?"  # noqa: S608 - constant

        def look(connection: apsw.Connection) -> StoredContact:
            account, campaign = campaign_numbers(connection, *place)
            columns = connection.execute(query, (key(campaign, number),)).fetchone()
            if columns is None:
                raise _not_found(number)
            rows = Rows(connection, account)
            return rows.full(columns) if full else rows.stored(columns)

        if full and await self.octets(place, number) > _GLANCED:
            return await self._database.read(look)
        return self._database.glance(look)

    async def list(self, place: Place, query: Query, most: int | None = None) -> ContactsPage:
        """Return a page of contacts and how many there are in all, both of one moment."""

        def look(connection: apsw.Connection, lagging: int = LAGGING) -> ContactsPage:
            account, campaign = campaign_numbers(connection, *place)
            if query.is_by_number:
                listed = listing.page(connection, campaign, query, self._counts, most)
            else:
                listed = listing.ordered(connection, campaign, query, self._lists, most, lagging)
            rows = Rows(connection, account)
            if listed.characters + rows.meet(listed.rows) > (math.inf if most is None else most):
                raise LargePageError
            about = listed.more, listed.earlier, listed.first, listed.last
            return ContactsPage(
                ContactsOfRows(listed.rows, rows.stored), listed.total, query.page, query.page_size, *about
            )

        try:
            return await self._database.read(look)
        except BehindError:
            await self._bring_names(place)
        return await self._database.read(lambda c: look(c, _ANY_LAG))

    async def _bring_names(self, place: Place) -> None:
        """Bring the index of names up to date, a unit of work at a time: others write in between."""

        def unit(connection: WriteConnection) -> bool:
            return names.bring(connection, campaign_numbers(connection, *place)[1])

        while await self._database.write(unit):
            pass

    async def following(self, place: Place, query: Query, most: int | None = None) -> Sequence[StoredContact]:
        """Return the contacts of a query after `query.after`, at most `page_size`, with photos and cards."""

        def look(connection: apsw.Connection) -> tuple[StoredContact, ...]:
            account, campaign = campaign_numbers(connection, *place)
            rows, octets = Rows(connection, account), 0
            several: list[StoredContact] = []
            for columns in listing.following(connection, campaign, query, self._counts):
                if most is not None and octets_of(connection, columns[0]) > most:
                    if not several:
                        raise LargeCardError
                    break
                several.append(stored := rows.full(columns))
                octets += weight(stored) + sum(len(column) for column in columns if isinstance(column, str))
                if octets >= _MUCH:
                    break
            return tuple(several)

        return await self._database.read(look)

    async def update(
        self,
        place: Place,
        number: int,
        edit: Edit,
        by: str,
        image: Image | None = None,
    ) -> StoredContact:
        """Put what `edit` makes of the contact in its place; what `edit` raises is raised, and nothing is kept."""

        def unit(connection: WriteConnection) -> StoredContact:
            account, campaign = campaign_numbers(connection, *place)
            return writes.edit(connection, account, key(campaign, number), edit, by, image)

        return await self._database.write(unit)

    async def delete(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Delete the contact unless `allowed` raises."""

        def unit(connection: WriteConnection) -> None:
            account, campaign = campaign_numbers(connection, *place)
            present = writes.present(connection, account, key(campaign, number))
            if present is None:
                raise _not_found(number)
            allowed(present[1])
            writes.remove(connection, *present, by)

        await self._database.write(unit)

    async def image(self, sid: str, digest: str) -> Image:
        """Return an image of the account."""
        query = "SELECT media_type, data, small FROM image WHERE account = ? AND digest = ?"

        def look(connection: apsw.Connection) -> Image:
            row = connection.execute(query, (account_number(connection, sid), digest)).fetchone()
            if row is None:
                raise NotFoundError("there is no such image")
            media_type, data, small = row
            return Image(media_type, data, small, digest)

        return await self._database.read(look)

    async def octets(self, place: Place, number: int) -> int:
        """Return how much is read for the card of a contact, 0 when there is none, without reading it."""
        return self._database.glance(lambda c: octets_of(c, key(campaign_numbers(c, *place)[1], number)))

    async def image_octets(self, sid: str, digest: str) -> int:
        """Return the size of an image of the account, 0 when there is none, without reading it."""
        query = "SELECT length(data) FROM image WHERE account = ? AND digest = ?"
        return self._database.glance(lambda c: c.execute(query, (account_number(c, sid), digest)).get or 0)

    async def labels(self, place: Place) -> Sequence[str]:
        """Return labels to suggest: those of the contacts that changed last."""

        def look(connection: apsw.Connection) -> Sequence[str]:
            _, campaign = campaign_numbers(connection, *place)
            return several(labels for (labels,) in connection.execute(_LABELS, (campaign,)))

        return await self._database.read(look)

    async def restore(  # noqa: PLR0913, PLR0917 - as in the port
        self, place: Place, number: int, edit: Return, by: str, then: Edit | None = None, image: Image | None = None
    ) -> StoredContact:
        """Bring back a deleted contact as `edit` returns it, and with `then` change it, as `ContactStore.restore`."""

        def unit(connection: WriteConnection) -> StoredContact:
            account, campaign = campaign_numbers(connection, *place)
            contact, rows = key(campaign, number), Rows(connection, account)
            if rows.one(contact):
                raise ConflictError(f"contact {number} is not deleted")
            was = last_before(connection, contact)
            if was is None:
                raise _not_found(number)
            old = rows.stored(was.row)._replace(card=read_card(connection, was.card), user=rows.user(was.row.user))
            gone = unknown_among(connection, account, [partner.id for partner in old.partners])
            new = edit(old, gone)
            writes.restore(connection, was, old, new, by)
            if then:
                return writes.edit(connection, account, contact, then, by, image)
            return rows.one(contact) or new

        return await self._database.write(unit)

    async def erase(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Remove the contact and all that was ever recorded of it, but that there was one; unless `allowed` raises."""

        def look(connection: apsw.Connection) -> list[str]:
            account, campaign = campaign_numbers(connection, *place)
            contacts = erase_contact.with_merged(connection, key(campaign, number))
            return [name for one in contacts for name in idempotency.keys_of(connection, account, number_of(one))]

        keys = await self._database.read(look)

        def unit(connection: WriteConnection) -> None:
            account, campaign = campaign_numbers(connection, *place)
            contacts = erase_contact.with_merged(connection, key(campaign, number))
            erased = [_erase(connection, account, contact, allowed, by) for contact in contacts]
            if not any(erased):
                raise _not_found(number)
            idempotency.forget(connection, account, keys)  # no more can have come since: they come with the contact
            erase_contact.forget_merges(connection, account, contacts)
            sessions.forget(connection, account)
            job_removal.erase(connection, campaign)

        await self._database.write(unit)
        await self._database.write_slices(job_removal.erased_go)
        await self._database.rinse()


def _erase(
    connection: WriteConnection, account: int, contact: int, allowed: Callable[[StoredContact], None], by: str
) -> bool:
    """Remove a contact and what is recorded of it; False if there is neither."""
    present = writes.present(connection, account, contact)
    if present is None and not erase_contact.recorded(connection, contact):
        return False
    if present:
        allowed(present[1])
        gone = writes.remove(connection, *present, by, "erased")
    else:
        gone = forgetting.gone_since(connection, contact)
    forgetting.erase(connection, contact, gone)
    names.forget(connection, contact)
    erase_contact.forget(connection, account, contact, present[0].row.image if present else None)
    duplicates.forget(connection, contact >> BITS, number_of(contact))
    shares.forget(connection, contact)
    uploads.forget(connection, contact)
    return True


def _not_found(number: int) -> NotFoundError:
    return NotFoundError(f"there is no contact {number}")
