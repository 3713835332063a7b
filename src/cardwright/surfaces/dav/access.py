"""Who asks: HTTP Basic with an AuthToken, and in the user name which books are meant (DV-2, DV-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.address_books import User
from cardwright.http.credentials import basic

if TYPE_CHECKING:
    from cardwright.http.access import Tokens


class DavAccess:
    """The user name is the AccountSID; `SID+CampaignId` means one book, `SID+all` the book of all campaigns.

    Any token of the account opens it, one that opens CardDAV alone too.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def open(self, authorization: bytes | None) -> User | None:
        """Return who the Authorization field is of, or None."""
        sent = basic(authorization)
        if not sent:
            return None
        sid, _, campaign = sent.user.partition("+")
        token = self._tokens.access_for(sid, sent.password) or await self._tokens.look_up_token(sid, sent.password)
        return User(sid, campaign, token.read_only, token.by) if token else None
