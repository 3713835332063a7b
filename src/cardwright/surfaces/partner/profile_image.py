"""The image of a contact, in the kind in which it came (PC-25, PC-52)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.errors import NotFoundError
from cardwright.http.large import hold
from cardwright.surfaces.partner.request_context import context_of
from cardwright.surfaces.partner.responses import unchanged

if TYPE_CHECKING:
    from falcon.asgi import Request, Response

    from cardwright.book.contacts import Contacts


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
