"""The generation of a store on PostgreSQL: what a revision, an id or a sequence number is good for.

An older state that comes back is on another server (a dump that was restored), in another database or table of it, or
on another timeline (a recovery to a point in time; a standby that was made the primary, which may lack what came last).
The table `generation` notes where it is; who connects and finds itself elsewhere begins a new one, and skips numbers
that may have been given. The nodes of a distributed engine are servers of their own: there nothing is noted, and
whoever restores draws anew (docs/operations/scale.md). See docs/adr/0016-generations.md.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from cardwright.store.postgres.driver import DriverError

if TYPE_CHECKING:
    from cardwright.store.postgres.driver import Connection

SKIPPED: Final = 1_000_000
"""Numbers that are skipped, for nothing says how many were given: no contact that a million others followed."""

_NOTED: Final = "SELECT id, server FROM generation"
_DATABASE: Final = """SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8), 'generation'::regclass::oid,
    (SELECT oid FROM pg_database WHERE datname = current_database())"""
_SERVERS: Final = (f"{_DATABASE}, system_identifier FROM pg_control_system()", _DATABASE)
_BEGIN: Final = "UPDATE generation SET id = $1, server = $2"
SKIP_CONTACTS: Final = "UPDATE counter SET last_contact = last_contact + $1, last_user = last_user + $1"
SKIP_CHANGES: Final = "UPDATE campaign SET sequence = sequence + $1"


async def settled(connection: Connection) -> str:
    """Return the name of the generation that the connection leads to; a new one where that is an older state.

    Whoever connects does this before anything else, so nobody writes numbers that are yet to be skipped.
    """
    server = await _server(connection)
    drawn, noted = await connection.row(_NOTED) or ("", "")
    if server in {"", noted}:
        return str(drawn)
    async with connection.transaction():
        drawn, noted = await connection.row(f"{_NOTED} FOR UPDATE") or ("", "")
        if noted != server:  # nobody else has begun it meanwhile
            drawn = secrets.token_hex(6)
            await connection.execute(_BEGIN, drawn, server)
            for command in (SKIP_CONTACTS, SKIP_CHANGES):
                await connection.execute(command, SKIPPED)
    return str(drawn)


async def _server(connection: Connection) -> str:
    """Return what tells where the data is; `""` where the engine does not say."""
    for query in () if connection.by_account else _SERVERS:
        try:
            said = tuple(await connection.row(query) or ())
        except DriverError as error:
            if not error.state.startswith("42"):  # it has no such functions, or gives them to few
                raise
        else:
            return hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()
    return ""
