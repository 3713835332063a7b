"""Reads SQL, and says which distributed tables a statement touches without naming the account.

It knows as much of the language as the store's statements have: a table is tied to an account where its column
`account` is compared with a value, or with that of a table which is tied, in the same SELECT. A query within another
names the account itself: Citus does not follow it there (its issue 4644).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cardwright.store.postgres import accounts, check, generation, migrations, moved_tables, moving
from cardwright.store.postgres.distribution import DISTRIBUTED

if TYPE_CHECKING:
    from collections.abc import Iterator

EXCEPTIONS: Final = (
    dict.fromkeys(moving.STATE, "once, by who moves the whole store")
    | {
        f"SELECT count(*) FROM (SELECT * FROM {table} OFFSET 0) AS whole": "read whole, once, when a server starts"  # noqa: S608 - constants
        for table in ("counter", "token", "campaign", "partner")
    }
    | {check.READ.format(table=table): "all tables of an older schema, by `cardwright check`" for table in DISTRIBUTED}
    | {
        accounts.WITH_CAMPAIGN: "read of all accounts, once, when a server starts",
        generation.SKIP_CONTACTS: "once after a restore; not on a distributed engine",
        generation.SKIP_CHANGES: "as above",
        migrations.CONTACTS: "of all accounts, once a migration",
        moving.TERMS: "rows that move, of several accounts",
        moved_tables.CAMPAIGNS: "once a table, by who moves the whole store",
        moved_tables.PARTNERS: "as above",
        moved_tables.USERS: "as above",
    }
)
"""What touches distributed tables of all accounts, and why it may. Migrations do too."""
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\$\d+|\w+|[^\s\w]")
_SOURCES: Final = ("FROM", "JOIN", "UPDATE", "INTO", "USING")
_BEGINS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_AFTER_A_TABLE: Final = {"WHERE", "JOIN", "LEFT", "CROSS", "ON", "SET", "ORDER", "GROUP", "USING", "FOR", "AS", "LIMIT"}
_STATEMENTS: Final = re.compile(r"\b(?:LOOP|THEN|ELSE)\s+(?=UPDATE|INSERT|DELETE|PERFORM|SELECT|FOR)|;")
_FUNCTION: Final = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)


@lru_cache(maxsize=10_000)
def unnamed(sql: str) -> tuple[str, ...]:
    """Return the distributed tables that a statement touches without naming the account."""
    return tuple(_unnamed(_TOKEN.findall(re.sub(r"--.*", "", sql))))


def functions(sql: str) -> dict[str, list[str]]:
    """Return the statements of every function that is created."""
    return {
        name: [one for one in _STATEMENTS.split(re.sub(r"--.*", "", body)) if one.strip()]
        for name, body in _FUNCTION.findall(sql)
    }


def _unnamed(tokens: list[str]) -> Iterator[str]:
    own, inner = _split(tokens)
    tables = {alias: table for table, alias in _tables(own)}
    tied = _tied(own, tables)
    yield from (table for alias, table in tables.items() if alias not in tied)
    for part in inner:
        yield from _unnamed(part)


def _split(tokens: list[str]) -> tuple[list[str], list[list[str]]]:
    """Return the tokens of a statement without those of the statements in parentheses, and each of these."""
    own: list[str] = []
    inner: list[list[str]] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == "(" and at + 1 < len(tokens) and tokens[at + 1] in _BEGINS:
            end = _closing(tokens, at)
            inner.append(tokens[at + 1 : end])
            own += ["(", ")"]
            at = end
        elif tokens[at] == "UNION":
            return own, [*inner, tokens[at + 2 :] if tokens[at + 1] == "ALL" else tokens[at + 1 :]]
        else:
            own.append(tokens[at])
        at += 1
    return own, inner


def _closing(tokens: list[str], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[at], 0)
        if depth == 0:
            return at
    raise AssertionError(f"a parenthesis is not closed: {' '.join(tokens)}")


def _tables(own: list[str]) -> Iterator[tuple[str, str]]:
    """Give the distributed tables, and what each is called; a name that WITH gives to something else is none."""
    withs = {own[at - 1] for at, token in enumerate(own) if token == "AS" and own[at + 1] in {"(", "MATERIALIZED"}}
    ended = [*own, ";", ";", ";"]
    for at, token in enumerate(own[1:], 1):
        if token not in DISTRIBUTED or own[at - 1] not in _SOURCES or (token in withs and own[0] == "WITH"):
            continue
        after = ended[at + 1]
        assert after != "," or own[at - 1] == "INTO", f"say JOIN, not a comma: {' '.join(own)}"
        alias = ended[at + 2] if after == "AS" else after
        has_alias = after == "AS" or (alias.isidentifier() and alias.upper() not in _AFTER_A_TABLE)
        yield token, alias if has_alias else token


def _tied(own: list[str], tables: dict[str, str]) -> frozenset[str]:
    text = " ".join(own)
    value = r"(?:\$\d+|account_)(?! \()"
    tied = set(re.findall(rf"(\w+) \. account = {value}", text))
    if re.search(rf"(?<!\. )\baccount = {value}", text) and (len(tables) == 1 or "USING ( account" in text):
        tied |= set(tables)
    for table in re.findall(rf"INSERT INTO (\w+) \( account\b[^()]*\) (?:VALUES \( |SELECT ){value}", text):
        tied.add(table)
    pairs = re.findall(r"(\w+) \. account = (\w+) \. account", text)
    for _ in pairs:
        for one, other in pairs:
            tied |= {one, other} if {one, other} & tied else set()
    if "USING ( account" in text and tied:
        tied |= set(tables)
    return frozenset(tied)
