"""Sharing a contact, and the page that who has the link sees, without signing in (P13, CW-52 to CW-54)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from cardwright.book import share_links
from cardwright.book.name_order import full_name
from cardwright.book.ports import Place
from cardwright.book.share_links import DAYS
from cardwright.cards import write_contact
from cardwright.cards.qr import code_of
from cardwright.errors import Fault, InvalidError, NotFoundError, Rule
from cardwright.http.large import hold
from cardwright.surfaces.console.contact_view import disposition, facts_of
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route, Sent
from cardwright.surfaces.console.people import person_of
from cardwright.surfaces.console.texts import text

if TYPE_CHECKING:
    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Contact
    from cardwright.surfaces.console.page import Answer, Handler, Request

_ONE: Final = "/campaigns/{c}/contacts/{id}"
_SHARED: Final = "/c/{token}"
_OPEN: Final = ((b"x-robots-tag", b"noindex, nofollow"), (b"referrer-policy", b"no-referrer"))


# By who is signed in ----------------------------------------------------------------------------------------------


async def make(request: Request) -> Answer:
    """Make a link, and show it this once: no session keeps it, so the page is the answer to the form itself."""
    days = request.form.get("days", "0")
    if days not in map(str, DAYS):
        raise InvalidError([Fault("days", Rule.FORM, f"{text('share.works')}: there is no such time")])
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    token = await share_links.make(request.parts.store.shares, request.place, stored.number, days=int(days))
    values = {
        "title": text("share.title"),
        "name": full_name(stored.contact),
        "token": token,
        "link": f"{request.origin}/c/{token}",
    }
    return Page("share_made.html", values)


async def stop(request: Request) -> Answer:
    """End the link."""
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    await request.parts.store.shares.stop(request.place, stored.number)
    return Redirect(request.url(_ONE), Notice("share.stopped", {"name": full_name(stored.contact)}))


# By who has the link ----------------------------------------------------------------------------------------------


def _or_gone(handler: Handler) -> Handler:
    """Return what answers every link that shows nothing alike, for whichever reason (CW-54)."""

    async def answer(request: Request) -> Answer:
        try:
            return await handler(request)
        except NotFoundError:
            return Page("share_gone.html", {"title": text("share.gone")}, 404, _OPEN)

    return answer


@_or_gone
async def show(request: Request) -> Answer:
    """Show what is shared of a contact (CW-53)."""
    stored = await _shared(request)
    contact = share_links.shown(stored.contact)
    values: dict[str, Any] = {
        "title": full_name(contact),
        "contact": contact,
        "person": person_of(stored),
        "facts": list(facts_of(contact)),
    }
    return Page("share.html", values, headers=_OPEN)


@_or_gone
async def card(request: Request) -> Answer:
    """Send a card of exactly what is shown (CW-53)."""
    contact = await _with_photo(request)
    headers = ((b"content-disposition", disposition(contact)), *_OPEN)
    return Sent(write_contact(contact, "3.0"), "text/vcard; charset=utf-8", headers=headers)


@_or_gone
async def photo(request: Request) -> Answer:
    """Send the photo, as the server's own JPEG."""
    contact = await _with_photo(request)
    if contact.photo is None:
        raise NotFoundError("there is no photo")
    return Sent(contact.photo.data, contact.photo.media_type, headers=_OPEN)


@_or_gone
async def code(request: Request) -> Answer:
    """Send a QR code of the link."""
    await _shared(request)
    drawn = code_of(f"{request.origin}/c/{request.values['token']}")
    if drawn is None:
        raise NotFoundError("the address does not fit a QR code")
    return Sent(await asyncio.to_thread(drawn.svg), "image/svg+xml", headers=_OPEN)


async def _shared(request: Request, *, full: bool = False) -> StoredContact:
    """Return the contact of the link, with its photo if `full`; NotFoundError for every reason alike."""
    sid, campaign, number = await share_links.find(request.parts.store.shares, request.values["token"])
    place, contacts = Place(sid, campaign), request.parts.store.contacts
    if full:
        await hold(request.scope, request.parts.large.answers, sid, await contacts.octets(place, number))
    return await contacts.get(place, number, full=full)


async def _with_photo(request: Request) -> Contact:
    return share_links.shown((await _shared(request, full=True)).contact)


ROUTES: Final = (
    Route("POST", f"{_ONE}/share", make, form=_ONE),
    Route("POST", f"{_ONE}/unshare", stop, form=_ONE),
    Route("GET", _SHARED, show, public=True),
    Route("GET", f"{_SHARED}/card.vcf", card, public=True),
    Route("GET", f"{_SHARED}/photo", photo, public=True),
    Route("GET", f"{_SHARED}/qr.svg", code, public=True),
)
