"""Idempotency keys: what was made under each within 24 hours (PC-29)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from cardwright import limits
from cardwright.clock import boot, since_boot
from cardwright.errors import KeyReusedError
from cardwright.store.instants import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from cardwright.book.ports import Repeat

_KEPT: Final = limits.IDEMPOTENCY.value * 60 * 60 * 1_000


def made(connection: apsw.Connection, account: int, repeat: Repeat) -> int | None:
    """Return the number of the contact made under the key; KeyReusedError if that was with other contents."""
    query = "SELECT digest, number FROM repeat WHERE account = ? AND key = ? AND created > ?"
    row = connection.execute(query, (account, repeat.key, _now(connection) - _KEPT)).fetchone()
    if row is None:
        return None
    digest, number = row
    if digest != repeat.digest:
        raise KeyReusedError("this idempotency key was used before, with other contents")
    return int(number)


def keys_of(connection: apsw.Connection, account: int, number: int) -> list[str]:
    """Return the keys under which a contact was made. No index leads there: ask before the write lock is taken."""
    query = "SELECT key FROM repeat WHERE account = ? AND number = ?"
    return [str(key) for (key,) in connection.execute(query, (account, number))]


def forget(connection: apsw.Connection, account: int, keys: Sequence[str]) -> None:
    """Let go of keys."""
    connection.executemany("DELETE FROM repeat WHERE account = ? AND key = ?", [(account, key) for key in keys])


def keep(connection: apsw.Connection, account: int, repeat: Repeat, number: int) -> None:
    """Keep what was made under the key, and let go of keys that are too old to be asked for."""
    at = _now(connection)
    _set(connection, at)
    connection.execute("DELETE FROM repeat WHERE created <= ?", (at - _KEPT,))
    command = "INSERT INTO repeat (account, key, digest, number, created) VALUES (?, ?, ?, ?, ?)"
    connection.execute(command, (account, repeat.key, repeat.digest, number, at))


def _now(connection: apsw.Connection) -> int:
    """Return a time in milliseconds that passes as time does, whoever sets the clock of the machine.

    It is that of the first use since the machine started, and goes on from there; it never goes back.
    """
    seen, ahead = cast("tuple[str, int]", connection.execute("SELECT boot, ahead FROM clock").fetchone())
    if seen and seen == boot():
        return ahead + int(since_boot() * 1_000)
    latest = connection.execute("SELECT max(created) FROM repeat").get
    return max(now(), latest or 0)


def _set(connection: apsw.Connection, at: int) -> None:
    """Let `_now` go on from here, in this start of the machine."""
    command = "UPDATE clock SET boot = ?1, ahead = ?2 WHERE boot <> ?1"
    connection.execute(command, (boot(), at - int(since_boot() * 1_000)))
