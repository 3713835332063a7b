"""What the book needs of a store for accounts and their credentials; the other ports stand in `ports.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from cardwright.book.accounts import Account, AccountRow, Token, TokenRow
    from cardwright.book.keyring import TokenAccess


class AccountStore(Protocol):
    """Where accounts are kept. A method that names an account raises NotFoundError when there is none."""

    async def add(self, account: AccountRow) -> None:
        """Keep a new account; ConflictError when its SID is taken."""

    async def add_first(self, account: AccountRow, campaign: str, partner: str) -> bool:
        """Keep it, with one campaign and one partner account of these ids, if the store holds no account yet."""

    async def all(self) -> list[Account]:
        """Return every account, the oldest first."""

    async def get(self, sid: str) -> Account:
        """Return one account."""

    async def with_campaign(self, campaign: str) -> list[str]:
        """Return the SIDs of the accounts that have a campaign of this id."""

    async def remove(self, sid: str) -> None:
        """Remove the account and everything that belongs to it; its credentials end at once."""

    async def set_key(self, sid: str, digest: bytes) -> None:
        """Put a new key in place of the account's key."""

    async def add_token(self, sid: str, token: TokenRow) -> None:
        """Keep a new token beside the others."""

    async def tokens(self, sid: str) -> list[Token]:
        """Return the account's tokens, the oldest first."""

    async def revoke_token(self, sid: str, token_id: str) -> None:
        """End one token; NotFoundError when the account has none of this id."""


class CredentialStore(Protocol):
    """Where credentials are looked up."""

    async def account_of_key(self, digest: bytes) -> str | None:
        """Return the SID of the account with this key."""

    async def access_of_token(self, sid: str, digest: bytes) -> TokenAccess | None:
        """Return what this token of this account opens."""

    async def note_use(self, sid: str, token_id: str, day: date) -> None:
        """Keep that a token was used on a day, unless a later one is kept; nothing happens when it has ended."""

    async def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` within a second of every change to credentials, by any process, until cancelled."""
