"""Accounts, their keys and their tokens: use cases.

A secret is shown once, to whoever asked for it; the store keeps its SHA-256 alone. That is enough, without salt or
stretching, because every secret is drawn here from at least 192 bits: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright import limits
from cardwright.contact.texts import SPACES, stored_text_fault
from cardwright.errors import Fault, InvalidError, Rule

if TYPE_CHECKING:
    from datetime import date, datetime

    from cardwright.book.account_ports import AccountStore

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_SECRET_LENGTH: Final = 33  # 33 characters of 62 are 196 bits
_SID_LENGTH: Final = 22  # 131 bits: nobody finds another account's path by trying
_TOKEN_ID_LENGTH: Final = 10  # unique within one account, not secret
_IDENTIFIER: Final = re.compile(f"[A-Za-z0-9._-]{{1,{limits.IDENTIFIER.value}}}")
# These would be an ending of the path (PC-1, PC-52), or what clients make a shorter path of (RFC 3986 section 5.2.4).
_NO_IDENTIFIER: Final = re.compile(r".*\.(?:json|xml|vcf)|\.\.?", re.IGNORECASE)

FIRST_CAMPAIGN: Final = "1000"
FIRST_PARTNER: Final = "10000"


class Account(NamedTuple):
    """One tenant: everything else belongs to an account."""

    sid: str
    name: str
    created: datetime


class Token(NamedTuple):
    """What is known of an AuthToken once it was shown."""

    token_id: str
    read_only: bool
    created: datetime
    name: str = ""
    used: date | None = None
    """The day on which it was last used, in UTC, as far as that was seen."""
    dav: bool = False
    """Whether it opens CardDAV alone."""


class Credentials(NamedTuple):
    """A new account's secrets; they are shown this once."""

    sid: str
    auth_token: str
    api_key: str


class NewToken(NamedTuple):
    """A new AuthToken; its secret is shown this once."""

    sid: str
    token_id: str
    auth_token: str


class TokenRow(NamedTuple):
    """A token as a store keeps it."""

    token_id: str
    digest: bytes
    read_only: bool
    name: str = ""
    dav: bool = False


class AccountRow(NamedTuple):
    """A new account as a store keeps it."""

    sid: str
    name: str
    key_digest: bytes
    token: TokenRow


def digest(secret: str) -> bytes:
    """Return the SHA-256 under which a secret is kept and looked up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


async def add_account(store: AccountStore, name: str, sid: str | None = None) -> Credentials:
    """Make an account with one read-write token and one key, and return their secrets.

    Raises InvalidError for a name or SID that breaks the rules, ConflictError for a SID that is taken.
    """
    row, credentials = _new_account(name, sid)
    await store.add(row)
    return credentials


async def ensure_first_account(store: AccountStore) -> Credentials | None:
    """Make an account with campaign 1000 and partner account 10000 on an empty store, else return None."""
    row, credentials = _new_account("My company", None)
    return credentials if await store.add_first(row, FIRST_CAMPAIGN, FIRST_PARTNER) else None


async def reset_key(store: AccountStore, sid: str) -> str:
    """Give the account a new ApiKey and return it; the old one stops working (CC-1)."""
    key = _alphanumeric(_SECRET_LENGTH)
    await store.set_key(sid, digest(key))
    return key


async def add_token(
    store: AccountStore, sid: str, *, read_only: bool = False, dav: bool = False, name: str = ""
) -> NewToken:
    """Give the account one more AuthToken and return it (PC-3); InvalidError for a name that breaks the rules.

    With `dav` it opens CardDAV alone: the password of a phone (CW-71).
    """
    name = name.strip(SPACES)
    refuse(stored_text_fault("name", name))
    row, secret = _new_token(read_only=read_only)
    row = row._replace(name=name, dav=dav)
    await store.add_token(sid, row)
    return NewToken(sid, row.token_id, secret)


def identifier_fault(field: str, text: str) -> Fault | None:
    """Return what is wrong with an id that an operator chose, or None: it stands in paths and comma-separated lists."""
    if not _IDENTIFIER.fullmatch(text):
        return Fault(
            field, Rule.FORM, f"must be 1 to {limits.IDENTIFIER.value} of the letters A to Z, digits, and . _ -"
        )
    if _NO_IDENTIFIER.fullmatch(text):
        return Fault(field, Rule.FORM, "must not be . or .., and not end in .json, .xml or .vcf: it stands in paths")
    return None


def name_fault(field: str, text: str) -> Fault | None:
    """Return what is wrong with a name that an operator chose, or None."""
    if not text:
        return Fault(field, Rule.REQUIRED, "is required")
    return stored_text_fault(field, text)


def refuse(*faults: Fault | None) -> None:
    """Raise InvalidError if there are faults among `faults`."""
    raised = [fault for fault in faults if fault is not None]
    if raised:
        raise InvalidError(raised)


def _new_account(name: str, sid: str | None) -> tuple[AccountRow, Credentials]:
    name = name.strip(SPACES)
    sid = "IR" + _alphanumeric(_SID_LENGTH) if sid is None else sid
    refuse(identifier_fault("sid", sid), name_fault("name", name))
    token, secret = _new_token(read_only=False)
    key = _alphanumeric(_SECRET_LENGTH)
    return AccountRow(sid, name, digest(key), token), Credentials(sid, secret, key)


def _new_token(*, read_only: bool) -> tuple[TokenRow, str]:
    secret = _alphanumeric(_SECRET_LENGTH)
    return TokenRow(_alphanumeric(_TOKEN_ID_LENGTH), digest(secret), read_only), secret


def _alphanumeric(length: int) -> str:
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(length))
