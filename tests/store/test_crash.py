"""The SQLite store when its process is killed."""

from __future__ import annotations

from store.crash_contract import CrashContract


class TestCrash(CrashContract):
    pass
