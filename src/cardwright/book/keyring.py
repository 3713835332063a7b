"""A cache of verified credentials: who a key or a token belongs to, without asking the store on every request.

A credential that was verified is remembered, as its SHA-256, until the store says that credentials have changed.
One that is not known is never remembered: strangers cannot fill the memory, and a new key works at once.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from cardwright import limits
from cardwright.book.accounts import digest
from cardwright.errors import StoreError, StoreFullError

if TYPE_CHECKING:
    from cardwright.book.account_ports import CredentialStore

K = TypeVar("K")
V = TypeVar("V")

_PERIOD: Final = 5.0
_ROOM: Final = limits.REMEMBERED_CREDENTIALS.value  # some 20 MB


class TokenAccess(NamedTuple):
    """What a token opens."""

    sid: str
    read_only: bool
    token_id: str
    dav: bool = False
    """Whether it opens CardDAV alone."""
    name: str = ""

    @property
    def by(self) -> str:
        """Who asks with it, for the audit trail: a phone by its name too, which outlives the token there (CW-71)."""
        return f"token {self.token_id}, {self.name}" if self.dav and self.name else f"token {self.token_id}"


class Keyring:
    """The credentials that were seen lately.

    `account_for_key` and `access_for` answer from memory alone; their None means that the store must be asked, with
    `look_up_key` and `look_up_token`. Nothing is remembered while `watch` does not run: without it, nobody would
    hear of a key that was reset.
    """

    def __init__(self, store: CredentialStore) -> None:
        self._store = store
        self._accounts: dict[bytes, str] = {}
        self._accesses: dict[tuple[str, bytes], TokenAccess] = {}
        self._watching = False
        self._changes = 0
        self._used: set[tuple[str, str]] = set()
        """Tokens, by account and id, of which it is to be kept that they were used today."""

    def account_for_key(self, key: str) -> str | None:
        """Return the SID of the account that the ApiKey belongs to; None when it must be looked up (CC-1)."""
        return self._accounts.get(digest(key))

    def access_for(self, sid: str, token: str) -> TokenAccess | None:
        """Return what the AuthToken opens; None when it must be looked up (PC-3)."""
        return self._accesses.get((sid, digest(token)))

    async def look_up_key(self, key: str) -> str | None:
        """Ask the store for the account of an ApiKey; None when the key is not known (CC-2a)."""
        hashed, seen = digest(key), self._changes
        sid = await self._store.account_of_key(hashed)
        if sid is not None and self._may_keep(seen):
            _keep(self._accounts, hashed, sid)
        return sid

    async def look_up_token(self, sid: str, token: str) -> TokenAccess | None:
        """Ask the store what an AuthToken opens; None when this account has no such token (PC-3)."""
        hashed, seen = digest(token), self._changes
        access = await self._store.access_of_token(sid, hashed)
        if access is not None:
            self._used.add((sid, access.token_id))
            if self._may_keep(seen):
                _keep(self._accesses, (sid, hashed), access)
        return access

    async def watch(self) -> None:
        """Remember credentials from now on, and forget them whenever some have changed; ends by being cancelled."""
        self._watching = True
        try:
            await self._store.watch(self._forget)
        finally:
            self._watching = False
            self._forget()

    async def keep_days(self, period: float = _PERIOD) -> None:
        """Have the store keep the days on which tokens were used, every some seconds, until cancelled.

        A token is noted when it is looked up. So what is remembered is forgotten when a day begins: each is looked up
        once a day at least.
        """
        day = _today()
        while True:
            await asyncio.sleep(period)
            used, self._used = self._used, set()
            for sid, token_id in used:
                try:
                    await self._store.note_use(sid, token_id, day)
                except (StoreError, StoreFullError):  # it is told where it matters, and noted at the next look-up
                    self._used.add((sid, token_id))
            if _today() != day:
                day = _today()
                self._forget()

    def _forget(self) -> None:
        self._changes += 1
        self._accounts.clear()
        self._accesses.clear()

    def _may_keep(self, seen: int) -> bool:
        # What was read before a change came in may be what the change ended.
        return self._watching and seen == self._changes


def _today() -> date:
    return datetime.now(UTC).date()


def _keep(memory: dict[K, V], name: K, value: V) -> None:
    if len(memory) >= _ROOM:
        memory.clear()
    memory[name] = value
