"""The table `block`: for each 2,048 contact numbers, how many contacts there are and the sequence of the last change.

It finds page N without walking there, and says which remembered counts are stale. It is written once per commit, for
all units of work together.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from cardwright.store.remembered import BLOCK_BITS, Block
from cardwright.store.sqlite import keys
from cardwright.store.sqlite.keys import end, first_after

if TYPE_CHECKING:
    from collections.abc import Iterable

    import apsw

CAMPAIGN_BITS: Final = keys.BITS - BLOCK_BITS
"""How far a block's key is shifted to give its campaign's."""
_SETTLE: Final = f"""
    INSERT INTO block (block, contacts, changed)
    SELECT ?1, ?2, sequence FROM campaign WHERE campaign = ?1 >> {CAMPAIGN_BITS}
    ON CONFLICT DO UPDATE SET contacts = contacts + excluded.contacts, changed = excluded.changed"""  # noqa: S608 - constant
_OF: Final = "SELECT block, contacts, changed FROM block WHERE block >= ? AND block < ? ORDER BY block"


def settle(connection: apsw.Connection, changes: Iterable[tuple[int, int]]) -> None:
    """Count the contacts that a commit changed: 1 for a key that came, -1 for one that went, 0 for a change."""
    by_block: defaultdict[int, int] = defaultdict(int)
    for contact, change in changes:
        by_block[contact >> BLOCK_BITS] += change
    connection.executemany(_SETTLE, by_block.items())


def blocks(connection: apsw.Connection, campaign: int) -> list[Block]:
    """Return the blocks of a campaign in their order; some may be empty."""
    rows = connection.execute(_OF, _range(campaign))
    return [Block(*row) for row in rows]


def drop(connection: apsw.Connection, campaign: int) -> None:
    """Remove the blocks of a campaign that goes."""
    connection.execute("DELETE FROM block WHERE block >= ? AND block < ?", _range(campaign))


def stretch(block: int) -> tuple[int, int]:
    """Return the first key of a block, and the first past it."""
    return block << BLOCK_BITS, block + 1 << BLOCK_BITS


def _range(campaign: int) -> tuple[int, int]:
    return first_after(campaign) >> BLOCK_BITS, end(campaign) >> BLOCK_BITS
