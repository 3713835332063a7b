"""Who asks: HTTP Basic turned into what it opens, and the account of an API key.

A surface is given what reads the credentials that it takes, and nothing that reads others: createcontact the key,
partner contacts Basic. A cookie opens neither.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cardwright import limits
from cardwright.http.credentials import basic

if TYPE_CHECKING:
    from cardwright.book.keyring import TokenAccess


class Access(NamedTuple):
    """What a token opens."""

    sid: str
    """The account."""
    read_only: bool
    by: str
    """Who asks, for the audit trail."""


class Tokens(Protocol):
    """What an AuthToken opens."""

    def access_for(self, sid: str, token: str) -> TokenAccess | None:
        """Return what a token that was verified lately opens, or None: ask `look_up_token`."""

    async def look_up_token(self, sid: str, token: str) -> TokenAccess | None:
        """Return what the token opens as the store has it, or None when this account has no such token."""


class Keys(Protocol):
    """Who an API key belongs to: it opens createcontact alone (CC-1)."""

    def account_for_key(self, key: str) -> str | None:
        """Return the account of a key that was verified lately, or None: ask `look_up_key`."""

    async def look_up_key(self, key: str) -> str | None:
        """Return the account of `key` as the store has it, or None when it is not known."""


class BasicAccess:
    """HTTP Basic: the AccountSID, and one of the account's AuthTokens (PC-3) that opens more than CardDAV."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def open(self, authorization: bytes | None) -> Access | None:
        """Return what the Authorization field opens, or None."""
        sent = basic(authorization)
        if not sent:
            return None
        return _of_token(self._tokens.access_for(*sent) or await self._tokens.look_up_token(*sent))


@lru_cache(limits.REMEMBERED_CREDENTIALS.value)
def _of_token(token: TokenAccess | None) -> Access | None:
    return Access(token.sid, token.read_only, token.by) if token and not token.dav else None
