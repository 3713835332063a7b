"""What is known of a request before its handler sees it, and what a handler returns.

A handler is `async def handle(request: DavRequest) -> Answer`; it stands in the table `methods.METHODS`.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from cardwright.http.asgi import Reply
from cardwright.http.body import announced, check_length, read_body
from cardwright.http.encoding import check_encoding
from cardwright.http.large import hold
from cardwright.limits import XML_BODY
from cardwright.surfaces.dav.errors import MalformedError
from cardwright.surfaces.dav.places import href
from cardwright.surfaces.dav.xml_reading import read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from xml.etree.ElementTree import Element

    from cardwright.book.address_books import AddressBooks, User
    from cardwright.book.card_texts import CardTexts
    from cardwright.book.ports import Store
    from cardwright.http.asgi import Fields, Receive, Scope
    from cardwright.http.exchange import Exchange
    from cardwright.http.large import LargeSlots
    from cardwright.surfaces.dav.places import DavPlace


class Streamed(NamedTuple):
    """An answer whose body is made while it is sent; a client that goes away ends it."""

    status: int
    headers: Fields
    body: AsyncIterator[bytes]


Answer: TypeAlias = Reply | Streamed


class Parts(NamedTuple):
    """What handlers work with."""

    books: AddressBooks
    store: Store
    texts: CardTexts
    large: LargeSlots


class DavRequest:
    """One request of somebody whom we know, at a place of theirs."""

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place
        self,
        parts: Parts,
        scope: Scope,
        exchange: Exchange,
        receive: Receive,
        user: User,
        place: DavPlace,
        allowed: str,
    ) -> None:
        self.books = parts.books
        """The use cases."""
        self.store = parts.store
        self.texts = parts.texts
        """What queries find cards by."""
        self.large = parts.large
        """The slots for what is large."""
        self.user = user
        self.place = place
        self.allowed = allowed
        """The methods that the place has, as Allow says them."""
        self.method: str = scope["method"]
        self.prefix: str = scope.get("root_path", "")
        """What a trusted proxy has put before every path; hrefs begin with it."""
        self._scope = scope
        self._exchange = exchange
        self._receive = receive

    def field(self, name: bytes) -> str | None:
        """Return a field of the head; its name is in small letters. URLs in it may have UTF-8 that is not encoded."""
        value = self._exchange.headers.get(name)
        return None if value is None else value.decode(errors="surrogateescape")

    def href(self, place: DavPlace | None = None) -> str:
        """Return the href of a place, that of the request if it is not given."""
        return href(self.place if place is None else place, self.prefix)  # the root is an empty tuple

    @property
    def host(self) -> str:
        """The host that the client has asked, with its port; `""` where it does not say."""
        return self.field(b"host") or ""

    @property
    def depth(self) -> str:
        """`0`, `1` or `infinity` as Depth says, `""` without one; MalformedError for anything else."""
        depth = (self.field(b"depth") or "").strip().lower()
        if depth not in {"", "0", "1", "infinity"}:
            raise MalformedError("Depth is one of 0, 1 and infinity.")
        return depth

    def prefers(self, returned: str) -> bool:
        """Say whether `Prefer: return=…` asks for this: `minimal` or `representation` (RFC 8144)."""
        return any(match[1].lower() == returned for match in _RETURN.finditer(self.field(b"prefer") or ""))

    @property
    def prefers_minimal(self) -> bool:
        """Whether properties that are not there are to be left out (DV-27)."""
        return self.prefers("minimal") or (self.field(b"brief") or "").strip().lower() == "t"

    async def read_body(self, most: int) -> bytes:
        """Return the body; BodyTooLargeError beyond `most` octets. A large one has a slot until the request is over."""
        headers = self._exchange.headers
        check_encoding(headers)
        length = headers.get(b"content-length")
        if length is None and b"transfer-encoding" not in headers:
            return b""
        octets = announced(length) if b"content-encoding" not in headers else -1
        check_length(octets, most)
        await hold(self._scope, self.large.bodies, self.user.sid, octets if octets >= 0 else None)
        return await read_body(self._receive, length, most)

    async def read_xml(self, most: int = XML_BODY.value) -> Element | None:
        """Return the root of an XML body, None where there is no body; raises as `xml_reading.read` does."""
        body = await self.read_body(most)
        if len(body) > _LARGE_XML:
            return await asyncio.to_thread(read, body)
        return read(body) if body.strip() else None

    async def hold_answer(self, octets: int | None = None) -> None:
        """Take a slot for a large answer, unless `octets` is known and small; the request holds it until it is over."""
        await hold(self._scope, self.large.answers, self.user.sid, octets)


Handler: TypeAlias = "Callable[[DavRequest], Awaitable[Answer]]"
_RETURN: Final = re.compile(r"(?:\A|[,;])\s*return\s*=\s*\"?([a-z]+)", re.IGNORECASE)
_LARGE_XML: Final = 64 * 1024
"""Octets of a body that is read in another thread: to read 1 MiB takes as long as some hundred small requests."""
