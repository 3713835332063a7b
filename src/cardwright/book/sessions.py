"""Sessions of the console: who is signed in, for how long, and what the next page of theirs shows.

The store keeps a digest of what the cookie holds, and looks a session up for each page: it ends on every worker as
soon as its token is revoked, or somebody signs out (CW-12).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from cardwright import limits
from cardwright.book.accounts import digest

if TYPE_CHECKING:
    from cardwright.book.keyring import TokenAccess

_COOKIE: Final = re.compile(rf"([A-Za-z0-9._-]{{1,{limits.IDENTIFIER.value}}})\.([A-Za-z0-9_-]{{43}})")
_OCTETS: Final = 32  # 43 characters


class SessionRow(NamedTuple):
    """A session as a store has it."""

    token_id: str
    read_only: bool
    kept: str
    """What the page that follows shows, as it was given to `keep`."""


class SessionStore(Protocol):
    """Where sessions are kept, by the account and a digest."""

    async def begin(self, sid: str, digest: bytes, token_id: str, seconds: int) -> None:
        """Keep a session of a token for so long; NotFoundError when there is no such token.

        Sessions of the token that are over go, and of more than `limits.SESSIONS` those that would end first.
        """

    async def find(self, sid: str, digest: bytes) -> SessionRow | None:
        """Return the session, unless it or its token has ended."""

    async def keep(self, sid: str, digest: bytes, kept: str) -> None:
        """Put `kept` in place of what the session keeps; nothing happens when it has ended."""

    async def end(self, sid: str, digest: bytes) -> None:
        """End the session, if there is one."""


class Session(NamedTuple):
    """Somebody who is signed in."""

    sid: str
    """Their account."""
    secret: str
    """What their browser alone knows."""
    token_id: str
    read_only: bool
    kept: str = ""

    @property
    def by(self) -> str:
        """Who makes a change, for the history (CW-13)."""
        return f"token {self.token_id}, console"

    @property
    def cookie(self) -> str:
        """What the browser keeps of it: the account, by which every store finds its rows, and the secret."""
        return f"{self.sid}.{self.secret}"

    @property
    def csrf(self) -> str:
        """What every form of the session carries (CW-14); nobody learns the secret from it."""
        return hmac.digest(self.secret.encode(), b"csrf", "sha256").hex()


def sealed(session: Session, secret: str) -> str:
    """Return a secret as the store may have it until the next page shows it: only the session's cookie opens it."""
    nonce = secrets.token_bytes(_OCTETS)
    return (nonce + _masked(session, nonce, secret.encode())).hex()


def unsealed(session: Session, kept: str) -> str:
    """Return the secret that `sealed` gave; an empty one for none."""
    octets = bytes.fromhex(kept)
    return _masked(session, octets[:_OCTETS], octets[_OCTETS:]).decode()


def _masked(session: Session, nonce: bytes, octets: bytes) -> bytes:
    """Return octets under a mask that is used this once, drawn from what the browser alone knows."""
    mask = hashlib.shake_256(b"mask" + nonce + session.secret.encode()).digest(len(octets))
    return bytes(one ^ other for one, other in zip(octets, mask, strict=True))


async def begin(store: SessionStore, access: TokenAccess) -> Session:
    """Begin a session of whom a token belongs to; NotFoundError when that has been revoked meanwhile."""
    session = Session(access.sid, secrets.token_urlsafe(_OCTETS), access.token_id, access.read_only)
    await store.begin(session.sid, digest(session.secret), session.token_id, limits.SESSION.value * 60 * 60)
    return session


async def of_cookie(store: SessionStore, cookie: str) -> Session | None:
    """Return the session that a cookie names, while that lasts."""
    if not (said := _COOKIE.fullmatch(cookie)):
        return None
    sid, secret = said.groups()
    row = await store.find(sid, digest(secret))
    return Session(sid, secret, *row) if row else None


async def keep(store: SessionStore, session: Session, kept: str) -> None:
    """Have the session keep this for the page that follows, in place of what it kept."""
    await store.keep(session.sid, digest(session.secret), kept)


async def end(store: SessionStore, session: Session) -> None:
    """Sign out: the session ends on every worker."""
    await store.end(session.sid, digest(session.secret))
