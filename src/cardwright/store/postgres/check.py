"""`cardwright check`: what is wrong with the stored data, a line for each fault; account by account, of one moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from cardwright.book.index_terms import terms, uid_term
from cardwright.store.postgres.contact_rows import COLUMNS, ContactRow, columns_in, stored_of
from cardwright.store.postgres.distribution import DISTRIBUTED, REFERENCE
from cardwright.store.postgres.index import lexemes, scope
from cardwright.store.rows import is_readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cardwright.store.postgres.driver import Connection, DatabaseRow

_SLICE: Final = 1_000
_LATEST: Final = 253_402_300_799_999  # milliseconds: the end of the year 9999
_ACCOUNTS: Final = "SELECT account, sid, created FROM account ORDER BY account"
_CAMPAIGNS: Final = "SELECT campaign, id, contacts, sequence FROM campaign WHERE account = $1 ORDER BY campaign"
_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY($1)"
READ: Final = "SELECT count({table}::text) FROM {table}"
"""Read every value of a table."""
_TENANTS: Final = ("account", "counter", "token", "credentials", "campaign", "partner", "generation")

# Of an account, $1. Each gives its lines.
_OF_ACCOUNT: Final = (
    """SELECT 'there is no counter' WHERE NOT EXISTS (SELECT FROM counter WHERE account = $1)""",
    """SELECT 'contact ' || max(number) || ' has a number that was not given yet' FROM contact WHERE account = $1
        HAVING max(number) > (SELECT last_contact FROM counter WHERE account = $1)""",
    """SELECT 'contact ' || number || ' points to an image that is missing' FROM contact
        WHERE account = $1 AND image IS NOT NULL AND NOT EXISTS (
          SELECT FROM image WHERE image.account = $1 AND image.digest = contact.image)""",
    f"""SELECT 'contact ' || number || ' has no such time' FROM contact WHERE account = $1
        AND (created NOT BETWEEN 0 AND {_LATEST} OR updated NOT BETWEEN 0 AND {_LATEST})""",  # noqa: S608 - constant
    f"""SELECT 'token ' || id || ' has no such time' FROM token
        WHERE account = $1 AND created NOT BETWEEN 0 AND {_LATEST}""",  # noqa: S608 - constant
    f"""SELECT 'share link of contact ' || number || ' has no such time' FROM share_link WHERE account = $1
        AND (made NOT BETWEEN 0 AND {_LATEST} OR ends NOT BETWEEN 0 AND {_LATEST})""",  # noqa: S608 - constant
    """SELECT 'contact ' || number || ' is that of a partner user who is missing' FROM contact
        WHERE account = $1 AND partner_user IS NOT NULL AND NOT EXISTS (
          SELECT FROM partner_user WHERE partner_user.account = $1 AND partner_user.id = contact.partner_user)""",
    """SELECT 'partner user ' || id || ' belongs to a partner account that is missing' FROM partner_user
        WHERE account = $1 AND NOT EXISTS (
          SELECT FROM partner WHERE partner.account = $1 AND partner.id = partner_user.partner)""",
    *[
        f"""SELECT count(*) || ' rows of {table} belong to no campaign' FROM {table} WHERE account = $1 AND NOT EXISTS (
            SELECT FROM campaign WHERE campaign.account = $1 AND campaign.campaign = {table}.campaign)
            HAVING count(*) > 0"""  # noqa: S608 - constants
        for table in (
            "contact",
            "search",
            "card",
            "original",
            "group_card",
            "change",
            "block",
            "share_link",
            "kept_upload",
            "import_job",
            "import_piece",
            "card_name",
            "book_state",
            "left_name",
        )
    ],
    """SELECT count(*) || ' properties belong to the address book of no campaign' FROM book_property
        WHERE account = $1 AND campaign <> 0 AND NOT EXISTS (
          SELECT FROM campaign WHERE campaign.account = $1 AND campaign.campaign = book_property.campaign)
        HAVING count(*) > 0""",
    """SELECT 'cards ' || string_agg(number::text, ', ' ORDER BY number) || ' of an address book have one name'
        FROM card_name WHERE account = $1 AND CASE WHEN is_group THEN EXISTS (
          SELECT FROM group_card WHERE group_card.account = $1 AND group_card.campaign = card_name.campaign
            AND group_card.number = card_name.number
        ) ELSE EXISTS (
          SELECT FROM contact WHERE contact.account = $1 AND contact.campaign = card_name.campaign
            AND contact.number = card_name.number
        ) END GROUP BY book, name HAVING count(*) > 1""",
)
# Of a campaign of an account, $1 and $2.
_OF_CAMPAIGN: Final = (
    *[
        f"""SELECT '{table} ' || number || ' is of a contact that is missing' FROM {table}
            WHERE account = $1 AND campaign = $2 AND NOT EXISTS (SELECT FROM contact
              WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number = {table}.number)"""  # noqa: S608 - constants
        for table in ("search", "card")
    ],
    """SELECT 'the index of names misses contact ' || number FROM contact JOIN campaign USING (account, campaign)
        WHERE account = $1 AND campaign = $2 AND revision <= named AND NOT EXISTS (SELECT FROM sort_name
          WHERE sort_name.account = $1 AND sort_name.campaign = $2 AND sort_name.number = contact.number)""",
    """SELECT 'the index of names has contact ' || number || ', who is missing' FROM sort_name
        JOIN campaign USING (account, campaign)
        WHERE account = $1 AND campaign = $2 AND NOT EXISTS (SELECT FROM contact
          WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number = sort_name.number)
        AND NOT EXISTS (SELECT FROM change WHERE change.account = $1 AND change.campaign = $2
          AND change.number = sort_name.number AND before IS NOT NULL AND change.sequence > named)""",
    """SELECT 'contact ' || number || ' has a card whose original is missing' FROM card
        WHERE account = $1 AND campaign = $2 AND original IS NOT NULL AND NOT EXISTS (SELECT FROM original
          WHERE original.account = $1 AND original.campaign = $2 AND original.original = card.original)""",
    """SELECT 'block ' || block || ' counts ' || -sum(one) || ' contacts too many' FROM (
          SELECT number >> 11 AS block, 1 AS one FROM contact WHERE account = $1 AND campaign = $2
          UNION ALL SELECT block, -contacts FROM block WHERE account = $1 AND campaign = $2) AS counted
        GROUP BY block HAVING sum(one) <> 0 ORDER BY block""",
)
_REACHED: Final = """SELECT (SELECT count(*) FROM contact WHERE account = $1 AND campaign = $2),
    (SELECT coalesce(max(sequence), 0) FROM change WHERE account = $1 AND campaign = $2)"""
_CONTACTS: Final = f"""SELECT {COLUMNS}, tsvector_to_array(search.terms) FROM contact LEFT JOIN LATERAL (
      SELECT terms FROM search WHERE search.account = $1 AND search.campaign = $2
      AND search.number >= contact.number AND search.number <= contact.number ORDER BY search.number LIMIT 1
    ) AS search ON true WHERE contact.account = $1 AND contact.campaign = $2 AND contact.number > $3
    ORDER BY contact.account, contact.campaign, contact.number LIMIT {_SLICE}"""  # noqa: S608 - constant
# The planner thinks that a new account has one row of each, and would look through all of one for each of another.
_ALL_AT_ONCE: Final = "SET LOCAL enable_nestloop = off"
_AS_USUAL: Final = "SET LOCAL enable_nestloop = on"
_RECORDS: Final = f"""SELECT sequence, before FROM change
    WHERE account = $1 AND campaign = $2 AND sequence > $3 AND before IS NOT NULL ORDER BY sequence LIMIT {_SLICE}"""  # noqa: S608 - constant
_ORIGINALS: Final = "SELECT original FROM original WHERE account = $1 AND campaign = $2"


async def check_tenants(connection: Connection) -> None:
    """Read the tables that every request goes through, all of them; DriverError if one is missing or damaged."""
    for table in _TENANTS:
        await connection.value(f"SELECT count(*) FROM (SELECT * FROM {table} OFFSET 0) AS whole")  # noqa: S608 - constants


async def read_older(connection: Connection) -> list[str]:
    """Read all tables of an older schema, whose other rules are not known any more; DriverError if one is damaged."""
    for (table,) in await connection.rows(_TABLES, [*REFERENCE, *DISTRIBUTED]):
        await connection.value(READ.format(table=table))
    return []


async def faults(connection: Connection) -> list[str]:
    """Return what is wrong with the stored data, one line each."""
    told: list[str] = []
    for account, sid, created in await connection.rows(_ACCOUNTS):
        problems = [] if 0 <= created <= _LATEST else ["it has no such time"]
        await connection.execute(_ALL_AT_ONCE)
        for query in _OF_ACCOUNT:
            problems += _lines(await connection.rows(query, account))
        told += [f"account {sid}: {line}" for line in problems]
        for campaign, name, contacts, sequence in await connection.rows(_CAMPAIGNS, account):
            lines = await _of_campaign(connection, (account, campaign), contacts, sequence)
            told += [f"account {sid}, campaign {name}: {line}" for line in lines]
    return told


async def _of_campaign(connection: Connection, numbers: tuple[int, int], contacts: int, sequence: int) -> list[str]:
    problems: list[str] = []
    await connection.execute(_ALL_AT_ONCE)
    for query in _OF_CAMPAIGN:
        problems += _lines(await connection.rows(query, *numbers))
    await connection.execute(_AS_USUAL)
    has, reached = await connection.row(_REACHED, *numbers) or (0, 0)
    if has != contacts:
        problems.append(f"it counts {contacts} contacts and has {has}")
    if reached > sequence:
        problems.append(f"its sequence is {sequence}, and change {reached} was recorded")
    return problems + await _contacts(connection, numbers) + await _records(connection, numbers)


async def _contacts(connection: Connection, numbers: tuple[int, int]) -> list[str]:
    """Look at every contact: whether it can be read, and is found by what it says."""
    problems: list[str] = []
    begin, after = scope(*numbers), 0
    while rows := await connection.rows(_CONTACTS, *numbers, after):
        for *columns, has in rows:
            row = ContactRow._make(columns)
            more = columns_in(row).more
            if more is not None and not is_readable(more):
                problems.append(f"contact {row.number} cannot be read")
            elif {*(has or ())} - {uid_term(begin, row.uid)} != {*lexemes(terms(begin, stored_of(row, {}))).split(" ")}:
                problems.append(
                    f"contact {row.number} is not found by what it says: the search index has something else"
                )
        after = rows[-1][0]
    return problems


async def _records(connection: Connection, numbers: tuple[int, int]) -> list[str]:
    """Look at every record of what a change was before."""
    problems: list[str] = []
    originals = {row[0] for row in await connection.rows(_ORIGINALS, *numbers)}
    after = 0
    while rows := await connection.rows(_RECORDS, *numbers, after):
        problems += [line for sequence, before in rows if (line := _record_fault(sequence, before, originals))]
        after = rows[-1][0]
    return problems


def _record_fault(sequence: int, before: str, originals: set[int]) -> str:
    try:
        said = json.loads(before)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return f"change {sequence} cannot be read"
    if (original := said.get("original")) is not None and original not in originals:
        return f"change {sequence} tells of a card whose original is missing"
    return ""


def _lines(rows: Iterable[DatabaseRow]) -> Sequence[str]:
    return [str(row[0]) for row in rows]
