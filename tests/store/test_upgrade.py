"""A server beside a newer one that brings the store up to date: it answers 503, and writes nothing in the old form."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from cardwright.store.postgres import migrations as postgres_migrations
from cardwright.store.sqlite import migrations as sqlite_migrations
from cardwright.store.sqlite.database import FILE
from partner_client import WILE, Client, client, prepare
from serving import ENVIRONMENT, run, serve, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Cluster

# `cardwright` of the version after this one, whose records of changes have one thing more.
NEWER = """
import sys
from pathlib import Path
from cardwright.cli import main
from cardwright.store.postgres import migrations as postgres
from cardwright.store.sqlite import migrations as sqlite

for one in (postgres, sqlite):
    one.__version__ = "9.8.7"
    one.LAST += 1
    one._KNOWN.append((one.LAST, Path(sys.argv.pop())))
for bring in (postgres.bring, sqlite.apply):
    bring.__kwdefaults__["to"] += 1
main()
"""
COLUMN = "ALTER TABLE change ADD COLUMN newer integer; UPDATE change SET newer = 1"
OLD_FORM = "SELECT count(*) FROM change WHERE newer IS NULL"


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store is to be, of either kind."""
    if request.param == "SQLite":
        yield str(tmp_path / "data")
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    with postgres.database() as address:
        yield address


def test_a_server_of_before_writes_nothing_in_the_old_form(
    data: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    log = tmp_path / "log"
    log.mkdir()
    statuses: list[int] = []
    with serve(Path(data) if "://" not in data else log, store=data if "://" in data else "") as served:
        prepare(served)
        at_it = client(served)
        with creating(at_it, statuses):
            until(lambda: statuses.count(200) > 20)
            newer(data, tmp_path)
            at = len(statuses)
            until(lambda: len(statuses) > at + 20)
        assert set(statuses) == {200, 503}
        assert set(statuses[at + 5 :]) == {503}  # those that were on their way may have been done before
    assert counted(data, request) == (statuses.count(200), 0)
    last = postgres_migrations.LAST if "://" in data else sqlite_migrations.LAST
    refused = run("account", "list", "--data", data)
    assert refused.returncode == 1
    assert f"was written by a newer Cardwright (9.8.7, schema {last + 1}): run that version" in refused.stderr


@contextlib.contextmanager
def creating(at: Client, statuses: list[int]) -> Iterator[None]:
    """Create contacts without a pause until the block ends."""
    ends = threading.Event()

    def create() -> None:
        while not ends.is_set():
            statuses.append(at.send("POST", data=WILE).status_code)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def newer(data: str, folder: Path) -> None:
    """Bring the store up to date, as the next version does."""
    for name in ("postgres", "sqlite"):
        (folder / f"0099_{name}.sql").write_text(COLUMN)
    names = [str(folder / "0099_sqlite.sql"), str(folder / "0099_postgres.sql")]
    command = [sys.executable, "-c", NEWER, "migrate", "--data", data, *names]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr


def counted(data: str, request: pytest.FixtureRequest) -> tuple[int, int]:
    """Return how many contacts there are, and how many records in the old form."""
    queries = ("SELECT count(*) FROM contact", OLD_FORM)
    if "://" in data:
        postgres: Cluster = request.getfixturevalue("postgres")
        contacts, old = (int(postgres.run(query, postgres.name_of(data))) for query in queries)
    else:
        with contextlib.closing(apsw.Connection(str(Path(data) / FILE))) as connection:
            contacts, old = (int(connection.execute(query).get) for query in queries)
    return contacts, old
