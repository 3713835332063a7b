"""Rows of the table `account`, written and read past every rule: units of work that a test can count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardwright.store.sqlite import SqliteStore


def insert(name: str) -> object:
    command = "INSERT INTO account (sid, name, key, created) VALUES (?, ?, ?, 0)"
    return lambda c: c.execute(command, (name, name, name.encode())).close()


def names(store: SqliteStore) -> list[str]:
    return store.database.glance(lambda c: [sid for (sid,) in c.execute("SELECT sid FROM account ORDER BY account")])
