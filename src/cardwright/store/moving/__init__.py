"""Moving a store: every row of one, put into another that is empty, and compared with it afterwards.

A row is moved in a form that no store keeps it in and each can say (`tables.py`). A slice of rows, and how far the copy
has come with it, is one commit: whoever is killed goes on there. What is half done is marked, and nobody else opens it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import msgspec

from cardwright.errors import ConflictError, StoreError
from cardwright.store.moving.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cardwright.store.moving.tables import Table

ITSELF: Final = "{} is the store that is to be moved: name another target"
_WIDTH: Final = 16  # octets of a digest
_encode: Final = msgspec.msgpack.Encoder().encode


class Slice(NamedTuple):
    """Some rows of a table, one after the other."""

    rows: Sequence[tuple[Any, ...]]
    """Each whose it is, then the columns of its `Table`."""
    position: str
    """Where the next slice begins, in the words of the store that gave this one."""


class Reading(Protocol):
    """All rows of a store, while nobody writes to it."""

    @property
    def state(self) -> str:
        """What tells this store, as it is, from others and from what it was before."""

    async def count(self, table: Table) -> int:
        """Return how many rows there are."""

    async def slice(self, table: Table, position: str) -> Slice:
        """Return the rows that follow a position, some at a time, none at the end; `""` is the beginning."""


class Filling(Reading, Protocol):
    """A store that is being filled."""

    async def begin(self, state: str, source: str) -> str:
        """Mark the store as a copy of a source in this state, and return the state that the mark already named.

        Raises ConflictError when it has rows and no mark.
        """

    async def position(self, table: Table) -> str:
        """Return how far the copy of a table has come: as `keep` was told last."""

    async def keep(self, table: Table, rows: Sequence[tuple[Any, ...]], before: str, position: str) -> None:
        """Write rows, and that the copy has come from `before` to this position, in one commit."""

    async def end(self) -> None:
        """Take the mark away: the store is whole."""


def position_after(key: Sequence[Any]) -> str:
    """Return the position after the row with this key."""
    return base64.b64encode(_encode(list(key))).decode()


def key_at(position: str) -> list[Any]:
    """Return the key of the row before a position; nothing for the beginning."""
    key: list[Any] = msgspec.msgpack.decode(base64.b64decode(position)) if position else []
    return key


class MoveStep(NamedTuple):
    """How far a store is that is moved."""

    table: str
    compares: bool
    """Whether what was copied is being compared."""
    rows: int
    """How many were looked at since the last step."""
    total: int
    """How many rows the whole has to look at: each when it is copied, and in both stores when it is compared."""


class Moved(NamedTuple):
    """A table that is equal in both stores."""

    table: str
    rows: int
    digest: str


async def move(
    source: Reading, target: Filling, names: tuple[str, str], tell: Callable[[MoveStep], None]
) -> list[Moved]:
    """Copy every table, or what is left of that, then compare all of them; `names` tell the stores to people.

    Raises ConflictError when the target is neither empty nor the unfinished copy of this source, StoreError when the
    stores are not equal afterwards.
    """
    if source.state == target.state:  # an address can be written in many ways
        raise ConflictError(ITSELF.format(names[1]))
    marked = await target.begin(source.state, names[0])
    if marked != source.state:
        raise ConflictError(
            f"{names[1]} is an unfinished copy of another store, or {names[0]} was written to since: "
            "remove that copy and begin again"
        )
    told = _Told(tell, 3 * sum([await source.count(table) for table in TABLES]))
    for table in TABLES:
        await _copy(source, target, table, told)
    moved = [await _compare(source, target, table, told) for table in TABLES]
    if different := [one.table for one in moved if not one.digest]:
        raise StoreError(
            f"{names[1]} is not equal to {names[0]} in {', '.join(different)}: remove that copy and begin again"
        )
    await target.end()
    return moved


async def _copy(source: Reading, target: Filling, table: Table, told: _Told) -> None:
    position = await target.position(table)
    if position:
        told(table, await target.count(table))
    while (part := await source.slice(table, position)).rows:
        await target.keep(table, part.rows, position, part.position)
        position = part.position
        told(table, len(part.rows))


async def _compare(source: Reading, target: Reading, table: Table, told: _Told) -> Moved:
    """Return the digest of a table, which is empty when it is not the same in both stores."""
    first, second = await digest(source, table, told), await digest(target, table, told)
    return Moved(table.name, first[0], first[1] if first == second else "")


async def digest(store: Reading, table: Table, told: Callable[..., None]) -> tuple[int, str]:
    """Return the number of rows of a table, and the sum of their digests: that does not depend on their order."""
    count, total, position = 0, 0, ""
    while (part := await store.slice(table, position)).rows:
        for row in part.rows:
            total += int.from_bytes(hashlib.blake2b(_encode(row), digest_size=_WIDTH).digest())
        count += len(part.rows)
        position = part.position
        told(table, len(part.rows), compares=True)
    return count, (total % (1 << 8 * _WIDTH)).to_bytes(_WIDTH).hex()


class _Told:
    """Tells how far it is."""

    def __init__(self, tell: Callable[[MoveStep], None], total: int) -> None:
        self._tell = tell
        self._total = total

    def __call__(self, table: Table, rows: int, *, compares: bool = False) -> None:
        self._tell(MoveStep(table.name, compares, rows, self._total))
