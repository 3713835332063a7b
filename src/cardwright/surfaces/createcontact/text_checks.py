"""The last stage of a createcontact document: too long, and characters that no text may have (CC-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.contact import texts
from cardwright.errors import InvalidError
from cardwright.limits import CREATECONTACT_WEBSITE_LABEL
from cardwright.surfaces.createcontact.shape import used_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.contact.model import Contact
    from cardwright.surfaces.createcontact.shape import SentDocument


def check_texts(sent: SentDocument, contact: Contact, photo_url: str) -> None:
    """Raise the first fault that a text has, in the order of the documentation."""
    for field, text, limit, lines in _every(sent, contact, photo_url):
        if fault := texts.text_fault(field, text, limit, lines=lines):
            raise InvalidError([fault])


def _every(sent: SentDocument, contact: Contact, photo_url: str) -> Iterator[tuple[str, str, int, bool]]:
    """Yield field, text, limit and whether line breaks pass."""
    yield "name.first-name", contact.name.first, texts.TEXT, False
    yield "name.last-name", contact.name.last, texts.TEXT, False
    yield "name.suffix", contact.name.suffix, texts.TEXT, True
    yield "organization", contact.organization, texts.TEXT, True
    yield "title", contact.title, texts.TEXT, True
    yield "photo-url", photo_url, texts.URL, False
    yield "note", contact.note, texts.NOTE, True
    for at, _, number in used_items(sent.phone):
        yield f"phone[{at}].number", number, texts.TEXT, False
    for at, _, address in used_items(sent.email):
        yield f"email[{at}].id", address, texts.TEXT, False
    for at, _, address in used_items(sent.physical_address):
        yield f"physical-address[{at}].address", address, texts.ADDRESS, True
    for (at, _, url), website in zip(used_items(sent.website), contact.websites, strict=True):
        yield f"website[{at}].url", url, texts.URL, False
        yield f"website[{at}].label", website.label, CREATECONTACT_WEBSITE_LABEL.value, False


def with_one_break(contact: Contact) -> Contact:
    """Return `contact` with every kind of line break as one, wherever line breaks pass."""
    return contact._replace(
        name=contact.name._replace(suffix=texts.one_break(contact.name.suffix)),
        organization=texts.one_break(contact.organization),
        title=texts.one_break(contact.title),
        note=texts.one_break(contact.note),
        addresses=tuple([it._replace(street=texts.one_break(it.street)) for it in contact.addresses]),
    )
