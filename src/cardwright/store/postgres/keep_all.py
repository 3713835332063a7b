"""New contacts that nothing speaks against, in one call of the function `keep_all`: counted here, numbered there.

What is known of the call before it is made, which of them are of one account and of one campaign, the database would
find out by sorting and joining: a fifth of what a create costs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cardwright.store.postgres.driver import Connection

_ARRAYS: Final = (
    "bigint[]", "bigint[]", "bigint[]", "integer[]", "text[]", "bigint[]", "bigint[]", "text[]", "bigint[]",
    "integer[]", "integer[]", "bigint[]", "integer[]", "bigint[]", "bigint", "text[]", "bigint[]", *["text[]"] * 13,
    "text[]", "bytea[]", "text[]", "bytea[]", "bigint",
)  # fmt: skip
_KEEP_ALL: Final = f"SELECT keep_all({', '.join(f'${at}::{kind}' for at, kind in enumerate(_ARRAYS, 1))})"


async def keep_all(
    connection: Connection, rows: Sequence[tuple[Any, ...]], partners: Sequence[Collection[str]], at: int, expired: int
) -> list[int] | None:
    """Keep new contacts, all of them or none, and return the number of each; None where something speaks against one.

    A row begins with account, number and id of the campaign, and goes on as the function is told. `partners` are those
    that are to be there. In one account they are numbered in their order.
    """
    order = sorted(range(len(rows)), key=lambda one: rows[one][:2])
    accounts: dict[int, int] = {}
    campaigns: dict[tuple[int, int, str], int] = {}
    counted = []
    for one in order:
        account, campaign = rows[one][0], rows[one][:3]
        accounts[account] = accounts.get(account, 0) + 1
        campaigns[campaign] = campaigns.get(campaign, 0) + 1
        counted.append((len(accounts), accounts[account], len(campaigns), campaigns[campaign]))
    asked = {(rows[one][0], partner) for one in order for partner in partners[one]}
    account_, campaign_, _, *columns = map(told, zip(*(rows[one] for one in order), strict=True))
    numbers = await connection.value(
        _KEEP_ALL, *_columns(accounts.items(), 2), *_columns([(*of, size) for of, size in campaigns.items()], 4),
        *_columns(asked, 2), account_, campaign_, *_columns(counted, 4), at, *columns, expired,
    )  # fmt: skip
    return None if numbers is None else [number for _, number in sorted(zip(order, numbers, strict=True))]


def told(column: tuple[Any, ...]) -> list[Any]:
    """Return what a function is told of a column: nothing where nobody has it, for to say so of each takes as long."""
    return [] if column.count(None) == len(column) else list(column)


def _columns(rows: Collection[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Return the columns of rows, of which there may be none."""
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in range(width)]
