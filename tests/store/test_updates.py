"""Imports into the SQLite store that change who is there."""

from __future__ import annotations

from store.updates_contract import UpdateCardContract


class TestUpdates(UpdateCardContract):
    pass
