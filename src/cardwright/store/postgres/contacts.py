"""`ContactStore` in PostgreSQL: one contact, a list of them, and what an edit makes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright import limits
from cardwright.book.images import Image
from cardwright.errors import ConflictError, KeyReusedError, NotFoundError
from cardwright.store.names import several
from cardwright.store.postgres import (
    card_names,
    duplicates,
    erase_contact,
    job_removal,
    names,
    sessions,
    shares,
    uploads,
    writes,
)
from cardwright.store.postgres.cards import octets_of, read_card
from cardwright.store.postgres.contact_rows import (
    COLUMNS,
    Spot,
    all_full,
    all_stored,
    one,
    partner_names,
    stored_of,
    user_of,
)
from cardwright.store.postgres.creates import Creates
from cardwright.store.postgres.creation import Creation, unknown_among
from cardwright.store.postgres.finding.listing import Listing
from cardwright.store.postgres.lane import Lanes
from cardwright.store.postgres.numbers import LARGEST, account_number, campaign_numbers, lock
from cardwright.store.postgres.updates import Edited, edited, put_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.book.merges import Return
    from cardwright.book.ports import Draft, Edit, Place, Repeat
    from cardwright.book.requests import ContactsPage, Query
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.database import Database
    from cardwright.store.postgres.driver import Connection
    from cardwright.store.shared_memory import SharedMemory

_ONE: Final = f"SELECT {COLUMNS} FROM contact WHERE account = $1 AND campaign = $2 AND number = $3"  # noqa: S608 - constant
_MADE: Final = f"""SELECT digest, number FROM repeat WHERE account = $1 AND key = $2
    AND created > extract(epoch FROM clock_timestamp()) * 1000 - {limits.IDEMPOTENCY.value * 60 * 60 * 1_000}"""  # noqa: S608 - constant
_IMAGE: Final = "SELECT media_type, data, small FROM image WHERE account = $1 AND digest = $2"
_OCTETS: Final = "SELECT octet_length(data) FROM image WHERE account = $1 AND digest = $2"
_LABELS: Final = """SELECT labels FROM contact WHERE account = $1 AND campaign = $2
    ORDER BY account DESC, campaign DESC, updated DESC, number DESC LIMIT 500"""
_TRIES: Final = 3  # of an update without a lock


class PostgresContacts:
    """The port `book.ports.ContactStore`."""

    def __init__(self, database: Database, shared: SharedMemory | None = None) -> None:
        self._database = database
        self._listing = Listing(database, shared)
        self._creates = Lanes(database, Creates().keep)
        self._updates = Lanes(database, put_all)

    async def close(self) -> None:
        """Wait until every write that was handed over has its answer."""
        await self._creates.close()
        await self._updates.close()

    async def generation(self) -> str:
        """Return what names the history that revisions and numbers belong to."""
        return self._database.generation

    async def unknown_partners(self, place: Place, partners: Sequence[str]) -> Sequence[str]:
        """Return those of the ids that are no partner accounts of this account."""

        async def look(connection: Connection) -> Sequence[str]:
            account, _ = await campaign_numbers(connection, place)
            return await unknown_among(connection, account, partners)

        return await self._database.read(look)

    async def repeated(self, sid: str, repeat: Repeat) -> int | None:
        """Return the number made under this key within 24 hours; KeyReusedError if that had other contents."""

        async def look(connection: Connection) -> int | None:
            row = await connection.row(_MADE, await account_number(connection, sid), repeat.key)
            if row is None:
                return None
            if row[0] != repeat.digest:
                raise KeyReusedError("this idempotency key was used before, with other contents")
            return int(row[1])

        return await self._database.read(look)

    async def create(self, place: Place, draft: Draft, by: str, repeat: Repeat | None = None) -> int:
        """Keep a contact and return the number it was given; with `repeat`, as `repeated` says if it is one."""
        return await self._creates.add(Creation(place, draft, by, repeat))

    async def get(self, place: Place, number: int, *, full: bool = False) -> StoredContact:
        """Return a contact; with its photo and card if `full`."""

        async def look(connection: Connection) -> StoredContact:
            spot = await _spot(connection, place, number)
            row = await connection.row(_ONE, *spot)
            if row is None:
                raise _not_found(number)
            if full:
                return (await all_full(connection, (spot.account, spot.campaign), [row]))[0]
            return (await all_stored(connection, spot.account, [row]))[0]

        return await (self._database.snapshot(look) if full else self._database.read(look))

    async def list(self, place: Place, query: Query, most: int | None = None) -> ContactsPage:
        """Return a page of contacts and how many there are in all, both of one moment."""
        return await self._listing.page(place, query, most)

    async def following(self, place: Place, query: Query, most: int | None = None) -> Sequence[StoredContact]:
        """Return the contacts of a query after `query.after`, at most `page_size`, with photos and cards."""
        return await self._listing.following(place, query, most)

    async def update(self, place: Place, number: int, edit: Edit, by: str, image: Image | None = None) -> StoredContact:
        """Put what `edit` makes of the contact in its place; what `edit` raises is raised, and nothing is kept."""

        async def unit(connection: Connection) -> StoredContact:
            return await writes.edit(connection, await _spot(connection, place, number), edit, by, image)

        async def look(connection: Connection) -> Edited | None:
            return await edited(connection, await _spot(connection, place, number), edit, by)

        for _ in range(0 if image else _TRIES):
            made = await self._database.read(look)
            if made is None:
                break
            if made.update is None:
                return made.stored()
            if revision := await self._updates.add(made.update):
                return made.stored(revision)
        return await self._database.write(unit)

    async def delete(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Delete the contact unless `allowed` raises."""

        async def unit(connection: Connection) -> None:
            spot = await _spot(connection, place, number)
            present = await writes.present(connection, spot)
            if present is None:
                raise _not_found(number)
            row, stored = present
            allowed(stored)
            await writes.remove(connection, spot, row, by)

        await self._database.write(unit)

    async def image(self, sid: str, digest: str) -> Image:
        """Return an image of the account."""

        async def look(connection: Connection) -> Image:
            row = await connection.row(_IMAGE, await account_number(connection, sid), digest)
            if row is None:
                raise NotFoundError("there is no such image")
            media_type, data, small = row
            return Image(media_type, data, small, digest)

        return await self._database.read(look)

    async def octets(self, place: Place, number: int) -> int:
        """Return how much is read for the card of a contact, 0 when there is none, without reading it."""

        async def look(connection: Connection) -> int:
            return await octets_of(connection, await _spot(connection, place, number))

        return await self._database.read(look)

    async def image_octets(self, sid: str, digest: str) -> int:
        """Return the size of an image of the account, 0 when there is none, without reading it."""

        async def look(connection: Connection) -> int:
            return int(await connection.value(_OCTETS, await account_number(connection, sid), digest) or 0)

        return await self._database.read(look)

    async def labels(self, place: Place) -> Sequence[str]:
        """Return labels to suggest: those of the contacts that changed last."""

        async def look(connection: Connection) -> Sequence[str]:
            numbers = await campaign_numbers(connection, place)
            return several(row[0] for row in await connection.rows(_LABELS, *numbers))

        return await self._database.read(look)

    async def restore(  # noqa: PLR0913, PLR0917 - as in the port
        self, place: Place, number: int, edit: Return, by: str, then: Edit | None = None, image: Image | None = None
    ) -> StoredContact:
        """Bring back a deleted contact as `edit` returns it, and with `then` change it, as `ContactStore.restore`."""

        async def unit(connection: Connection) -> StoredContact:
            spot = await _spot(connection, place, number)
            await lock(connection, spot.account)  # two who restore it at once, and partner accounts that go
            if await one(connection, spot):
                raise ConflictError(f"contact {number} is not deleted")
            was = await writes.last_before(connection, spot)
            if was is None:
                raise _not_found(number)
            names = await partner_names(connection, spot.account, [was.row.partners])
            old = stored_of(was.row, names)._replace(
                card=await read_card(connection, spot, was.card),
                user=await user_of(connection, spot.account, was.row.partner_user),
            )
            new = edit(old, [partner.id for partner in old.partners if partner.id not in names])
            await writes.restore(connection, spot, was, old, new, by)
            if then:
                return await writes.edit(connection, spot, then, by, image)
            return await one(connection, spot) or new

        return await self._database.write(unit)

    async def erase(self, place: Place, number: int, allowed: Callable[[StoredContact], None], by: str) -> None:
        """Remove the contact and all that was ever recorded of it, but that there was one; unless `allowed` raises."""

        async def unit(connection: Connection) -> None:
            spot = await _spot(connection, place, number)
            await lock(connection, spot.account)
            spots = await erase_contact.with_merged(connection, spot)
            erased = [await _erase(connection, one, allowed, by) for one in spots]
            if not any(erased):
                raise _not_found(number)
            await erase_contact.forget_merges(connection, spots)
            await sessions.forget(connection, spot.account)
            await job_removal.erase(connection, spot.account, spot.campaign)

        await self._database.write(unit)


async def _erase(connection: Connection, spot: Spot, allowed: Callable[[StoredContact], None], by: str) -> bool:
    """Remove a contact and what is recorded of it; False if there is neither."""
    present = await writes.present(connection, spot)
    if present is None and not await erase_contact.recorded(connection, spot):
        return False
    gone_at = None if present else await card_names.gone_at(connection, spot)
    if present:
        allowed(present[1])
        gone_at = await writes.remove(connection, spot, present[0], by, erased=True)
    await names.forget(connection, spot)
    await card_names.forget(connection, spot, gone_at or 0)
    await erase_contact.forget(connection, spot, present[0].image if present else None)
    await duplicates.forget(connection, spot)
    await shares.forget(connection, spot)
    await uploads.forget(connection, spot)
    return True


async def _spot(connection: Connection, place: Place, number: int) -> Spot:
    """Return where a contact stands, or would; NotFoundError for a campaign that is not there."""
    numbers = await campaign_numbers(connection, place)
    return Spot(*numbers, min(number, LARGEST))


def _not_found(number: int) -> NotFoundError:
    return NotFoundError(f"there is no contact {number}")
