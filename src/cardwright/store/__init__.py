"""The stores behind the ports of `book`; the only SQL in the tree.

A process opens its store with `async with open_store(data) as store` after it was forked. What it gives has the
methods of `cardwright.book.ports.Store`, whatever keeps the data; nobody else knows which store that is.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from cardwright.errors import ConflictError, Fault, InvalidError, NotFoundError, Rule, StoreError, UnavailableError
from cardwright.store.moving import ITSELF, move

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from cardwright.book.migration_step import MigrationStep
    from cardwright.book.ports import Store
    from cardwright.store.moving import Filling, Moved, MoveStep
    from cardwright.store.postgres import PostgresStore
    from cardwright.store.shared_memory import SharedMemory
    from cardwright.store.sqlite import SqliteStore

Tell: TypeAlias = "Callable[[MigrationStep], None]"
"""Hears how far a store has come that is brought up to date."""

Older: TypeAlias = Literal["migrate", "refuse", "take"]
"""What becomes of a store whose schema is that of an older Cardwright: it is brought up to date, it is refused, or it
is taken as it is, which is for who copies or checks it and knows none of its tables."""


_POSTGRESQL: Final = ("postgresql://", "postgres://")
_LIKE_POSTGRESQL: Final = re.compile(r"postgres(ql)?:(?!//)|(host|hostaddr|port|dbname|user|password|service) *=")
"""What was meant for an address: one slash too few, or what `psql` takes beside one. No folder comes of it."""


def check_file(file: Path) -> list[str]:
    """Return what is wrong with a store that is one file, as a backup is, one line each; nothing is written.

    Raises StoreError when it is no store.
    """
    from cardwright.store.sqlite import SqliteStore

    return SqliteStore.check_file(file)


def files_of(data: str) -> list[Path]:
    """Return every file that the store that `data` names has or may come to have, there or not; none of an address."""
    from cardwright.store.sqlite import SqliteStore

    return [] if "://" in data else SqliteStore.files(_folder(data))


@contextlib.asynccontextmanager
async def open_store(
    data: str | Path,
    *,
    create: bool = True,
    older: Older = "migrate",
    tell: Tell | None = None,
    shared: SharedMemory | None = None,
) -> AsyncIterator[Store]:
    """Open the store that `data` names: a folder (SQLite inside it, made on first use) or a `postgresql://` address.

    It is closed when the block ends. `tell` hears how far a migration is; what it raises ends that, and takes it back.
    With `shared`, what lists and searches have found is remembered there, for every process that has it.
    A `~` that begins the name of a folder is the user's own: no shell has looked at what comes from a file. Raises
    StoreError, with one line for the operator, when it cannot be opened; InvalidError when `data` is empty or another
    address; NotFoundError when there is no store and `create` is false.
    """
    if not str(data):
        raise InvalidError([Fault("data", Rule.REQUIRED, "is empty: give it a folder")])
    store: SqliteStore | PostgresStore
    if str(data).startswith(_POSTGRESQL):
        store = await _at_address(str(data), create=create, older=older, tell=tell, shared=shared)
    else:
        _check_is_folder(data)
        store = _in_folder(str(data), create=create, older=older, tell=tell, shared=shared)
    try:
        if source := await store.unfinished():
            raise UnavailableError(
                f"{named(str(data))} is an unfinished copy of {source}: run `cardwright migrate --from … --to …` again"
            )
        yield store
    finally:
        await store.close()


async def moved(source: str, target: str, tell: Callable[[MoveStep], None]) -> list[Moved]:
    """Copy the store that `source` names into the one that `target` names, and compare all of it.

    The target is made if it is not there; it has to be empty, or what is left of the same copy that was cut short. The
    source is not written, and nobody else writes it meanwhile. Raises StoreError when a server has one of them open, or
    they are not equal afterwards; ConflictError when the target holds something else; NotFoundError without a source.
    """
    for data in (source, target):
        if not data.startswith(_POSTGRESQL):
            _check_is_folder(data)
    if "://" not in source + target and _folder(source).resolve() == _folder(target).resolve():
        raise ConflictError(ITSELF.format(named(target)))
    async with open_store(source, create=False, older="refuse"):
        pass
    async with _alone(source, fills=False) as reading, _alone(target, fills=True) as filling:
        return await move(reading, filling, (named(source), named(target)), tell)


@contextlib.asynccontextmanager
async def _alone(data: str, *, fills: bool) -> AsyncIterator[Filling]:
    if data.startswith(_POSTGRESQL):
        with _driver():
            from cardwright.store.postgres import moving as at_address

        async with at_address.alone(data, fills=fills) as rows:
            yield rows
    else:
        from cardwright.store.sqlite import SqliteStore
        from cardwright.store.sqlite import moving as in_folder

        SqliteStore.refuse_shared(_folder(data))
        with in_folder.alone(_folder(data), fills=fills) as rows:
            yield rows


def _check_is_folder(data: str | Path) -> None:
    if _LIKE_POSTGRESQL.match(str(data)):
        raise InvalidError([Fault("data", Rule.FORM, "is no folder: a database is named postgresql://user@host/name")])
    if "://" in str(data):
        told = str(data).partition("://")[0]  # the rest may hold a password
        raise InvalidError([Fault("data", Rule.FORM, f"{told}:// is no address of a store: give it a folder")])


def named(data: str) -> str:
    """Return how what `data` names is told to people: without what is secret in an address."""
    if not data.startswith(_POSTGRESQL):
        return f"the store in {data}"
    from cardwright.store.postgres.address import named as at_address

    return f"the {at_address(data)}"


def distribution() -> list[str]:
    """Return the statements that distribute the tables of a store on PostgreSQL over the nodes of Citus."""
    with _driver():
        from cardwright.store.postgres.distribution import statements
    return list(statements())


@contextlib.contextmanager
def _driver() -> Iterator[None]:
    """Raise StoreError with what to install where the driver is missing that the block imports."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreError("a store on PostgreSQL needs its driver: pip install 'cardwright[postgres]'") from error


async def _at_address(
    data: str, *, create: bool, older: Older, tell: Tell | None, shared: SharedMemory | None
) -> PostgresStore:
    with _driver():
        from cardwright.store.postgres import PostgresStore
    return await PostgresStore.open(data, older, tell, shared, create=create)


def _in_folder(data: str, *, create: bool, older: Older, tell: Tell | None, shared: SharedMemory | None) -> SqliteStore:
    folder = _folder(data)
    from cardwright.store.sqlite import SqliteStore

    if folder.is_file():
        raise StoreError(f"{folder} is a file: give --data the folder of a store")
    SqliteStore.refuse_shared(folder)
    if not create and not SqliteStore.exists(folder):
        raise NotFoundError(f"{folder} holds no store: give --data the folder of one")
    return SqliteStore.open(folder, older, tell, shared)


def _folder(data: str) -> Path:
    return Path(os.path.expanduser(data))  # noqa: PTH111 - that of pathlib fails where it knows no such user
