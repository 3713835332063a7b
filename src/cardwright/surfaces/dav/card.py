"""One card: GET, HEAD, PUT, DELETE, MOVE, COPY (DV-10 to DV-19)."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from cardwright.book.card_octets import written
from cardwright.book.sent_cards import VERSIONS
from cardwright.errors import NotFoundError, UidTakenError
from cardwright.http.asgi import Reply
from cardwright.http.body import BodyTooLargeError
from cardwright.http.conditions import is_held
from cardwright.http.dates import http_date
from cardwright.limits import CARD_BODY
from cardwright.surfaces.dav.conditions import conditions_of
from cardwright.surfaces.dav.errors import (
    MAX_RESOURCE_SIZE,
    NEED_PRIVILEGES,
    NO_UID_CONFLICT,
    SUPPORTED_ADDRESS_DATA,
    ConditionError,
    MalformedError,
    NoCollectionError,
    PreconditionError,
)
from cardwright.surfaces.dav.places import CardPlace, parse, path_of
from cardwright.surfaces.dav.unplaced import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.address_books import SeenCard
    from cardwright.book.card_ports import BookCard
    from cardwright.http.asgi import Fields
    from cardwright.surfaces.dav.context import DavRequest

CONTENT_TYPE: Final = "text/vcard; charset=utf-8"
"""Of every card that is handed out (`getcontenttype`)."""
_TYPE: Final = re.compile(r"text/(?:x-)?vcard|text/directory", re.IGNORECASE)
_PARAMETER: Final = re.compile(r';\s*+(charset|version)\s*+=\s*+"?([^";\s]*+)', re.IGNORECASE)
_TAKEN: Final = {"charset": ("utf-8", "utf8", "us-ascii"), "version": VERSIONS}
"""What the parameters of a Content-Type may say."""
_RANGE: Final = re.compile(r"(?:\A|,)\s*+text/vcard\s*+((?:;[^,;]*+)*+)", re.IGNORECASE)
_VALUE: Final = re.compile(r';\s*+(version|q)\s*+=\s*+"?([^";\s]*+)', re.IGNORECASE)
_QUALITY: Final = re.compile(r"[01](?:\.[0-9]{0,3})?")
_TYPED: Final = (b"content-type", CONTENT_TYPE.encode())
_ABSOLUTE: Final = re.compile(r"\s*+(?:https?:/)?/", re.IGNORECASE)
"""How a Destination begins (RFC 4918 section 10.3)."""
_SMALL: Final = 64 * 1024
"""Octets of a card that is read on the event loop."""
_PRIVATE: Final = ((b"cache-control", b"private, no-cache"), (b"vary", b"Accept, Authorization"))


async def get(request: DavRequest) -> Reply:
    """Send the card, in the version that Accept asks for."""
    place = _card(request)
    conditions = await conditions_of(request)
    seen = await request.books.see(request.user, place.book, place.name, _SMALL)
    conditions.check_read(seen.card)
    shown = await _shown(request, place, seen)
    if is_held(shown.tag, conditions.if_none_match):
        return Reply(304, shown.fields, b"")
    return Reply(200, (_TYPED, *shown.fields), shown.octets)


class _Shown(NamedTuple):
    octets: bytes
    tag: str
    fields: Fields


async def _shown(request: DavRequest, place: CardPlace, seen: SeenCard) -> _Shown:
    """Return the card with its validators; a large one has a slot until it is taken, and is read beside the loop."""
    version = version_of(request.field(b"accept"))
    if seen.octets <= _SMALL and not version:
        octets, tag = written(seen.generation, seen.card)
    elif seen.octets <= _SMALL:
        octets, tag = await request.books.written(request.user, seen.generation, seen.card, version)
    else:
        await request.hold_answer(seen.octets)
        octets, tag = await request.books.read(request.user, place.book, place.name, version)
    modified = http_date(seen.card.updated)
    return _Shown(octets, tag, ((b"etag", tag.encode()), (b"last-modified", modified.encode()), *_PRIVATE))


def version_of(accept: str | None) -> str:
    """Return the version of vCard that an Accept field likes best, `""` where that is as the card is kept."""
    best, version = 0.0, ""
    for match in _RANGE.finditer(accept or ""):
        parameters = {name.lower(): value for name, value in _VALUE.findall(match[1])}
        quality = _quality(parameters.get("q", "1"))
        if quality > best:
            best, version = quality, parameters.get("version", "")
    return version if version in VERSIONS else ""


def _quality(text: str) -> float:
    return float(text) if _QUALITY.fullmatch(text) else 1.0


async def put(request: DavRequest) -> Reply:
    """Keep the card that is sent; its entity tag is in the answer where it is kept as it came (DV-12)."""
    place = _card(request)
    _check_head(request)
    try:
        octets = await request.read_body(CARD_BODY.value)
    except BodyTooLargeError:
        raise PreconditionError(MAX_RESOURCE_SIZE) from None
    conditions = await conditions_of(request)
    with _uid_told(request, place):
        try:
            made = await request.books.put(request.user, place.book, place.name, octets, conditions.check)
        except NotFoundError:
            raise NoCollectionError from None
    if request.prefers("representation"):
        shown = await _shown(request, place, await request.books.see(request.user, place.book, place.name, _SMALL))
        said = (_TYPED, (b"content-location", request.href().encode()), _APPLIED)
        return Reply(201 if made.is_new else 200, (*said, *shown.fields), shown.octets)
    tag = ((b"etag", made.tag.encode()),) if made.is_as_sent else ()
    return Reply(201 if made.is_new else 204, tag, b"")


_APPLIED: Final = (b"preference-applied", b"return=representation")


async def delete(request: DavRequest) -> Reply:
    """Delete the card; its contact can be restored."""
    place = _card(request)
    conditions = await conditions_of(request)
    await request.books.delete(request.user, place.book, place.name, conditions.check)
    return Reply(204, (), b"")


async def move(request: DavRequest) -> Reply:
    """Give the card another name, or another book."""
    return await _move(request, copy=False)


async def copy(request: DavRequest) -> Reply:
    """Copy the card into another book: within one, its UID stands in the way."""
    return await _move(request, copy=True)


async def _move(request: DavRequest, *, copy: bool) -> Reply:
    place = _card(request)
    target, overwrite = _target(request, place), _overwrites(request)
    conditions = await conditions_of(request)

    def allowed(card: BookCard, there: BookCard | None) -> None:
        conditions.check(card)
        if there and not overwrite:
            raise ConditionError

    with _uid_told(request, target):
        try:
            source, goal = (place.book, place.name), (target.book, target.name)
            kept = await request.books.move(request.user, source, goal, allowed, copy=copy)
        except NotFoundError:
            await request.books.find(request.user, place.book, place.name)
            raise NoCollectionError from None
    return Reply(201 if kept.is_new else 204, (), b"")


def _target(request: DavRequest, source: CardPlace) -> CardPlace:
    """Return the place that Destination names: another card of the account (RFC 4918 section 10.3)."""
    destination = request.field(b"destination")
    if not destination or not _ABSOLUTE.match(destination):
        raise MalformedError("Destination says where to: an absolute path, or a URL.")
    path = path_of(destination, request.host, request.prefix)
    target = None if path is None else parse(path)
    if path and target is None and (refused := refusal_of(path, request.user.sid)):
        raise refused
    if not isinstance(target, CardPlace) or target == source:
        raise PreconditionError(NEED_PRIVILEGES)
    if target.sid != request.user.sid:
        raise NoCollectionError
    return target


def _overwrites(request: DavRequest) -> bool:
    overwrite = (request.field(b"overwrite") or "T").strip().upper()
    if overwrite not in {"T", "F"}:
        raise MalformedError("Overwrite is T or F.")
    return overwrite == "T"


def _check_head(request: DavRequest) -> None:
    """Raise what is to be raised for the head of a PUT: its media type (DV-12), or a part of a card.

    A card without a type is taken for what it is.
    """
    if request.field(b"content-range") is not None:
        raise MalformedError("A card is put as a whole, without Content-Range.")
    sent = request.field(b"content-type")
    if sent is None or not sent.strip():
        return
    parameters = ((name.lower(), value.lower()) for name, value in _PARAMETER.findall(sent))
    if not _TYPE.fullmatch(sent.partition(";")[0].strip()) or any(
        value not in _TAKEN[name] for name, value in parameters
    ):
        raise PreconditionError(SUPPORTED_ADDRESS_DATA)


@contextlib.contextmanager
def _uid_told(request: DavRequest, place: CardPlace) -> Iterator[None]:
    """Have a UID that another card has tell which one (DV-13)."""
    try:
        yield
    except UidTakenError as error:
        there = request.href(place._replace(name=error.name)) if error.name else ""
        raise PreconditionError(NO_UID_CONFLICT, there) from None


def _card(request: DavRequest) -> CardPlace:
    assert isinstance(request.place, CardPlace)  # noqa: S101 - the table of methods has it so
    return request.place
