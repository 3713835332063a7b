"""GET of a collection: the hrefs of what it holds, one a line, for who opens it in a browser (RFC 4918 section 9.4)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cardwright.http.asgi import Reply
from cardwright.http.conditions import is_held
from cardwright.surfaces.dav.context import Streamed
from cardwright.surfaces.dav.places import BookPlace, CardPlace, DavPlace, Home, Homes, Principal, Principals, Root
from cardwright.surfaces.dav.sync_token import written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cardwright.book.card_ports import Book, Position
    from cardwright.http.asgi import Fields
    from cardwright.surfaces.dav.context import Answer, DavRequest

_PLAIN: Final = ((b"content-type", b"text/plain; charset=utf-8"),)
_DIGEST: Final = 12


async def show(request: DavRequest) -> Answer:
    """Send the hrefs, with an entity tag that another listing of the collection does not have; 304 for who has it."""
    if isinstance(request.place, BookPlace):
        return await _book(request, request.place)
    text = "".join([f"{line}\n" for line in await _lines(request)])
    fields = _fields(request, text)
    return _unchanged(request, fields) or Reply(200, (*_PLAIN, *fields), text.encode())


async def _book(request: DavRequest, place: BookPlace) -> Answer:
    """Answer for a book. Its tag is made of how far it has come, and weak: others may put cards while it is listed."""
    book = (await request.books.book(request.user, place.book)).book
    state = await request.store.cards.state(book)
    fields = _fields(request, written(book, await request.books.generation(), state))
    return _unchanged(request, fields) or Streamed(200, (*_PLAIN, *fields), _cards(request, place, book))


async def _cards(request: DavRequest, place: BookPlace, book: Book) -> AsyncIterator[bytes]:
    after: Position | None = None
    while True:
        listed = await request.store.cards.following(book, after)
        yield "".join([f"{request.href(CardPlace(*place, card.name))}\n" for card in listed.cards]).encode()
        if (after := listed.after) is None:
            return


async def _lines(request: DavRequest) -> list[str]:
    """Return what is said of a place that is no book. A principal holds nothing: it says what leads on from it."""
    sid, members = request.user.sid, list[DavPlace]()
    match request.place:
        case Principal():
            homes, principals = request.href(Home(sid)), request.href(Principals())
            return [f"addressbook-home-set: {homes}", f"principal-property-search: {principals}"]
        case Root():
            members += [Principals(), Homes()]
        case Principals():
            members.append(Principal(sid))
        case Homes():
            members.append(Home(sid))
        case _:
            members += [BookPlace(sid, info.name) for info in await request.books.books(request.user)]
    return [request.href(member) for member in members]


def _fields(request: DavRequest, state: str) -> Fields:
    """Return the fields of a listing; it says where it is, as the path may lack its slash (RFC 4918 section 5.2)."""
    tag = hashlib.blake2b(state.encode(), digest_size=_DIGEST).hexdigest()
    where = (b"content-location", request.href().encode())
    return (
        (b"etag", f'W/"{tag}"'.encode()),
        where,
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Authorization"),
    )


def _unchanged(request: DavRequest, fields: Fields) -> Reply | None:
    """Return 304 for who has a listing with this tag already."""
    tag = fields[0][1].decode().removeprefix("W/")
    return Reply(304, fields, b"") if is_held(tag, request.field(b"if-none-match")) else None
