"""PostgreSQL's errors as errors of `cardwright.errors`, with a line for the operator: what, where, and what to do.

The line has the SQLSTATE, and no word of the server's own: that may repeat what somebody sent.
"""

from __future__ import annotations

from typing import Final

from cardwright.errors import CardwrightError, StoreError, StoreFullError, UnavailableError
from cardwright.store.postgres.driver import LOST, UNPROVEN, UNREACHABLE, UNREAD, UNREPLICATED, UNSAID, DriverError

AGAIN: Final = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: nothing was kept, and the same work succeeds when it is done once more."""

_VALUES: Final = ("22", "23")  # classes of faults of what a statement was given
# The first row whose beginning fits the SQLSTATE says what the operator reads.
_MESSAGES: Final = (
    (UNREPLICATED, "did not wait for its standby: what was written may be lost by a fail-over"),
    (LOST, "broke the connection: what was under way may have been written, or not"),
    (UNREACHABLE, "does not answer: check that the server runs and takes connections"),
    (
        UNSAID,
        "cannot be asked: check the parameters of the address, and the certificates it names or ~/.postgresql has",
    ),
    (UNPROVEN, "speaks no TLS, or does not prove who it is: check sslmode, sslrootcert and its certificate"),
    (
        UNREAD,
        "is asked with a certificate that cannot be read: check the files of sslrootcert, sslcert, sslkey and sslcrl",
    ),
    ("55000", "takes no connections: let it, by ALTER DATABASE with ALLOW_CONNECTIONS true"),
    ("26000", "is behind a pooler that gives statements to any connection: let it pool sessions"),
    ("42P05", "is behind a pooler that gives statements to any connection: let it pool sessions"),
    ("28", "refuses the user: check its name and its password (PGPASSWORD, ~/.pgpass, or in the address)"),
    ("3D000", "is not there: make it with createdb"),
    ("42501", "does not permit that to the user: let it own the database, by createdb --owner, and its tables"),
    ("25006", "is read-only: it is a standby, or was made so"),
    ("3F000", "has no schema to make tables in: search_path names none that is there"),
    ("57014", "had a statement cancelled by its operator"),
    ("53300", "has had no connection left for 10 s: raise max_connections, or run fewer workers"),
    ("57P", "is starting or shutting down"),
    ("08", "broke the connection"),
)


class RefusedError(StoreError):
    """The database does not take a value, or a row beside those that are there."""


def store_error(error: DriverError, where: str) -> CardwrightError:
    """Return the error to raise in place of one that was met at the database `where`."""
    if error.state.startswith("53100"):
        return StoreFullError(f"{where}: no room to write: free some disk space there")
    for begin, message in _MESSAGES:
        if error.state.startswith(begin):
            return UnavailableError(f"{where} {message}")
    kind = RefusedError if error.state.startswith(_VALUES) else StoreError
    return kind(f"{where} refuses a statement (SQLSTATE {error.state}): see its log")
