"""A contact (P5), its photo, its card and the QR code of that: CW-30, 32, 33, 50, 51, 84."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from cardwright import vcard
from cardwright.book.cleaning import cleaned_member
from cardwright.book.files import exports
from cardwright.book.name_order import full_name
from cardwright.book.share_links import DAYS
from cardwright.cards import unmodelled
from cardwright.cards.qr import code_of_card
from cardwright.contact.normal_forms import normalized
from cardwright.errors import NotFoundError
from cardwright.http.large import hold
from cardwright.limits import THUMBNAIL
from cardwright.surfaces.console.gone import as_it_was, following, merged_into
from cardwright.surfaces.console.history import shown_history
from cardwright.surfaces.console.list_place import left
from cardwright.surfaces.console.page import Notice, Page, Redirect, Route, Sent
from cardwright.surfaces.console.people import person_of, shown_number
from cardwright.surfaces.console.texts import text
from cardwright.surfaces.console.undo import undo_of_latest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.stored import StoredContact
    from cardwright.cards.qr import QrCode
    from cardwright.contact.model import Address, Contact
    from cardwright.surfaces.console.page import Answer, Request

_ONE: Final = "/campaigns/{c}/contacts/{id}"
_LINKS: Final = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_DIALLED: Final = re.compile(r"[^0-9+]+")
_ASCII: Final = re.compile("[^A-Za-z0-9]+")
_NO_FILE: Final = re.compile(r"[\x00-\x1f\x7f/\\]+")
"""What a file's name may not hold."""
_NAME: Final = 20
"""Characters of a file's name that are safest (interop.md)."""
_IMMUTABLE: Final = ((b"cache-control", b"private, max-age=31536000, immutable"),)
_FRESH: Final = ((b"cache-control", b"private, no-cache"),)


class Fact(NamedTuple):
    """A line of the details."""

    name: str
    text: str
    link: str = ""
    """An address that is safe to follow, or nothing."""
    leaves: bool = False
    """Whether it leads to another server."""


async def show(request: Request) -> Answer:
    """Show all that is known of a contact."""
    stored = await _full(request)
    contact = stored.contact
    code = code_of_card(contact)
    values: dict[str, Any] = {
        "title": full_name(contact),
        "stored": stored,
        "contact": contact,
        "person": person_of(stored),
        "facts": list(facts_of(contact)),
        "code": code,
        "more_lines": await exports.beside(len(stored.card), lambda: _more_lines(stored)),
        "card": await exports.beside(len(stored.card), lambda: _as_text(stored)),
        "link": await request.parts.store.shares.of(request.place, stored.number),
        "link_days": DAYS,
        "back": left(request),
        **await shown_history(request, stored),
    }
    return Page("contact_view.html", values)


async def photo(request: Request) -> Answer:
    """Send the photo of a contact as the server's own JPEG; its address says which one it is."""
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    if not stored.image:
        raise NotFoundError(f"contact {stored.id} has no photo")
    image = await request.parts.store.contacts.image(request.account.sid, stored.image)
    return Sent(image.small, "image/jpeg", headers=_IMMUTABLE if "v" in request.query else _FRESH)


async def thumbnail(request: Request) -> Answer:
    """Send the photo of a contact in a few kilobytes, as the rows of lists show it (CW-5)."""
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    if not stored.image:
        raise NotFoundError(f"contact {stored.id} has no photo")
    jpeg: bytes | None = (await request.parts.store.contacts.image(request.account.sid, stored.image)).small
    if jpeg and len(jpeg) > THUMBNAIL.value:
        jpeg = await request.parts.photos.shrink(request.account.sid, jpeg, THUMBNAIL.value)
    if jpeg is None:
        raise NotFoundError(f"the photo of contact {stored.id} cannot be made so small")
    return Sent(jpeg, "image/jpeg", headers=_IMMUTABLE if "v" in request.query else _FRESH)


async def card(request: Request) -> Answer:
    """Send the card of a contact, the same bytes as the partner interface does (CW-50)."""
    stored = await _full(request)
    octets = await exports.beside(len(stored.card), lambda: exports.vcard_of(stored))
    return Sent(
        octets, "text/vcard; charset=utf-8", headers=((b"content-disposition", disposition(stored.contact)), *_FRESH)
    )


async def svg(request: Request) -> Answer:
    """Send the QR code of the card as SVG."""
    code, named = await _code(request, "svg")
    return Sent(await asyncio.to_thread(code.svg), "image/svg+xml", headers=(named, *_FRESH))


