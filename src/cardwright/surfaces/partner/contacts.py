"""The contacts of a campaign, one contact, and its image."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

import falcon

from cardwright import limits
from cardwright.book.files import exports
from cardwright.book.ports import LargePageError
from cardwright.errors import BusyError, ConflictError, Fault, InvalidError, NotFoundError, Rule
from cardwright.http.conditions import WeakTagError, strong
from cardwright.http.exchange import exchange_of
from cardwright.http.large import LARGE, hold
from cardwright.http.pieces import EndedError
from cardwright.surfaces.partner import wire
from cardwright.surfaces.partner.forms import read_form
from cardwright.surfaces.partner.gate import override
from cardwright.surfaces.partner.paging import Position, envelope
from cardwright.surfaces.partner.parameters import METHOD
from cardwright.surfaces.partner.request_context import CARDS, context_of
from cardwright.surfaces.partner.responses import keep_private, say, send, show, show_list, unchanged
from cardwright.surfaces.partner.unknown import CREATED, FILTERED, UPDATED, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator

    from falcon.asgi import Request, Response

    from cardwright.book.contacts import Contacts
    from cardwright.book.requests import Page, Query
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.partner.forms import Form
    from cardwright.surfaces.partner.gate import Gate

_KEY_LIMIT: Final = limits.IDEMPOTENCY_KEY.value
_REVISION: Final = re.compile(r'"([0-9a-f]+)-([0-9]{1,18})-[a-z]+[0-9.]*"')
_USUAL: Final = 1_000
"""Contacts on a page that has no slot."""
_BLOCK: Final = 64 * 1024
"""Octets of cards that are gathered before they are sent."""


class ContactList:
    """The contacts of a campaign."""

    has_cards = True
    filters = FILTERED

    def __init__(self, contacts: Contacts, gate: Gate) -> None:
        self._contacts = contacts
        self._gate = gate

    async def on_get(self, request: Request, response: Response, sid: str, campaign: str) -> None:
        """Show a page of them, or the cards of all (PC-40 to PC-43, PC-52)."""
        if context_of(request).form in CARDS:
            await self.on_get_card(request, response, sid, campaign)
            return
        page = await self._page(request, sid, campaign, wire.query(context_of(request).query))
        position = Position(page.page, page.page_size, page.total, len(page.contacts), page.more, page.last_number)
        around, prefix = envelope(request, position), context_of(request).prefix

        def fields() -> dict[str, Any]:
            return {**around, "Contacts": [wire.contact(sid, campaign, it, prefix) for it in page.contacts]}

        await show_list(request, response, position.shown, fields)

    on_head = on_get

    async def on_get_card(self, request: Request, response: Response, sid: str, campaign: str) -> None:
        """Send the cards of all that match, whatever the page, while they are read (PC-52)."""
        context, exchange = context_of(request), exchange_of(request.scope)
        found = self._contacts.every(sid, campaign, wire.query(context.query), context.large.answers)
        exchange.held.push_async_callback(found.aclose)
        with exchange.ended_when_gone():
            first = await anext(found, None)  # what is wrong with the request shows here, before an answer has begun
        response.content_type = "text/vcard; charset=utf-8"
        response.set_header("Content-Disposition", 'attachment; filename="contacts.vcf"')
        keep_private(response)
        response.stream = self._gate.while_open(request, _cards(first, found, _version(context.form)))

    on_head_card = on_get_card

    async def _page(self, request: Request, sid: str, campaign: str, query: Query) -> Page:
        """Return a page: a usual one at once, another one under a slot, which the request holds from then on."""
        if query.page_size <= _USUAL:
            with contextlib.suppress(LargePageError):
                return await self._contacts.list(sid, campaign, query, LARGE)
        await hold(request.scope, context_of(request).large.answers, sid)
        most = limits.PAGE_TEXTS.value
        try:
            return await self._contacts.list(sid, campaign, query, most)
        except LargePageError:
            message = f"is too large here: the contacts have over {most} characters of texts"
            raise InvalidError([Fault("page_size", Rule.TOO_LONG, message)]) from None

    async def on_post(self, request: Request, response: Response, sid: str, campaign: str) -> None:
        """Make a contact (PC-20 to PC-29)."""
        form = await read_form(request)
        if _override(form):
            raise falcon.HTTPMethodNotAllowed(["GET", "HEAD", "OPTIONS", "POST"])
        new, found = wire.new_contact(form)
        found += tell(request, response, form.values, CREATED)
        key = _idempotency_key(request, found)
        by = context_of(request).access.by
        contact_id = await self._contacts.create(sid, campaign, new, by=by, key=key, found=found)
        say(request, response, wire.done(sid, campaign, contact_id, context_of(request).prefix))


class ContactItem:
    """One contact."""

    has_cards = True

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    async def on_get(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Show it, or its card."""
        form = context_of(request).form
        if form in CARDS:
            await self.on_get_card(request, response, sid, campaign, contact_id)
            return
        stored = await self._contacts.get(sid, campaign, contact_id)
        fields = wire.contact(sid, campaign, stored, context_of(request).prefix)
        show(request, response, "Contact", fields, await self._tag(stored, form.rpartition("/")[2]))

    on_head = on_get

    async def on_get_card(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Send its card, with its photo (PC-52)."""
        octets = await self._contacts.octets(sid, campaign, contact_id)
        await hold(request.scope, context_of(request).large.answers, sid, octets)
        stored = await self._contacts.full(sid, campaign, contact_id)
        version = _version(context_of(request).form)
        response.set_header("Content-Disposition", 'inline; filename="contact.vcf"')
        card = await exports.beside(exports.vcard_of, stored, version)
        send(request, response, "text/vcard; charset=utf-8", card, await self._tag(stored, f"vcf{version}"))

    on_head_card = on_get_card

    async def on_post(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Do what the body's `_method` says (PC-2)."""
        form = await read_form(request)
        method = _override(form)
        if method == "PUT":
            await self._update(request, response, form, (sid, campaign, contact_id))
        elif method == "DELETE":
            await self.on_delete(request, response, sid, campaign, contact_id)
        else:
            raise falcon.HTTPMethodNotAllowed(["DELETE", "GET", "HEAD", "OPTIONS", "PUT"])

    async def on_put(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Change what is sent (PC-30 to PC-33)."""
        await self._update(request, response, await read_form(request), (sid, campaign, contact_id))

    async def on_delete(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Delete it (PC-32)."""
        by, revisions = context_of(request).access.by, await self._revisions(request)
        with _weak_tags_told(request):
            await self._contacts.delete(sid, campaign, contact_id, by=by, revisions=revisions)
        say(request, response, {"Status": "DELETED"})

    async def _update(self, request: Request, response: Response, form: Form, path: tuple[str, str, str]) -> None:
        patch, found = wire.patch(form)
        found += tell(request, response, form.values, UPDATED)
        by, revisions = context_of(request).access.by, await self._revisions(request)
        with _weak_tags_told(request):
            stored = await self._contacts.update(*path, patch, by=by, revisions=revisions, found=found)
        say(request, response, wire.done(path[0], path[1], stored.id, context_of(request).prefix))

    async def _tag(self, stored: StoredContact, representation: str) -> str:
        return f'"{await self._contacts.generation()}-{stored.revision}-{representation}"'

    async def _revisions(self, request: Request) -> Collection[int] | None:
        """Return the revisions that If-Match allows, whichever representation its tags are of; None for any (PC-33)."""
        field = request.get_header("If-Match")
        if field is None or field.strip() == "*":
            return None
        tags = filter(None, map(_REVISION.fullmatch, strong(field)))
        generation = await self._contacts.generation()
        return {int(tag[2]) for tag in tags if tag[1] == generation}


class ProfileImage:
    """A contact's image, whatever Accept says (PC-52)."""

    any_form = True

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    async def on_get(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Send it, in the kind in which it came (PC-25)."""
        stored = await self._contacts.get(sid, campaign, contact_id)
        if not stored.image:
            raise NotFoundError
        if unchanged(request, response, f'"{stored.image}"'):
            return
        octets = await self._contacts.image_octets(sid, stored.image)
        await hold(request.scope, context_of(request).large.answers, sid, octets)
        image = await self._contacts.image(sid, campaign, contact_id)
        response.set_header("ETag", f'"{image.digest}"')  # it may have changed in between
        response.content_type = image.media_type
        response.data = image.data

    on_head = on_get


async def _cards(
    first: StoredContact | None, others: AsyncIterator[StoredContact], version: str
) -> AsyncIterator[bytes]:
    """Yield cards in blocks; a large one alone, as it is, and kept no longer than until it is sent."""
    block = bytearray()
    stored, first = first, None
    while stored:
        card = await exports.beside(exports.in_file, stored, version)
        stored = None
        if len(card) < _BLOCK:
            block += card
        if block and (len(block) >= _BLOCK or len(card) >= _BLOCK):
            yield bytes(block)
            block.clear()
        if len(card) >= _BLOCK:
            yield card
        card = b""
        try:
            stored = await anext(others, None)
        except BusyError:
            raise EndedError from None
    yield bytes(block)


@contextlib.contextmanager
def _weak_tags_told(request: Request) -> Iterator[None]:
    """Have a precondition that failed for weak tags alone say so (RFC 9110 section 13.1.1)."""
    try:
        yield
    except ConflictError:
        field = request.get_header("If-Match") or ""
        if "W/" in field and not strong(field):
            raise WeakTagError from None
        raise


def _version(form: str) -> str:
    """Return the version of the card that a form asks for, `""` when it asks for none: as it came, else 3.0."""
    return form.rpartition("version=")[2] if form in CARDS[1:] else ""


def _override(form: Form) -> str:
    """Return the method that the body asks for, `""` when it asks for none (PC-2)."""
    asked = form.values.get(METHOD, ())
    return override(asked[-1]) if asked else ""


def _idempotency_key(request: Request, found: list[Fault]) -> str:
    key = request.get_header("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= _KEY_LIMIT:
        found.append(Fault("Idempotency-Key", Rule.FORM, f"must have 1 to {_KEY_LIMIT} characters"))
    return key or ""
