"""The card maker: what is typed as a card, a QR code and a curl command (P12, CW-72).

All of it stands in the query, so each state has an address and nothing is kept. The card is made by createcontact.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from cardwright.cards import write_contact
from cardwright.cards.qr import code_of_card
from cardwright.clock import since_boot
from cardwright.errors import InvalidError
from cardwright.limits import PUBLIC_MAKER, PUBLIC_MAKER_WINDOW
from cardwright.surfaces.console.contact_view import disposition
from cardwright.surfaces.console.make_fields import KINDS, MOST, fields_of
from cardwright.surfaces.console.page import Page, Redirect, Route, Sent
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.visitors import network_of

if TYPE_CHECKING:
    from cardwright.cards.qr import QrCode
    from cardwright.contact.model import Contact
    from cardwright.errors import Fault
    from cardwright.surfaces.console.make_fields import TypedFields
    from cardwright.surfaces.console.page import Answer, Request

_FORM: Final = "/make"
_CARD: Final = "/make/card.vcf"
_PAUSE: Final = 150  # milliseconds after the last key until the card is made of what is typed
_PAUSE_OF_STRANGERS: Final = 600  # theirs are counted
_PHOTO: Final = re.compile(r"^PHOTO[;:].*(?:\r\n[ \t].*)*\r\n", re.MULTILINE)


async def show(request: Request) -> Answer:
    """Show the form, and beside it the card of what was typed, or what is wrong with that."""
    if refusal := _refusal(request):
        return refusal
    fields = fields_of(request.query)
    values: dict[str, Any] = {
        "title": text("make.title"),
        "fields": fields,
        "kinds": KINDS,
        "most": MOST,
        "pause": _PAUSE if request.session else _PAUSE_OF_STRANGERS,
        "made": None,
        "messages": {},
        "photo_left_out": not request.session and bool(fields.texts["photo"]),
    }
    try:
        if fields.document:
            values["made"] = await _made(request, fields, await _contact(request, fields))
    except InvalidError as error:
        told = [(fields.place(fault.field), _told(fields, fault)) for fault in error.faults]
        values |= {"errors": told, "messages": {place: message for place, message in told if place}}
    return Page("make.html", values)


async def card(request: Request) -> Answer:
    """Send the card; InvalidError where what was typed makes none."""
    if refusal := _refusal(request):
        return refusal
    contact = await _contact(request, fields_of(request.query))
    headers = ((b"content-disposition", disposition(contact)),)
    return Sent(write_contact(contact, "3.0"), "text/vcard; charset=utf-8", headers=headers)


def _refusal(request: Request) -> Answer | None:
    """Return the answer to who may not use the maker, or has used it too often in this minute."""
    if request.session:
        return None
    uses = request.parts.maker_uses
    if uses is None:
        return Redirect(request.url("/sign-in", next=request.address))
    window = uses.add(network_of(request), 1, PUBLIC_MAKER_WINDOW.value)
    if window.counted <= PUBLIC_MAKER.value:
        return None
    left = max(math.ceil(window.end - since_boot()), 1)
    values = {"title": text("fault.429.title"), "text": text("make.too-many"), "request_id": "", "kind": "gate"}
    return Page("fault.html", values, 429, ((b"retry-after", b"%d" % left),))


async def _contact(request: Request, fields: TypedFields) -> Contact:
    """Return the contact as createcontact reads it; a photo is fetched for those who are signed in alone."""
    document = dict(fields.document)
    if not request.session:
        document.pop("photo-url", None)
    return await request.parts.maker(request.session.sid if request.session else "", document)


async def _made(request: Request, fields: TypedFields, contact: Contact) -> dict[str, Any]:
    """Return what stands beside the form."""
    document = json.dumps(fields.document, ensure_ascii=False)
    command = (
        f"curl -sS {shlex.quote(f'{request.origin}/api/v2')} -H 'x-api-key: YOUR-API-KEY' -d {shlex.quote(document)}"
    )
    code = code_of_card(contact)
    return {
        "card": _PHOTO.sub("", write_contact(contact, "3.0").decode()).replace("\r\n", "\n"),
        "has_photo": contact.photo is not None,
        "code": await asyncio.to_thread(_inline, code) if code else "",
        "lacks_note": bool(code and code.lacks_note),
        "command": command,
        "download": request.url(
            _CARD, **{name: value for name, value in request.query.items() if name in _known(fields)}
        ),
    }


def _known(fields: TypedFields) -> set[str]:
    """Return the names of the query that say what the card has."""
    rows = {f"{kind}-{at}-{name}" for kind, it in KINDS.items() for at in range(MOST) for name in ("label", it.value)}
    return {*fields.texts, *rows, "remove"}


def _inline(code: QrCode) -> Markup:
    """Return the code as an element of the page: a picture of its own would be one more request."""
    drawn = code.svg().decode()
    return Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - drawn here, and holds numbers alone


def _told(fields: TypedFields, fault: Fault) -> str:
    """Return a fault with the name of its field before it, as the form has it."""
    place = fields.place(fault.field)
    kind, _, rest = place.partition("-")
    if kind in KINDS and rest:
        row = text(f"form.row-{kind}", at=int(rest[0]) + 1)
        return text("form.fault-sentence", name=row, message=fault.message)
    if fault.field == "name" or not place:
        return text("make.fault-name") if fault.field == "name" else fault.message
    name = text("make.photo") if place == "photo" else text(f"form.{place}")
    return text("form.fault-sentence", name=name, message=fault.message)


ROUTES: Final = (Route("GET", _FORM, show, public=True), Route("GET", _CARD, card, public=True))