async def png(request: Request) -> Answer:
    """Send the QR code of the card as PNG."""
    code, named = await _code(request, "png")
    return Sent(await asyncio.to_thread(code.png), "image/png", headers=(named, *_FRESH))


async def delete(request: Request) -> Answer:
    """Delete a contact, and lead to the list (CW-32); who presses the button twice is led there too."""
    try:
        stored = await request.parts.contacts.get(*request.place, request.values["id"])
        await request.parts.contacts.delete(*request.place, stored.id, by=request.account.by)
    except NotFoundError:
        if await merged_into(request):
            raise
        stored = await as_it_was(request)
    notice = Notice("contact.deleted", {"name": full_name(stored.contact)}, await undo_of_latest(request))
    return Redirect(left(request), notice)


def facts_of(contact: Contact) -> Iterator[Fact]:
    """Give the details of a contact in the order of its page."""
    for email in contact.emails:
        name = text("contact.email") if email.label == "work" else text("contact.email-of", label=_capital(email.label))
        yield Fact(name, email.address, "mailto:" + quote(email.address, safe="@.+-_~!$&'*=/"))
    for phone in contact.phones:
        shown = shown_number(phone)
        digits = _DIALLED.sub("", shown)
        yield Fact(_capital(phone.label) or text("contact.phone"), shown, f"tel:{digits}" if digits else "")
    for address in contact.addresses:
        yield Fact(text("contact.address-of", label=_capital(address.label)), in_lines(address))
    for website in contact.websites:
        link = website.url if _LINKS.fullmatch(website.url) else ""
        yield Fact(_capital(website.label) or text("contact.website"), website.url, link, leaves=True)
    if contact.note:
        yield Fact(text("contact.note"), contact.note)


def in_lines(address: Address) -> str:
    """Return an address as it stands on a letter."""
    town = " ".join(filter(None, (address.postal_code, address.locality)))
    parts = (address.po_box, address.extended, address.street, town, address.region, address.country)
    return "\n".join(filter(None, parts))


def disposition(contact: Contact, suffix: str = "vcf") -> bytes:
    """Return Content-Disposition with an ASCII name made of the person's, and with the name itself (RFC 6266)."""
    name = full_name(contact)
    bare = normalized("NFKD", name).encode("ascii", "ignore").decode()
    plain = _ASCII.sub("-", bare).strip("-")[:_NAME].strip("-") or "contact"
    full = quote(" ".join(_NO_FILE.sub(" ", name).split()).encode("utf-8", "replace"), safe="")
    return f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{full}.{suffix}".encode()


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


async def _full(request: Request) -> StoredContact:
    contact_id, sid = request.values["id"], request.account.sid
    octets = await request.parts.contacts.octets(*request.place, contact_id)
    await hold(request.scope, request.parts.large.answers, sid, octets)
    return await request.parts.contacts.full(*request.place, contact_id)


async def _code(request: Request, suffix: str) -> tuple[QrCode, tuple[bytes, bytes]]:
    """Return the code of a contact's card, and the header that names its file after the person."""
    stored = await request.parts.contacts.get(*request.place, request.values["id"])
    code = code_of_card(stored.contact)
    if code is None:
        raise NotFoundError(f"the card of contact {stored.id} does not fit a QR code")
    return code, (b"content-disposition", disposition(stored.contact, suffix))


def _more_lines(stored: StoredContact) -> int:
    """Return how many lines the card has that say what is shown nowhere else."""
    parsed = next(vcard.read(stored.card), None) if stored.card else None
    if parsed is None:
        return 0
    never = {"VERSION", "PRODID", "REV", "UID"}
    more = unmodelled(parsed, stored.contact, cleaned_member, photos=True)
    return sum(entry.name.upper() not in never for entry in more)


def _as_text(stored: StoredContact) -> str:
    """Return the card as people read it, without the photo: that is shown, and would be a hundred pages."""
    card = next(vcard.read(exports.vcard_of(stored)), None)
    if card is None:
        return ""
    for entry in card.all("PHOTO"):
        if isinstance(entry.value, bytes):
            card.remove(entry)
    return vcard.write(card).decode(errors="replace")


ROUTES: Final = (
    *(
        Route("GET", template, following(template, handler))
        for template, handler in (
            (_ONE, show),
            (f"{_ONE}/photo", photo),
            (f"{_ONE}/thumbnail", thumbnail),
            (f"{_ONE}/card.vcf", card),
            (f"{_ONE}/qr.svg", svg),
            (f"{_ONE}/qr.png", png),
        )
    ),
    Route("POST", f"{_ONE}/delete", delete, form=_ONE),
)
