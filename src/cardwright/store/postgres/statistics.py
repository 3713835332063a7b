"""What the planner knows of how much there is: nothing of a table that has grown from nothing within a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cardwright.store.postgres.numbers import campaign_numbers

if TYPE_CHECKING:
    from cardwright.book.ports import Place
    from cardwright.store.postgres.driver import Connection

# A table that has grown from nothing within a minute is taken for an empty one: each look-up would read all of it, or
# of some index.
IS_UNKNOWN: Final = """SELECT contacts > 4 * greatest(reltuples, 100) FROM campaign CROSS JOIN pg_class
    WHERE account = $1 AND campaign = $2 AND pg_class.oid = $3::text::regclass"""

# Who does not own the index may not: then those who write do it.
_TAKE_IN: Final = """SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE oid = 'search_terms'::regclass AND pg_has_role(relowner, 'USAGE')"""


async def make_known(connection: Connection, place: Place) -> None:
    """Let the planner know how much there is to search, where it cannot know yet."""
    await _know(connection, await campaign_numbers(connection, place), "search")


async def take_terms_in(connection: Connection) -> None:
    """Take the terms that wait into their index: each look-up goes through all that wait, a millisecond at most."""
    if not connection.by_account:  # the nodes take them in
        await connection.value(_TAKE_IN)


async def make_cards_known(connection: Connection, numbers: tuple[int, int]) -> None:
    """Let the planner know how many cards there are, where it cannot know yet."""
    for table in ("contact", "card_name", "search"):
        await _know(connection, numbers, table)


async def _know(connection: Connection, numbers: tuple[int, int], table: str) -> None:
    if connection.by_account:
        return  # what is known of a shard, its node knows
    if await connection.value(IS_UNKNOWN, *numbers, table):
        await connection.execute(f"ANALYZE {table}")
