"""Export: stored contacts as cards, and as rows of a table that an import reads back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from cardwright import limits, vcard
from cardwright.book.files import card_cells
from cardwright.book.files.card_cells import listed_cell
from cardwright.book.files.formulas import protected
from cardwright.cards import card_of, write_contact
from cardwright.contact.model import Email

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cardwright.book.stored import StoredContact
    from cardwright.contact.model import Phone
    from cardwright.vcard import Card

T = TypeVar("T")

COLUMNS: Final = (
    *("FirstName", "MiddleName", "LastName", "NamePrefix", "NameSuffix", "Organization", "Title", "EmailAddress"),
    *("WorkPhoneNumber", "WorkPhoneNumberCountry", "CellphoneNumber", "CellphoneNumberCountry", "Labels", "Accounts"),
    *("Note", "Phones", "Emails", "Addresses", "Websites", "UID"),
    *card_cells.COLUMNS,
)
"""The names of the partner interface, then what it does not have; lists that these cannot say are JSON in a cell."""

LARGE: Final = 64 * 1024
"""Octets of a card from which to read it would hold up others for milliseconds."""


def vcard_of(stored: StoredContact, version: str = "") -> bytes:
    """Return the card of a contact, with all that it came with; without `version` as it is kept, or in 3.0.

    It is whole, whatever came in; what came whole leaves byte for byte.
    """
    if not stored.card:
        return write_contact(stored.contact, version or "3.0")
    if not version:
        return vcard.complete_octets(stored.card)
    return vcard.write(vcard.complete(_kept(stored)), version)


async def beside(octets: int, work: Callable[[], T]) -> T:
    """Return what the work on a card of so many octets gives; a large one is worked on in another thread.

    Of those that take a slot (`limits.LARGE`) one after the other: a card takes five times its size while it is read,
    and several at once are no faster.
    """
    if octets <= LARGE:
        return work()

    def turn() -> T:
        with _largest if octets > limits.LARGE.value else contextlib.nullcontext():
            return work()

    return await asyncio.to_thread(turn)


def in_file(stored: StoredContact, version: str = "") -> bytes:
    """Return the card as it can stand before another in a file: one that came without a last line break gets it."""
    return _ended(vcard_of(stored, version))


def group_in_file(card: bytes) -> bytes:
    """Return the card of a group as it can stand before another in a file, byte for byte if it is whole."""
    return _ended(vcard.complete_octets(card))


def group_jcard(card: bytes) -> list[object]:
    """Return the card of a group as a jCard."""
    return vcard.to_jcard(vcard.complete(next(vcard.read(card))))


def jcard_of(stored: StoredContact) -> list[object]:
    """Return the card of a contact as a jCard (RFC 7095)."""
    return vcard.to_jcard(vcard.complete(_kept(stored)))


_largest: Final = threading.Lock()
_write: Final = json.JSONEncoder(ensure_ascii=False).encode


class ExportedRow(NamedTuple):
    """A contact as a row of a table."""

    cells: Sequence[str]
    """Under `COLUMNS`; no spreadsheet takes one for a formula."""
    has_more: bool
    """Whether the contact has a photo, or its card more than a table can say."""


def table_row(stored: StoredContact) -> ExportedRow:
    """Return a contact as a row of a table, which has no photos."""
    contact, name = stored.contact, stored.contact.name
    work, cell = stored.work_phone, stored.cellphone
    beyond = card_cells.card_cells(stored)
    cells = (
        *(name.first, name.middle, name.last, name.prefix, name.suffix, contact.organization, contact.title),
        stored.email,
        *_phone(work),
        *_phone(cell),
        listed_cell(contact.labels),
        listed_cell([partner.id for partner in stored.partners]),
        contact.note,
        "" if contact.phones == tuple(filter(None, (work, cell))) else _json(contact.phones),
        "" if contact.emails == (Email(stored.email),) else _json(contact.emails),
        *(_json(contact.addresses), _json(contact.websites), contact.uid),
        *beyond.cells,
    )
    return ExportedRow([protected(cell) for cell in cells], beyond.has_more)


def more_of(stored: StoredContact) -> dict[str, Any]:
    """Return the fields of a contact that the partner interface does not have."""
    contact, name = stored.contact, stored.contact.name
    return {
        "MiddleName": name.middle,
        "NamePrefix": name.prefix,
        "NameSuffix": name.suffix,
        "Organization": contact.organization,
        "Note": contact.note,
        "Phones": [phone._asdict() for phone in contact.phones],
        "Emails": [email._asdict() for email in contact.emails],
        "Addresses": [address._asdict() for address in contact.addresses],
        "Websites": [website._asdict() for website in contact.websites],
        "UID": contact.uid,
    }


def _ended(card: bytes) -> bytes:
    return card if card.endswith(b"\n") else card + b"\r\n"


def _kept(stored: StoredContact) -> Card:
    card = next(vcard.read(stored.card), None) if stored.card else None
    return card_of(stored.contact) if card is None else card


def _phone(phone: Phone | None) -> tuple[str, str]:
    return (phone.number, phone.country) if phone else ("", "")


def _json(members: Iterable[Any]) -> str:
    texts = [{part: text for part, text in member._asdict().items() if text} for member in members]
    return _write(texts) if texts else ""
