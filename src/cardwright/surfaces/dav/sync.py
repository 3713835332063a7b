"""`sync-collection`: what has happened to a book since a token (RFC 6578, DV-25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.errors import CardwrightError
from cardwright.surfaces.dav.card_responses import CardResponses, multistatus
from cardwright.surfaces.dav.errors import WITHIN_LIMITS, MalformedError, PreconditionError
from cardwright.surfaces.dav.multistatus import status_response
from cardwright.surfaces.dav.names import D
from cardwright.surfaces.dav.result_limit import read_limit
from cardwright.surfaces.dav.sync_token import places_of, written
from cardwright.surfaces.dav.xml_writing import element, escaped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from xml.etree.ElementTree import Element

    from cardwright.book.card_ports import Book, Reached, Synced
    from cardwright.surfaces.dav.context import Answer, DavRequest

_PART: Final = 1_000
"""Cards and names that are looked up together."""
_FEW: Final = 100
"""Cards whose answer has no slot."""
_LEVELS: Final = frozenset({"1", "infinite", "infinity"})
"""A book has no collections in it: each of them is the same."""


class Sync(NamedTuple):
    """What is asked of a book."""

    request: DavRequest
    responses: CardResponses
    book: Book
    generation: str
    until: Sequence[Reached]
    """How far the book has come: what happens while the answer is sent is not told, so nothing is told twice."""
    most: int | None
    """Cards and names that are told at most."""

    async def part(self, since: Sequence[Reached], told: int = 0) -> Synced:
        """Return what follows from these places, after so many that were told."""
        limit = _PART if self.most is None else min(self.most - told, _PART)
        cards = self.request.store.cards
        return await cards.changed(self.book, since, limit, full=self.responses.full, until=self.until)

    async def of(self, part: Synced) -> AsyncIterator[str]:
        """Yield the responses of a part and of what follows, and the token of where that ends."""
        name, told = self.responses.book, 0
        while True:
            for one in part.gone:
                yield self.responses.gone(name, one)
            async for response in self.responses.of_all(name, part.cards):
                yield response
            told += len(part.cards) + len(part.gone)
            if part.is_last or told == self.most:
                break
            part = part._replace(cards=(), gone=())  # they go before the next are read
            try:
                part = await self.part(part.places, told)
            except CardwrightError:
                break  # the answer has begun: the client asks again from where it ends, and hears then what is wrong
        if not part.is_last:
            yield status_response(self.request.href(), WITHIN_LIMITS.status, WITHIN_LIMITS.element)
        yield element(f"{D}sync-token", escaped(written(self.book, self.generation, part.places)))


async def handle(request: DavRequest, report: Element) -> Answer:
    """Answer the report; SyncTokenError for a token that is none of the book, or is too old."""
    generation = await request.books.generation()
    responses = CardResponses(request, report, generation)
    _check_level(report)
    most = read_limit(report)
    if most == 0:
        raise PreconditionError(WITHIN_LIMITS)
    book = (await request.books.book(request.user, responses.book)).book
    token = (report.findtext(f"{D}sync-token") or "").strip()
    until = await request.store.cards.state(book)
    asked = Sync(request, responses, book, generation, until, most)
    first = await asked.part(places_of(token, book, generation) if token else ())
    if not first.is_last or len(first.cards) > _FEW:
        await request.hold_answer()
    return multistatus(asked.of(first))


def _check_level(report: Element) -> None:
    """Raise MalformedError for a level that there is not; who gives none says it by Depth, as of old, and means one."""
    level = report.findtext(f"{D}sync-level", "1").strip()
    if level not in _LEVELS:
        raise MalformedError("sync-level is 1 or infinite.")
