"""One contact: shown, its card, changed, deleted (PC-10, PC-30 to PC-33, PC-52)."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Final

import falcon

from cardwright.book.files import exports
from cardwright.errors import ConflictError
from cardwright.http.conditions import check_tags, strong
from cardwright.http.large import hold
from cardwright.surfaces.partner import wire
from cardwright.surfaces.partner.forms import read_form
from cardwright.surfaces.partner.method_override import override_in
from cardwright.surfaces.partner.request_context import CARDS, context_of
from cardwright.surfaces.partner.responses import say, send, show
from cardwright.surfaces.partner.unknown import UPDATED, tell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from falcon.asgi import Request, Response

    from cardwright.book.contacts import Contacts
    from cardwright.book.stored import StoredContact
    from cardwright.surfaces.partner.forms import PartnerForm

_REVISION: Final = re.compile(r'"([0-9a-f]+)-([0-9]{1,18})-[a-z]+[0-9.]*"')


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
        version = context_of(request).card_version
        response.set_header("Content-Disposition", 'inline; filename="contact.vcf"')
        card = await exports.beside(len(stored.card), lambda: exports.vcard_of(stored, version))
        send(request, response, "text/vcard; charset=utf-8", card, await self._tag(stored, f"vcf{version}"))

    on_head_card = on_get_card

    async def on_post(self, request: Request, response: Response, sid: str, campaign: str, contact_id: str) -> None:
        """Do what the body's `_method` says (PC-2)."""
        form = await read_form(request)
        method = override_in(form)
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
        with _tags_told(request):
            await self._contacts.delete(sid, campaign, contact_id, by=by, revisions=revisions)
        say(request, response, {"Status": "DELETED"})

    async def _update(
        self, request: Request, response: Response, form: PartnerForm, path: tuple[str, str, str]
    ) -> None:
        patch, faults = wire.patch(form)
        faults += tell(request, response, form.values, UPDATED)
        by, revisions = context_of(request).access.by, await self._revisions(request)
        with _tags_told(request):
            stored = await self._contacts.update(*path, patch, by=by, revisions=revisions, form_faults=faults)
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


@contextlib.contextmanager
def _tags_told(request: Request) -> Iterator[None]:
    """Have a precondition that failed because no tag could match say so (RFC 9110 section 13.1.1)."""
    try:
        yield
    except ConflictError:
        field = request.get_header("If-Match")
        if field is not None:
            check_tags(field)
        raise
