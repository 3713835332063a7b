"""`cardwright check`: what is wrong with the stored data, and `/readyz`: whether it can be read at all."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import apsw

from cardwright.book.index_terms import every
from cardwright.errors import StoreError
from cardwright.store.remembered import BLOCK_BITS
from cardwright.store.rows import is_readable
from cardwright.store.sqlite import check_books, keys, migrations
from cardwright.store.sqlite.database import FILE, LOCK
from cardwright.store.sqlite.faults import store_error
from cardwright.store.sqlite.finding.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_QUERIES: Final = (
    """SELECT 'contact ' || contact || ' points to an image that is missing' FROM contact JOIN campaign USING (campaign)
       WHERE image IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM image WHERE image.account = campaign.account AND digest = contact.image)""",
    f"SELECT 'contact ' || contact || ' is not in its campaign' FROM contact WHERE contact >> {keys.BITS} <> campaign",  # noqa: S608 - constant
    f"""SELECT 'group ' || group_card || ' is not in its campaign' FROM group_card
        WHERE group_card >> {keys.BITS} <> campaign""",  # noqa: S608 - constant
    f"""SELECT 'share link ' || contact || ' is not in its campaign' FROM share_link
        WHERE contact >> {keys.BITS} <> campaign""",  # noqa: S608 - constant
    f"""SELECT 'photo kept for contact ' || contact || ' is not in its campaign' FROM kept_upload
        WHERE contact >> {keys.BITS} <> campaign""",  # noqa: S608 - constant
    """SELECT 'the index of names misses contact ' || contact FROM contact JOIN campaign USING (campaign)
       WHERE revision <= named AND NOT EXISTS (SELECT 1 FROM sort_name WHERE sort_name.contact = contact.contact)""",
    f"""SELECT 'the index of names has contact ' || contact || ', who is missing'
       FROM sort_name JOIN campaign USING (campaign)
       WHERE NOT EXISTS (SELECT 1 FROM contact WHERE contact.contact = sort_name.contact)
         AND NOT EXISTS (SELECT 1 FROM change WHERE change.contact = sort_name.contact AND before IS NOT NULL
           AND change > campaign << {keys.BITS} | named)""",  # noqa: S608 - constant
    """SELECT 'contact ' || contact || ' has a card whose original is missing' FROM card
       WHERE original IS NOT NULL AND NOT EXISTS (SELECT 1 FROM original WHERE original = card.original)""",
    """SELECT 'change ' || change || ' tells of a card whose original is missing' FROM change
       WHERE before IS NOT NULL AND (before ->> '$.original') > 0
         AND (before ->> '$.original') NOT IN (SELECT original FROM original)""",
    f"""SELECT 'change ' || change || ' belongs to no campaign' FROM change
       WHERE change >> {keys.BITS} NOT IN (SELECT campaign FROM campaign)""",  # noqa: S608 - constant
    f"""SELECT 'block ' || block || ' counts ' || -sum(one) || ' contacts too many' FROM (
          SELECT contact >> {BLOCK_BITS} AS block, 1 AS one FROM contact UNION ALL SELECT block, -contacts FROM block)
        GROUP BY block HAVING sum(one) <> 0""",  # noqa: S608 - constant
)
_TEXTS: Final = """
    SELECT name, (SELECT group_concat(name) FROM pragma_table_info(s.name) WHERE type = 'TEXT') AS texts
    FROM sqlite_schema AS s WHERE type = 'table' AND sql LIKE '%STRICT%' AND texts IS NOT NULL"""
_LATEST: Final = 253_402_300_799_999  # milliseconds: the end of the year 9999
_VALUES: Final = (
    f"""SELECT 'contact ' || contact || ' has no such time' FROM contact
        WHERE created NOT BETWEEN 0 AND {_LATEST} OR updated NOT BETWEEN 0 AND {_LATEST}""",  # noqa: S608 - constant
    f"SELECT 'account ' || sid || ' has no such time' FROM account WHERE created NOT BETWEEN 0 AND {_LATEST}",  # noqa: S608 - constant
    f"SELECT 'token ' || id || ' has no such time' FROM token WHERE created NOT BETWEEN 0 AND {_LATEST}",  # noqa: S608 - constant
    f"""SELECT 'share link ' || contact || ' has no such time' FROM share_link
        WHERE made NOT BETWEEN 0 AND {_LATEST} OR ends NOT BETWEEN 0 AND {_LATEST}""",  # noqa: S608 - constant
    """SELECT 'change ' || change || ' cannot be read' FROM change
       WHERE before IS NOT NULL AND (NOT json_valid(before) OR json_type(before) <> 'object')""",
)
_TENANTS: Final = ("account", "token", "credentials", "campaign", "partner")  # what every request goes through
# One row of each of those tables, through each of its trees: that costs the same however many rows there are.
_STEPS: Final = (
    "SELECT created FROM account LIMIT 1",
    "SELECT sid FROM account ORDER BY sid LIMIT 1",
    "SELECT key FROM account ORDER BY key LIMIT 1",
    "SELECT created FROM token ORDER BY account, id LIMIT 1",
    "SELECT digest FROM token ORDER BY account, digest LIMIT 1",
    "SELECT version FROM credentials",
    "SELECT name FROM campaign LIMIT 1",
    "SELECT id FROM campaign ORDER BY account, id LIMIT 1",
    "SELECT name FROM partner LIMIT 1",
    "SELECT id FROM partner ORDER BY account, id LIMIT 1",
)
_CONTACTS: Final = "SELECT contact FROM contact WHERE campaign = ?"
_INDEXED: Final = "SELECT rowid FROM search WHERE search MATCH ?"


def step(connection: apsw.Connection) -> None:
    """Read a row of each table that every request goes through, at a cost that does not grow with them."""
    for query in _STEPS:
        connection.execute(query).fetchall()


def check_tenants(connection: apsw.Connection) -> None:
    """Read the tables that every request goes through, all of them; apsw.CorruptError if one is damaged."""
    for table in _TENANTS:
        if connection.execute(f"PRAGMA quick_check({table})").get != "ok":
            raise apsw.CorruptError(table)


def faults(connection: apsw.Connection) -> list[str]:
    """Return what is wrong with the stored data, one line each.

    SQLite's own check comes first, and covers the full-text index too; what it finds makes the rest meaningless.
    Of an older schema it is known what refers to what, but not what else the tables should agree in.
    """
    try:
        told = connection.execute("PRAGMA integrity_check").fetchall()
        broken = [part for (line,) in told if line != "ok" for part in str(line).splitlines()]
        if broken or migrations.version(connection) != migrations.LAST:
            return broken or _dangling(connection)
        return _dangling(connection) + (_unreadable(connection) or _disagreeing(connection))
    except UnicodeDecodeError:  # a name of the schema is damaged, and all of these read names
        return ["the schema is damaged"]


def faults_of(file: Path) -> list[str]:
    """Return what is wrong with a file in its place, which may be one that nobody can write to.

    Raises StoreError when it is no store. Unless it is the file of a store in use, or has a write-ahead log, it is read
    as what nobody changes: SQLite would make files beside it otherwise.
    """
    log = file.with_name(f"{file.name}-wal")
    is_in_use = file.name == FILE and file.with_name(LOCK).exists()
    how = "mode=ro" if is_in_use or (log.exists() and log.stat().st_size) else "immutable=1"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    try:
        with contextlib.closing(apsw.Connection(f"{file.resolve().as_uri()}?{how}", flags=flags)) as connection:
            migrations.pending(connection, file)
            if not migrations.version(connection):
                raise StoreError(f"{file} is not a Cardwright store")
            return faults(connection)
    except apsw.NotADBError as error:
        raise store_error(error, file) from error
    except apsw.Error as error:
        return [str(store_error(error, file))]


def _dangling(connection: apsw.Connection) -> list[str]:
    return [
        f"row {row} of {table} belongs to a row of {parent} that is missing"
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]


def _unreadable(connection: apsw.Connection) -> list[str]:
    """Return what SQLite finds in order and nobody can read: damage within a value."""
    faults = []
    for table, columns in connection.execute(_TEXTS).fetchall():
        try:
            for _ in connection.execute(f"SELECT {columns} FROM {table}"):  # noqa: S608 - of our own tables
                pass
        except UnicodeDecodeError:
            faults.append(f"{table} holds a text that is not UTF-8")
    if faults:  # nothing else could be read to its end
        return faults
    faults += [line for query in _VALUES for (line,) in connection.execute(query)]
    contacts: Iterable[tuple[Any, ...]] = connection.execute("SELECT contact, more FROM contact WHERE more IS NOT NULL")
    return faults + [f"contact {contact} cannot be read" for contact, more in contacts if not is_readable(more)]


def _disagreeing(connection: apsw.Connection) -> list[str]:
    """Return what the tables say differently about the same thing."""
    faults = [line for query in (*_QUERIES, *check_books.QUERIES) for (line,) in connection.execute(query)]
    campaigns: list[tuple[Any, ...]] = connection.execute("SELECT campaign, contacts FROM campaign").fetchall()
    for campaign, counted in campaigns:
        contacts = {contact for (contact,) in connection.execute(_CONTACTS, (campaign,))}
        indexed = {contact for (contact,) in connection.execute(_INDEXED, (expression([every(campaign)]),))}
        if len(contacts) != counted:
            faults.append(f"campaign {campaign} counts {counted} contacts and has {len(contacts)}")
        if contacts != indexed:
            faults.append(f"the search index of campaign {campaign} misses or adds {len(contacts ^ indexed)} contacts")
    return faults
