"""The generation of a store on PostgreSQL: what a revision, an id or a sequence number is good for.

An older state that comes back is on another server (a dump that was restored), in another database of it, or on
another timeline (a recovery to a point in time; a standby that was made the primary, which may lack what came last).
So these name the generation, beside what was drawn when the tables were made. The nodes of a distributed engine are
servers of their own: there what was drawn names it alone, and whoever restores draws anew (docs/operations/scale.md).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cardwright.store.postgres.driver import DriverError

if TYPE_CHECKING:
    from cardwright.store.postgres.driver import Connection

_DRAWN: Final = "SELECT id FROM generation"
_SERVER: Final = """SELECT system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()) FROM pg_control_system()"""


async def of(connection: Connection) -> str:
    """Return the name of the generation that the connection leads to."""
    drawn = await connection.value(_DRAWN)
    if connection.by_account:  # any node may be the one that is asked
        return str(drawn)
    try:
        server = tuple(await connection.row(_SERVER) or ())
    except DriverError as error:
        if not error.state.startswith("42"):  # an engine that has no such functions, or gives them to few
            raise
        server = ()
    return hashlib.blake2b(repr((drawn, *server)).encode(), digest_size=6).hexdigest()
