"""Pretty-print a contact: a line for each thing that is known of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cardwright.book.files.visible import visible
from cardwright.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Address

_TIME = "%Y-%m-%d %H:%M:%S UTC"


def show_person(stored: StoredContact) -> None:
    """Print a contact: a line for each thing that is known of them, more for a text of several lines."""
    said = [(name, text) for name, text in _said(stored) if text]
    width = max(len(name) for name, _ in said)
    for name, text in said:
        first, *more = text.splitlines() or [""]
        say(f"{name:{width}}  {visible(first)}", *(f"{'':{width}}  {visible(line)}" for line in more))


def _said(stored: StoredContact) -> Iterator[tuple[str, str]]:
    contact, name = stored.contact, stored.contact.name
    yield "Id", stored.id
    yield "Name", " ".join(filter(None, (name.prefix, name.first, name.middle, name.last, name.suffix)))
    yield "Title", contact.title
    yield "Organization", contact.organization
    for email in contact.emails:
        yield "E-mail", _labelled(email.address, email.label)
    for phone in contact.phones:
        yield "Phone", _labelled(" ".join(filter(None, (phone.number, phone.country))), phone.label)
    for address in contact.addresses:
        yield "Address", _labelled(_one_line(address), address.label)
    for website in contact.websites:
        yield "Website", _labelled(website.url, website.label)
    yield "Labels", ", ".join(contact.labels)
    yield "Partner accounts", ", ".join(f"{it.id} ({it.name})" if it.name else it.id for it in stored.partners)
    yield "Note", contact.note
    yield "Photo", "yes" if stored.image else ""
    yield "Kept by", "the server, in step with a partner user" if stored.system else ""
    yield "UID", contact.uid
    yield "Created", stored.created.strftime(_TIME)
    yield "Updated", stored.updated.strftime(_TIME)


def _labelled(text: str, label: str) -> str:
    return f"{text} ({label})" if label else text


def _one_line(address: Address) -> str:
    parts = (value for field, value in address._asdict().items() if field != "label")
    return ", ".join(", ".join(part.splitlines()) for part in parts if part)
