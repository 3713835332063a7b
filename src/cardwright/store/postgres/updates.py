"""Updates that wait for the same commit. An edit is made of what was read, without a lock, and kept if that stands.

Where another change came between, it is made again of what is there then. A change that takes more than the row of the
contact, its terms and a small card goes the usual way, in a transaction of its own (`writes.edit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cardwright.book.stored import weight
from cardwright.errors import NotFoundError
from cardwright.store.card_rows import LARGE, CardRow
from cardwright.store.instants import instant, now
from cardwright.store.postgres.cards import row_of_card
from cardwright.store.postgres.contact_rows import (
    COLUMNS,
    ContactRow,
    Spot,
    all_full,
    columns_in,
    partner_names,
    row_of,
    stored_of,
    user_of,
)
from cardwright.store.postgres.writes import Before, terms_at, written

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from cardwright.book.ports import Edit
    from cardwright.book.stored import StoredContact
    from cardwright.store.postgres.driver import Connection

_ONE: Final = f"SELECT {COLUMNS} FROM contact WHERE account = $1 AND campaign = $2 AND number = $3"  # noqa: S608 - constant
_ARRAYS: Final = (
    "bigint[]", "integer[]", "bigint[]", "bigint[]", "bigint[]", "text[]", "text[]", "text[]", "boolean[]",
    *["text[]"] * 13, "text[]", "bytea[]",
)  # fmt: skip
_PUT: Final = f"SELECT * FROM put_contacts({', '.join(f'${at}::{kind}' for at, kind in enumerate(_ARRAYS, 1))})"  # noqa: S608 - constants
_PUT_IN: Final = _PUT.replace("put_contacts($1::bigint[]", "put_contacts_in($1::bigint")


class WaitingUpdate(NamedTuple):
    """A contact as it is to be, if it is still at the revision that the edit was made of."""

    spot: Spot
    values: tuple[Any, ...]
    """Those of `put_contacts`, after the spot."""

    @property
    def account(self) -> int:
        """Whose it is."""
        return self.spot.account

    @property
    def octets(self) -> int:
        """How much is held for it."""
        return len(self.values[-1] or b"")

    @property
    def alone(self) -> Sequence[Hashable]:
        """The contact."""
        return (self.spot,)


class Edited(NamedTuple):
    """What an edit makes of a contact."""

    row: ContactRow
    names: dict[str, str]
    """Of its partner accounts."""
    update: WaitingUpdate | None
    """None where nothing changes."""

    def stored(self, revision: int | None = None) -> StoredContact:
        """Return the contact as it is then."""
        return stored_of(self.row if revision is None else self.row._replace(revision=revision), self.names)


async def edited(connection: Connection, spot: Spot, edit: Edit, by: str) -> Edited | None:
    """Return what an edit makes of a contact; None for one that is to go the usual way; NotFoundError for none."""
    values = await connection.row(_ONE, *spot)
    if values is None:
        raise NotFoundError(f"there is no contact {spot.number}")
    row = ContactRow._make(values)
    (read,) = await all_full(connection, (spot.account, spot.campaign), [values])
    old = read._replace(user=await user_of(connection, spot.account, row.partner_user))
    if weight(old) >= LARGE:
        return None
    kept = await row_of_card(connection, spot) if old.card else None
    if kept and kept.original is not None:
        return None
    at = now()
    new = edit(old, instant(at))
    if new == old:
        return Edited(row, {partner.id: partner.name for partner in old.partners}, None)
    if len(new.card) >= LARGE:
        return None
    before = written(Before(row, CardRow(old.card) if old.card else None))
    says, said = terms_at(spot, new), terms_at(spot, old)
    after = row_of(row, new)._replace(updated=at)
    names = await partner_names(connection, spot.account, [after.partners])
    card = None if new.card == old.card else new.card
    terms = None if says == said else says
    return Edited(
        after,
        names,
        WaitingUpdate(spot, (row.revision, at, by, before, row.image, new.own_title, *columns_in(after), terms, card)),
    )


async def put_all(connection: Connection, updates: Sequence[WaitingUpdate]) -> list[int | Exception]:
    """Keep what still stands, and return the new revision of each, 0 of one that does not.

    On a distributed engine all are of one account.
    """
    accounts, *columns = map(list, zip(*((*update.spot, *update.values) for update in updates), strict=True))
    query, of_whom = (_PUT_IN, accounts[0]) if connection.by_account else (_PUT, accounts)
    kept: dict[int, int] = dict(await connection.rows(query, of_whom, *columns))
    connection.check_replicated()
    return [kept.get(at, 0) for at in range(1, len(updates) + 1)]
