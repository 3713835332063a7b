"""Dry runs: a temporary store with a copy of one campaign, in which an import is tried."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import apsw

from cardwright.store.sqlite.database import FILE, Database
from cardwright.store.sqlite.faults import store_error
from cardwright.store.sqlite.finding.block_counts import CAMPAIGN_BITS
from cardwright.store.sqlite.keys import BITS, end, first_after

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from cardwright.book.ports import Place

_PREFIX: Final = "dry-run-"
_FRESH: Final = 60  # seconds for which a folder may not be locked yet by the dry run that made it

_COPIES: Final = (
    "INSERT INTO account SELECT * FROM live.account WHERE account = :account",
    "INSERT INTO campaign SELECT * FROM live.campaign WHERE campaign = :campaign",
    "UPDATE campaign SET named = 0",
    "INSERT INTO partner SELECT * FROM live.partner WHERE account = :account",
    "INSERT INTO partner_user SELECT * FROM live.partner_user WHERE partner IN (SELECT partner FROM partner)",
    f"INSERT INTO contact SELECT * FROM live.contact WHERE contact >> {BITS} = :campaign",  # noqa: S608 - constant
    f"INSERT INTO block SELECT * FROM live.block WHERE block >> {CAMPAIGN_BITS} = :campaign",  # noqa: S608 - constant
    "INSERT INTO card SELECT * FROM live.card WHERE :cards AND contact >= :first AND contact < :end",
    f"INSERT INTO group_card SELECT * FROM live.group_card WHERE group_card >> {BITS} = :campaign",  # noqa: S608 - constant
    "INSERT INTO original SELECT * FROM live.original WHERE original IN (SELECT original FROM card)",
    # All but the images themselves: a dry run compares digests.
    "INSERT INTO image SELECT account, digest, media_type, x'', x'' FROM live.image WHERE account = :account",
    # The index is copied as it is kept: what it was made from it does not have.
    "DELETE FROM search_data",
    "INSERT INTO search_data SELECT * FROM live.search_data",
    "INSERT INTO search_idx SELECT * FROM live.search_idx",
)


@contextlib.asynccontextmanager
async def copied(live: Path, place: Place, *, cards: bool) -> AsyncIterator[Path]:
    """Give a folder with a store that has a copy of the campaign, without images; it goes when the block ends.

    `live` is the file of the store. What killed dry runs have left beside it goes too.
    """
    _clear(live.parent)
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=live.parent) as folder, _held(folder):
            await _in_thread(lambda: _copy(live, Path(folder), place, cards=cards))
            yield Path(folder)
    except apsw.Error as error:
        raise store_error(error, live) from error


async def _in_thread(work: Callable[[], None]) -> None:
    """Do `work` beside the event loop, and to its end also when whoever waits for it is cancelled."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        raise


@contextlib.contextmanager
def _held(folder: str | Path) -> Iterator[None]:
    """Hold the lock of a folder, which ends with the process; BlockingIOError when somebody else holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _clear(folder: Path) -> None:
    """Remove the copies that no dry run uses any more; one that cannot be removed stays."""
    for left in folder.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _FRESH:
                with _held(left):
                    shutil.rmtree(left)


def _copy(live: Path, folder: Path, place: Place, *, cards: bool) -> None:
    Database(folder).close()
    with contextlib.closing(apsw.Connection(str(folder / FILE))) as connection:
        connection.execute("ATTACH ? AS live", (str(live),)).fetchall()
        connection.execute("BEGIN")
        numbers = connection.execute(
            "SELECT account, campaign FROM live.account JOIN live.campaign USING (account) WHERE sid = ? AND id = ?",
            place,
        ).fetchall()
        for account, campaign in cast("list[tuple[int, int]]", numbers):
            said = {
                "account": account,
                "campaign": campaign,
                "first": first_after(campaign),
                "end": end(campaign),
                "cards": cards,
            }
            for statement in _COPIES:
                connection.execute(statement, said)
        connection.execute("COMMIT")
