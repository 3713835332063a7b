"""Removing a campaign in slices, each a commit of its own, so that others can write in between.

The campaign is hidden first, under an id that nobody can name: it is gone at once, and its id is free again. What is
left when that is cut short goes with the next campaign of the account that is removed, or with the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cardwright.errors import NotFoundError
from cardwright.store.sqlite.books import name_first_again
from cardwright.store.sqlite.erase_contact import forget_image
from cardwright.store.sqlite.finding.block_counts import drop
from cardwright.store.sqlite.finding.names import names_go
from cardwright.store.sqlite.forgetting import books_go
from cardwright.store.sqlite.job_removal import jobs_go
from cardwright.store.sqlite.keys import key
from cardwright.store.sqlite.remove_account import (
    changes_go,
    contacts_go,
    duplicates_go,
    few_go,
    groups_go,
    originals_go,
)
from cardwright.store.sqlite.shares import shares_go
from cardwright.store.sqlite.uploads import uploads_go

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cardwright.store.sqlite.writer import WriteConnection

_SLICE: Final = 500
_HIDDEN: Final = "/removed/"  # an id has no slash
_KEYS: Final = f"SELECT key, number FROM repeat WHERE account = ? AND key > ? ORDER BY key LIMIT {_SLICE}"  # noqa: S608 - constant
_KNOWN: Final = """SELECT EXISTS (SELECT 1 FROM contact WHERE contact = ?1)
    OR EXISTS (SELECT 1 FROM change WHERE contact = ?1 AND before IS NOT NULL)"""
_IMAGES: Final = f"SELECT digest FROM image WHERE account = ? AND digest > ? ORDER BY digest LIMIT {_SLICE}"  # noqa: S608 - constant


def hide(connection: WriteConnection, account: int, campaign: str) -> list[int]:
    """Hide a campaign of the account, and return the numbers of all that are hidden; NotFoundError for none."""
    command = "UPDATE campaign SET id = ? || hex(randomblob(16)) WHERE account = ? AND id = ?"
    connection.execute(command, (_HIDDEN, account, campaign))
    query = "SELECT campaign FROM campaign WHERE account = ? AND id >= ? AND id < ?"
    bounds = (account, _HIDDEN, _HIDDEN[:-1] + chr(ord(_HIDDEN[-1]) + 1))
    hidden = [int(number) for (number,) in connection.execute(query, bounds)]
    if not hidden:
        raise NotFoundError(f"there is no campaign {campaign}")
    name_first_again(connection, account)
    return hidden


def slices(account: int, campaign: int) -> Iterator[Callable[[WriteConnection], Any]]:
    """Give what is to be done in units of its own, one after the other; each says whether it is to be done again."""
    yield _Along(lambda c, after: _keys_go(c, account, campaign, after))
    yield lambda c: shares_go(c, campaign)
    yield lambda c: uploads_go(c, campaign)
    yield lambda c: contacts_go(c, account, campaign)
    yield lambda c: names_go(c, campaign)
    yield lambda c: changes_go(c, campaign)
    yield lambda c: originals_go(c, campaign)
    yield lambda c: groups_go(c, campaign)
    yield lambda c: duplicates_go(c, campaign)
    yield lambda c: books_go(c, campaign)
    yield lambda c: jobs_go(c, campaign)
    yield _Along(lambda c, after: _images_go(c, account, after))
    yield lambda c: _end(c, campaign)


class _Along:
    """Goes along a table, from the row after which the slice before ended."""

    def __init__(self, step: Callable[[WriteConnection, str], str]) -> None:
        self._step = step
        self._after = ""

    def __call__(self, connection: WriteConnection) -> bool:
        self._after = self._step(connection, self._after)
        return bool(self._after)


def _keys_go(connection: WriteConnection, account: int, campaign: int, after: str) -> str:
    """Let go of the idempotency keys under which contacts of the campaign were made; they know only the number."""
    keys: list[tuple[Any, ...]] = connection.execute(_KEYS, (account, after)).fetchall()
    for name, number in keys:
        if connection.execute(_KNOWN, (key(campaign, number),)).get:
            connection.execute("DELETE FROM repeat WHERE account = ? AND key = ?", (account, name))
    return str(keys[-1][0]) if keys else ""


def _images_go(connection: WriteConnection, account: int, after: str) -> str:
    """Let go of images that nothing points to any more."""
    digests: list[tuple[Any, ...]] = connection.execute(_IMAGES, (account, after)).fetchall()
    for (digest,) in digests:
        forget_image(connection, account, digest)
    return str(digests[-1][0]) if digests else ""


def _end(connection: WriteConnection, campaign: int) -> None:
    drop(connection, campaign)
    few_go(connection, campaign)
    connection.execute("DELETE FROM campaign WHERE campaign = ?", (campaign,))
