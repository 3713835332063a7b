"""The contacts of a campaign: a page of them, the cards of all, and one more (PC-20 to PC-29, PC-40 to PC-43)."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final

import falcon

from cardwright import limits
from cardwright.book import cursors
from cardwright.book.files import exports
from cardwright.book.ports import LargePageError
from cardwright.errors import BusyError, Fault, InvalidError, Rule
from cardwright.http.exchange import exchange_of
from cardwright.http.large import LARGE, hold
from cardwright.http.pieces import EndedError
from cardwright.surfaces.partner import wire
from cardwright.surfaces.partner.forms import read_form
from cardwright.surfaces.partner.list_query import list_query
from cardwright.surfaces.partner.method_override import override_in
from cardwright.surfaces.partner.paging import PagePosition, envelope
from cardwright.surfaces.partner.request_context import CARDS, context_of
from cardwright.surfaces.partner.responses import keep_private, say, show_list
from cardwright.surfaces.partner.unknown import CREATED, FILTERED, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from falcon.asgi import Request, Response

    from cardwright.book.contacts import Contacts
    from cardwright.book.requests import ContactsPage, Query
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.partner.gate import Gate

_KEY_LIMIT: Final = limits.IDEMPOTENCY_KEY.value
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
        query = list_query(context_of(request).query)
        page = await self._page(request, sid, campaign, query)
        after = _after(query, page)
        position = PagePosition(page.page, page.page_size, page.total, len(page.contacts), page.more, after)
        around, prefix = envelope(request, position), context_of(request).prefix
        items = (wire.contact(sid, campaign, it, prefix) for it in page.contacts)
        await show_list(request, response, position.shown, {**around, "Contacts": items})

    on_head = on_get

    async def on_get_card(self, request: Request, response: Response, sid: str, campaign: str) -> None:
        """Send the cards of all that match, whatever the page, while they are read (PC-52)."""
        context, exchange = context_of(request), exchange_of(request.scope)
        matching = self._contacts.every(sid, campaign, list_query(context.query), context.large.answers)
        exchange.held.push_async_callback(matching.aclose)
        with exchange.ended_when_gone():
            first = await anext(matching, None)  # what is wrong with the request shows here, before an answer has begun
        response.content_type = "text/vcard; charset=utf-8"
        response.set_header("Content-Disposition", 'attachment; filename="contacts.vcf"')
        keep_private(response)
        response.stream = self._gate.while_open(request, _cards(first, matching, context.card_version))

    on_head_card = on_get_card

    async def _page(self, request: Request, sid: str, campaign: str, query: Query) -> ContactsPage:
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
        if override_in(form):
            raise falcon.HTTPMethodNotAllowed(["GET", "HEAD", "OPTIONS", "POST"])
        new, faults = wire.new_contact(form)
        faults += tell(request, response, form.values, CREATED)
        key = _idempotency_key(request, faults)
        by = context_of(request).access.by
        contact_id = await self._contacts.create(sid, campaign, new, by=by, key=key, form_faults=faults)
        say(request, response, wire.done(sid, campaign, contact_id, context_of(request).prefix))


async def _cards(
    first: StoredContact | None, others: AsyncIterator[StoredContact], version: str
) -> AsyncIterator[bytes]:
    """Yield cards in blocks; a large one alone, as it is, and kept no longer than until it is sent."""
    block = bytearray()
    stored, first = first, None
    while stored:
        card = await exports.beside(len(stored.card), partial(exports.in_file, stored, version))
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


def _after(query: Query, page: ContactsPage) -> tuple[str, str | int] | None:
    """Return the cursor that the address of the next page carries (PC-43)."""
    if page.last is None:
        return None
    return ("AfterId", page.last.number) if query.is_by_number else ("After", cursors.written(page.last))


def _idempotency_key(request: Request, faults: list[Fault]) -> str:
    key = request.get_header("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= _KEY_LIMIT:
        faults.append(Fault("Idempotency-Key", Rule.FORM, f"must have 1 to {_KEY_LIMIT} characters"))
    return key or ""
