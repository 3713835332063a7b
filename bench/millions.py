"""Reads of the PostgreSQL store among ten times as many contacts as are imported: the others are made there, by SQL.

    python bench/run.py millions --rows 1000000

makes ten million: half an hour on two calm cores, 30 GB of disk. Each has a name, an address, numbers and terms of its
own; but digests among the terms are not Cardwright's, so `cardwright check` would find fault with them, and the index
of names, which is filled when somebody lists by name, is not filled.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imports import imported, write_table
from ours import advertiser
from report import Effort, Table, UnavailableError, figure
from stores import TIMES, Filled, read_times, seasoned

sys.path.append(str(Path(__file__).parent.parent / "tests"))  # the PostgreSQL server is started as in the tests
from postgres import why_not

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Cluster

COPIES: Final = 9
"""Of each contact that is imported."""
_FILLED: Final = ("contact", "search", "change")
_INDEXES: Final = f"""SELECT indexrelid::regclass || '|' || pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid IN ({", ".join(f"'{table}'::regclass" for table in _FILLED)}) AND NOT indisprimary"""  # noqa: S608 - constants
# Of every contact that was imported, what is other in copy {copy}; the third part of its address is a number.
_PEOPLE: Final = """(SELECT *, number + {copy} * {size}::bigint AS new_number, last || '{letter}' AS new_last,
      split_part(split_part(email, '@', 1), '.', 3) AS digits,
      split_part(split_part(email, '@', 1), '.', 3)::bigint + {copy} * {size}::bigint AS new_digits,
      'urn:uuid:' || md5(uid || '{copy}')::uuid AS new_uid
    FROM contact WHERE number <= {size}) AS people"""
_CONTACTS: Final = f"""INSERT INTO contact
    SELECT account, campaign, new_number, partner_user, own_title, first, new_last,
      replace(email, digits || '@', new_digits || '@'), title, phone || '{{copy}}', phone_country,
      CASE cell WHEN '' THEN '' ELSE cell || '{{copy}}' END, cell_country, labels, partners,
      replace(replace(replace(replace(more, '"' || last || '"', '"' || new_last || '"'),
        digits || '@', new_digits || '@'), '"' || phone || '"', '"' || phone || '{{copy}}"'), uid, new_uid),
      image, new_uid, revision + {{copy}} * {{size}}::bigint, created, updated
    FROM {_PEOPLE} ORDER BY number"""  # noqa: S608 - constants
_TERMS: Final = f"""INSERT INTO search
    SELECT search.account, search.campaign, new_number, array_to_tsvector(ARRAY(
      SELECT CASE
        WHEN substr(t, 5, 2) IN ('=u', '=e', '=m') THEN left(t, 6) || left(md5(t || '{{copy}}'), 20)
        WHEN substr(t, 5, 2) = '=n' AND right(t, 1) = ':' THEN left(t, -1) || '{{copy}}:'
        WHEN substr(t, 5, 2) = '=n' THEN t || '{{copy}}'
        WHEN substr(t, 6) = digits THEN left(t, 5) || new_digits
        WHEN substr(t, 6) = translate(lower(last), 'éö', 'eo') THEN t || '{{letter}}'
        ELSE t
      END FROM unnest(tsvector_to_array(terms)) AS term(t)))
    FROM {_PEOPLE} JOIN search USING (account, campaign, number) ORDER BY new_number"""  # noqa: S608 - constants
_CHANGES: Final = """INSERT INTO change (account, campaign, sequence, number, kind, at, by)
    SELECT account, campaign, sequence + {copy} * {size}::bigint, number + {copy} * {size}::bigint, kind, at, by
    FROM change WHERE sequence <= {size} ORDER BY sequence"""
_TOTALS: Final = """DELETE FROM block;
    INSERT INTO block
    SELECT account, campaign, number >> 11, count(*), max(revision) FROM contact GROUP BY 1, 2, 3 ORDER BY 3;
    UPDATE campaign SET contacts = contacts * {times}, sequence = sequence * {times};
    UPDATE counter SET last_contact = last_contact * {times}"""
_MEMORY: Final = (
    "SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1; SET synchronous_commit = off"
)


def tables(effort: Effort) -> list[Table]:
    """Import `effort.rows` contacts, measure, make ten times as many of them, and measure again."""
    if reason := why_not():
        raise UnavailableError(reason)
    with tempfile.TemporaryDirectory() as name, seasoned() as server, server.database() as address:
        table = Path(name) / "people.csv"
        write_table(table, effort.rows)
        owner = advertiser(address)
        done = imported(owner, address, table, effort.rows, "created")
        filled = Filled(address, owner, *done)
        found = []
        for copies in (0, COPIES):
            begun = time.perf_counter()
            multiply(server, server.name_of(address), effort.rows, copies)
            seconds = time.perf_counter() - begun
            found.append(asyncio.run(read_times(filled, effort.rows * (copies + 1))))
        rows = [(what, *(figure(one[what]) for one in found)) for what in found[0]]
        caption = (
            f"The store alone, in one process: medians of {TIMES}; a total is there from the first time on. "
            f"{COPIES} of {COPIES + 1} contacts were made by SQL, in {seconds:.0f} s."
        )
        many = tuple(f"among {effort.rows * times:,}" for times in (1, COPIES + 1))
        return [Table("Reads among millions on PostgreSQL, ms", ("read", *many), rows, caption)]


def multiply(server: Cluster, database: str, size: int, copies: int = COPIES) -> None:
    """Make so many copies of each of the `size` contacts that are there, and have the planner know of them."""
    if copies:
        for statement in statements(server, database, size, copies):
            server.run(f"{_MEMORY}; {statement}", database, seconds=3_600)
    server.run("VACUUM ANALYZE", database, seconds=3_600)


def statements(server: Cluster, database: str, size: int, copies: int) -> Iterator[str]:
    """Give what makes the copies; indexes that are not in order of the numbers are made anew at the end."""
    indexes = [line.split("|", 1) for line in server.run(_INDEXES, database).splitlines()]
    yield "; ".join(f"DROP INDEX {name}" for name, _ in indexes)
    for copy in range(1, copies + 1):
        for statement in (_CONTACTS, _TERMS, _CHANGES):
            yield statement.format(copy=copy, size=size, letter=chr(ord("a") + copy))
    yield _TOTALS.format(times=copies + 1)
    yield from (made for _, made in indexes)
